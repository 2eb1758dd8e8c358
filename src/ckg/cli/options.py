"""Options that several commands share, and how a command finds its project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from ckg.build import project_files
from ckg.errors import ProjectError
from ckg.model import config
from ckg.model.config import FILE_NAME, Project
from ckg.project_places import shipped
from ckg.release import owner
from ckg.release.current import Releases

_SHOWN = 5

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
        help="The folder of the releases. Default: build.release of ckg.toml.",
    )(command)


def paths_argument(command: _F) -> _F:
    """Add `[PATH]...`: files and folders that are published as they are."""
    return click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")(command)


def find_project(folder: Path | None, paths: Sequence[Path] = (), *, may_ship: bool = True) -> Project:
    """Return the project that a command is about.

    That is the one in `folder`; else the one that `paths` are, with a ckg.toml or guessed; else the one in the working
    folder, likewise; else, where it `may_ship`, the data set that the package carries. What is guessed is told on
    standard error. Raises `ProjectError`, `ConfigError`.
    """
    if folder is not None and paths:
        raise click.UsageError("name the project with --project, or files and folders, not both")
    if folder is not None:
        return config.read(folder.resolve())
    here = Path.cwd()
    if len(paths) == 1 and (paths[0] / FILE_NAME).is_file():
        return config.read(paths[0].resolve())
    if not paths and (here / FILE_NAME).is_file():
        return config.read(here)
    if paths or _looks_like_rdf(here):
        return guessed(paths or (here,))
    if not may_ship:
        raise ProjectError(
            f"{here} has no {FILE_NAME} and no RDF",
            hint=f"Name files or a folder of RDF, or a project with --project; the shipped data set is in {shipped()}.",
        )
    return config.read(shipped())


def guessed(paths: Sequence[Path]) -> Project:
    """Return the project that files and folders without a ckg.toml make, and say what was guessed."""
    from ckg.build import guess  # noqa: PLC0415 - projects with a ckg.toml need none of it

    found = guess.guess(paths)
    named = " ".join(str(path) for path in paths)
    click.echo(f"{named}: there is no {FILE_NAME}, so this was guessed:", err=True)
    for what, value in found.rows:
        click.echo(f"  {what:<10} {value}", err=True)
    if found.passed_over:
        names = [path.name for path in found.passed_over]
        more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
        click.echo(f"  {'no RDF':<10} {', '.join(names[:_SHOWN])}{more}: passed over", err=True)
    froms = " ".join(f"--from {path}" for path in paths)
    click.echo(f"  Keep it, and correct it: ckg init {froms}", err=True)
    return found.project


def _looks_like_rdf(folder: Path) -> bool:
    """Say whether a folder that nobody named holds RDF: files at its top, or in folders called as a project's are."""
    for place in (folder, *(folder / role.value for role in project_files.ROLES)):
        if place.is_dir():
            for path in place.iterdir():
                if project_files.is_surely_rdf(path) and path.is_file():
                    return True
    return False


def refuse_to_ship_into(root: Path | None, project: Project, *, named: bool) -> None:
    """Refuse to publish the shipped data set, which nobody has `named`, into a folder that holds something else.

    `root` is what `--releases` gave. Raises `ProjectError`, `ReleaseError`.
    """
    if root is None or named or project.guessed or (Path.cwd() / FILE_NAME).is_file():
        return
    releases = Releases(root.resolve())
    owner.check(releases, project)
    if owner.read(releases) is None and root.is_dir():
        others = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
        if others:
            raise ProjectError(
                f"{Path.cwd()} is no project, and {root} holds other things ({', '.join(others[:3])}): "
                "the shipped data set is not published there",
                hint="Name the project with --project, or a new folder with --releases.",
            )
