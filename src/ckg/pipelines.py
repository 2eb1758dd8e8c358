"""`ckg build` and `ckg validate` for programs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ckg.errors import UnusableShape
from ckg.model import config
from ckg.model.validation_options import ValidationOptions
from ckg.project_places import release_root, shipped

if TYPE_CHECKING:
    from ckg.release.layout import Release
    from ckg.validate.report import Report


def build(
    folder: str | Path | None = None, *, releases: str | Path | None = None, texts: Path | None = None
) -> Release:
    """Build a project and return its release, which is the current one then.

    `folder` is the project's (the shipped data set without one), `releases` where releases lie (as `ckg.toml` says
    without it), `texts` a folder of the source texts that quotations are held against. Raises whatever keeps the
    project from being published; the current release then stays as it is.
    """
    from ckg.build.pipeline import Build  # noqa: PLC0415 - who only reads needs no build

    project = config.read(Path(folder).resolve() if folder is not None else shipped())
    root = Path(releases).resolve() if releases is not None else release_root(project)
    return Build(project, root, texts=texts).run().release


def validate(folder: str | Path | None = None, *, engine: str | None = None) -> Report:
    """Check a project against its shapes and return the report; nothing is published.

    `report.conforms` says whether it conforms, `report.passes` whether a build goes on,
    `report.text()` what is wrong.
    """
    from ckg.build import shape_places  # noqa: PLC0415
    from ckg.build.pipeline import Build  # noqa: PLC0415
    from ckg.validate import validate as checked  # noqa: PLC0415 - pyshacl is slow to import

    project = config.read(Path(folder).resolve() if folder is not None else shipped())
    with tempfile.TemporaryDirectory() as report_folder:
        inputs = Build(project, release_root(project)).inputs()
        options = ValidationOptions.of(project, inputs.prefixes)
        try:
            return checked(inputs.staging, Path(report_folder), engine=engine, options=options)
        except UnusableShape as error:
            raise shape_places.placed(error, project.folder, inputs.staging, project.base.iri) from error
