"""Options that several commands share, and how a command finds its project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from ckg.errors import ProjectError
from ckg.model import config
from ckg.model.config import FILE_NAME, Project
from ckg.model.shipped import shipped
from ckg.release import owner
from ckg.release.current import Releases

_F = TypeVar("_F", bound=Callable[..., object])


def project_option(command: _F) -> _F:
    """Add `--project DIR`."""
    return click.option(
        "--project",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="The project folder (with a ckg.toml). Default: this folder if it is one, else the shipped data set.",
    )(command)


def out_option(command: _F) -> _F:
    """Add `--releases DIR`."""
    return click.option(
        "--releases",
        "root",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Where releases lie. Default: build.release of ckg.toml.",
    )(command)


def find_project(folder: Path | None) -> Project:
    """Return the project in `folder`, else in the working folder, else the data set that the package carries."""
    if folder is not None:
        return config.read(folder.resolve())
    here = Path.cwd()
    if (here / FILE_NAME).is_file():
        return config.read(here)
    return config.read(shipped())


def refuse_to_ship_into(root: Path | None, folder: Path | None) -> None:
    """Refuse to publish the shipped data set, which nobody has named, into a folder that holds something else.

    `root` and `folder` are what `--releases` and `--project` gave. Raises `ProjectError`, `ReleaseError`.
    """
    if root is None or folder is not None or (Path.cwd() / FILE_NAME).is_file():
        return
    project, releases = config.read(shipped()), Releases(root.resolve())
    owner.check(releases, project)
    if owner.read(releases) is None and root.is_dir():
        others = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
        if others:
            raise ProjectError(
                f"{Path.cwd()} is no project, and {root} holds other things ({', '.join(others[:3])}): "
                "the shipped data set is not published there",
                hint="Name the project with --project, or a new folder with --releases.",
            )
