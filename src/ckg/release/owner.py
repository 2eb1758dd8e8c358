"""Whose a folder of releases is: the name and the base of the project, kept in project.json beside the releases.

Another project's releases are never published over those that are there.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ckg.errors import ReleaseError
from ckg.model.config import Project
from ckg.release import canonical_json
from ckg.release.current import Releases
from ckg.release.writing import naming

NAME = "project.json"


@dataclass(frozen=True, slots=True)
class Owner:
    """The short name of a project and the base of its IRIs."""

    name: str
    base: str

    @classmethod
    def of(cls, project: Project) -> Owner:
        """Take what a project says of itself."""
        return cls(project.name, project.base.iri)


def read(releases: Releases) -> Owner | None:
    """Return whose a folder of releases is; None where it has none yet.

    Where the folder does not say, the release that was served last does. Raises `ReleaseError`.
    """
    path = releases.root / NAME
    if path.is_file():
        values = canonical_json.read_object(path)
        if not all(isinstance(values.get(key), str) for key in ("name", "base")):
            raise ReleaseError(
                f"{path} does not say whose releases these are",
                hint='It holds {"base": "https://…/", "name": "…"} of the project; where there is no such file, the '
                "releases say whose they are.",
            )
        return Owner(values["name"], values["base"])
    for release in filter(None, (releases.latest(), *reversed(releases.all()))):
        with suppress(ReleaseError):  # one that is damaged is no reason not to build
            return Owner(release.about.name, release.about.base)
    return None


def check(releases: Releases, project: Project) -> None:
    """Refuse a folder of releases that belongs to another project. Raises `ReleaseError`."""
    owner = read(releases)
    if owner is not None and owner != Owner.of(project):
        raise _refusal(releases, owner, project)


def check_name(releases: Releases, project: Project, *, adopt: bool) -> None:
    """Refuse a folder of releases that belongs to a project of another name, unless it is to be adopted.

    Another base alone is for the build to judge, which can say what it means for the data. Raises `ReleaseError`.
    """
    owner = read(releases)
    if owner is not None and owner.name != project.name and not adopt:
        raise _refusal(releases, owner, project)


def _refusal(releases: Releases, owner: Owner, project: Project) -> ReleaseError:
    return ReleaseError(
        f"{releases.root} holds the releases of the project `{owner.name}` with the base {owner.base}; "
        f"{project.folder} is the project `{project.name}` with the base {project.base.iri}",
        hint="Name the right project with --project, or another folder with --releases. If it is the same project "
        "under a new name or base, build with `ckg build --adopt`.",
    )


def record(releases: Releases, project: Project) -> None:
    """Write down, in one step, whose a folder of releases is. Raises `StageFailed`."""
    path = releases.root / NAME
    content = canonical_json.encode(asdict(Owner.of(project)))
    with naming(path):
        if path.is_file() and path.read_bytes() == content:
            return
        descriptor, temporary = tempfile.mkstemp(prefix=f".{NAME}-", dir=releases.root)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
        Path(temporary).replace(path)
