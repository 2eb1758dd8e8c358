"""The jobs of the build that judge the data: validation, reasoning, evidence. Each fills a folder or raises."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ckg.build import graphs_index, quotations
from ckg.build.places import place
from ckg.build.project_files import SourceFile
from ckg.build.staging import note_broken, stage_file
from ckg.errors import SourceSyntaxError
from ckg.model.config import Project
from ckg.model.iris import Base
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Staging

if TYPE_CHECKING:
    from ckg.reason.rules.table import Rule


def stage(folder: Path, source: SourceFile, base: Base) -> None:
    """Stage one source file; of one that cannot be read, keep the reason, so that all of them are told at once."""
    try:
        stage_file(source, base, folder)
    except SourceSyntaxError as error:
        note_broken(error, folder)


def pages(folder: Path, prefixes: Prefixes) -> tuple[str, ...]:
    """Check a pages folder and return the IRIs of the properties that hold names, as it says.

    Its Python views are imported for it. Raises `ProjectError` where it cannot be used.
    """
    from ckg.pages import render  # noqa: PLC0415 - templates and views are slow to import and not always needed
    from ckg.pages.folder import PagesFolder, syntax  # noqa: PLC0415

    opened = PagesFolder(folder, prefixes)
    try:
        opened.check(lambda: render.environment(opened))
        for path, text in opened.queries.items():
            syntax.parse(path, text, prefixes)
        return tuple(term.value for term in opened.config.names)
    finally:
        opened.close()


def validate(folder: Path, staging: Staging, project: Project, threads: int | None, rejected: Path) -> None:
    """Write report.ttl and report.json; where the data do not conform, leave both in `rejected` and raise."""
    from ckg.validate import validate as run  # noqa: PLC0415 - pyshacl is slow to import and not always needed

    report = run(staging, folder, threads=threads, **validation_options(project))
    shutil.rmtree(rejected, ignore_errors=True)
    if not report.conforms:
        shutil.copytree(folder, rejected)
    report.raise_for_violations()


def validation_options(project: Project) -> dict[str, Any]:
    """Return the further arguments of `ckg.validate.validate` that the settings of a project ask for."""

    def line_of(file: str, node: object) -> int | None:
        found = place(project.folder, [file], str(getattr(node, "value", node)), project.base.iri)
        return found.line if found else None

    return {
        "engine": str(project.get("validate.engine")),
        "warn_only": project.get("check.shapes_as_warnings"),
        "line_of": line_of,
    }


def rules(project: Path, prefixes: Prefixes) -> tuple[Rule, ...]:
    """Return the project's own rules. Raises `ProjectError` for what is no rule."""
    from ckg.reason.rules import project_rules  # noqa: PLC0415 - as for the other stages

    return project_rules.read(project, prefixes)


def reason(
    folder: Path, staging: Staging, inferred_graph: str, published: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    """Write the inferred graph and its derivations, and an index of the graph.

    `published` are the fields of `ckg.reason.Published`, `options` further arguments of `ckg.reason.close`.
    """
    from ckg.reason import Published, close  # noqa: PLC0415 - the engines are slow to import and not always needed

    made = close(staging, folder, inferred_graph=inferred_graph, published=Published(**published), **options)
    graphs_index.write(folder, [made.graph])


def check_quotations(folder: Path, staging: Staging, texts: Path | None, quoted_percent: int) -> None:
    """Write evidence.json."""
    quotations.check(staging, texts, folder, quoted_percent)
