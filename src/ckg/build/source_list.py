"""Which files a project consists of: what somebody needs to build it again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ckg.build import project_files
from ckg.errors import ProjectError
from ckg.model.config import Project

_TEXTS: Final = ("README*", "LICENSE*", "CHANGELOG*")


def listed(project: Project) -> tuple[str, ...]:
    """Return the paths, below the folder of a project, of all files that a build of it reads, sorted.

    Texts about the project at its top are among them; source texts that quotations are held against are not: they are
    other people's. Raises `ProjectError` where a file lies outside of the folder.
    """
    found = {source.path for source in project_files.find(project).sources}
    found |= {project.folder / row.partition(" ")[0] for row in project.get("build.sheets")}
    for name in project_files.OTHER_FOLDERS:
        folder = project.folder / name
        found |= {path for path in folder.rglob("*") if path.is_file() and _is_kept(path.relative_to(folder))}
    found |= {project.folder / name for name in project_files.OTHER_FILES if (project.folder / name).is_file()}
    found |= {path for pattern in _TEXTS for path in project.folder.glob(pattern) if path.is_file()}
    return tuple(sorted(_inside(project, path) for path in found))


def _is_kept(path: Path) -> bool:
    return not any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def _inside(project: Project, path: Path) -> str:
    try:
        return path.relative_to(project.folder).as_posix()
    except ValueError:
        raise ProjectError(
            f"{path} is read by builds of the project and lies outside of {project.folder}",
            hint="An archive has what is in the folder of the project: put the file there.",
        ) from None
