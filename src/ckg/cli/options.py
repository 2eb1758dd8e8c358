"""Options that several commands share, and how a command finds its project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
import platformdirs

import ckg
from ckg.errors import ProjectError
from ckg.model import config
from ckg.model.config import FILE_NAME, Project

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


def shipped() -> Path:
    """Return the folder of the shipped data set: inside the installed package, or the checkout it is run from."""
    package = Path(ckg.__file__).parent
    for candidate in (package / "dataset", package.parents[1]):
        if (candidate / FILE_NAME).is_file():
            return candidate
    raise ProjectError("the package carries no data set", hint="Name a project folder with --project.")


def release_root(project: Project, root: Path | None) -> Path:
    """Return the folder of the releases: as given, as configured, or the user's data folder for the installed data set.

    An installed package is not written into.
    """
    if root is not None:
        return root.resolve()
    if project.folder == Path(ckg.__file__).parent / "dataset":
        return Path(platformdirs.user_data_path("ckg")) / "releases" / f"{project.name}-{ckg.__version__}"
    return project.release_root
