"""`ckg init`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from ckg.build import project_files
from ckg.errors import ProjectError
from ckg.model.config import FILE_NAME, Project

_TEXT = ".txt"  # the template's ckg.toml is not one itself, so it has another name in the package


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option(
    "--from",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Write down what `ckg serve PATH` guesses of files and folders of RDF; may be given more than once.",
)
def command(folder: Path, paths: tuple[Path, ...]) -> None:
    """Make a project in FOLDER (default: this one), adding only what is missing.

    A folder without RDF gets a small, valid project to start from. Where there is RDF, in FOLDER or at --from, its
    files stay where they are, and ckg.toml says what each is for.
    """
    settings = folder / FILE_NAME
    if settings.exists():
        if paths:
            raise ProjectError(f"{settings} is there already", hint="Move it away, or name another folder.")
        click.echo(f"{settings} is there already: nothing is missing")
        return
    here = tuple(paths) or ((folder,) if folder.is_dir() and _holds_rdf(folder) else ())
    if here:
        from ckg.cli.options import guessed  # noqa: PLC0415 - most new projects have nothing to guess from

        folder.mkdir(parents=True, exist_ok=True)
        settings.write_text(text(guessed(here), folder.resolve()), encoding="utf-8")
        click.echo(settings)
    else:
        _fill(folder)
    there = "" if folder == Path() else f" --project {folder}"
    click.echo(f"\nBuild and serve it with: ckg serve{there}")


def _holds_rdf(folder: Path) -> bool:
    return any(project_files.is_surely_rdf(path) for path in project_files.walk(folder, (folder / "release",)))


def _fill(folder: Path) -> None:
    """Write the files of the template that are not there."""
    for parts, file in _files(resources.files("ckg.cli") / "template"):
        path = folder.joinpath(*parts)
        if path.name.endswith(".toml" + _TEXT):
            path = path.with_name(path.name.removesuffix(_TEXT))
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.read_bytes())
        click.echo(path)


def _files(folder: Traversable, parts: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Traversable]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        here = (*parts, item.name)
        if item.is_dir():
            yield from _files(item, here)
        else:
            yield here, item


def text(project: Project, folder: Path) -> str:
    """Return the ckg.toml of a guessed project, for a folder that may be another than that of its files."""
    names = ("name", "title", "description", "base", "bases", "version", "license", "languages")
    lines = [
        "# What `ckg init` guessed of the files below; correct it. The reference lists every key.",
        "",
        "[project]",
        *(f"{name} = {_toml(project.get(f'project.{name}'))}" for name in names if project.get(f"project.{name}")),
    ]
    if not project.get("project.license"):
        lines.append('# license = "https://…"   # nobody may use data without one')
    lines += ["", "[build]"]
    for role in project_files.ROLES:
        entries = project.get(f"build.{role.value}")
        moved = [os.path.relpath(project.folder / entry, folder) for entry in entries]
        lines.append(f"{role.value} = {_toml(moved)}")
    lines += [
        f"relative_iris = {_toml(project.get('build.relative_iris'))}",
        "",
        "[reason]",
        'engine = "owl-rl"           # or "rdfs", or "none": no inferences',
        'contradictions = "report"   # or "refuse": no release is made of data that contradict the ontology',
        "",
    ]
    return "\n".join(lines)


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
