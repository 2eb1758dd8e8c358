"""`ckg init`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from ckg.errors import ProjectError

_TEXT = ".txt"  # the template's ckg.toml is not one itself, so it has another name in the package


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def command(folder: Path) -> None:
    """Make a new, small, valid project in FOLDER (default: this one), which must be empty or not there yet."""
    if folder.is_dir() and any(folder.iterdir()):
        raise ProjectError(
            f"{folder.resolve()} is not empty", hint="Name an empty folder, or one that is not there yet."
        )
    template = resources.files("ckg.cli") / "template"
    for parts, file in _files(template):
        path = folder.joinpath(*parts)
        if path.name.endswith(".toml" + _TEXT):
            path = path.with_name(path.name.removesuffix(_TEXT))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.read_bytes())
        click.echo(path)
    there = "" if folder == Path() else f" --project {folder}"
    click.echo(f"\nBuild and serve it with: ckg serve{there}")


def _files(folder: Traversable, parts: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        here = (*parts, item.name)
        if item.is_dir():
            yield from _files(item, here)
        else:
            yield here, item
