"""`ckg build`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ckg.build.pipeline import Build
from ckg.cli.options import find_project, out_option, project_option, release_root
from ckg.cli.progress import TerminalProgress
from ckg.release.layout import Release


@click.command()
@project_option
@out_option
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder with source texts to hold the quotations against. Default: build.texts of ckg.toml.",
)
def command(folder: Path | None, root: Path | None, texts: Path | None) -> None:
    """Check the project, draw the inferences and publish the result as a new release.

    Exit code 1 where the data violate a shape, contradict the ontology, or misquote a text; 2 where a file cannot be
    read. The current release stays in both cases.
    """
    project = find_project(folder)
    with TerminalProgress(whole=True) as progress:
        built = Build(project, release_root(project, root), texts or project.texts, progress).run()
    click.echo(summary(built.release, unchanged=built.unchanged))


def summary(release: Release, *, unchanged: bool) -> str:
    """Return what there is to say about a release that was just built."""
    counts = release.counts
    quotations = json.loads(release.evidence.read_text(encoding="utf-8"))
    found, unchecked = len(quotations["verified"]), len(quotations["unchecked"])
    asserted = counts["ontology"] + counts["data"]
    lines = [
        f"release {release.id} is current{' (nothing had changed)' if unchanged else ''}",
        f"  {counts['triples']:,} triples: {asserted:,} asserted, {counts['inferred']:,} inferred",
        f"  {found} quotation{'' if found == 1 else 's'} found in their source text, "
        f"{unchecked} not checked (no text at hand)",
        f"  {release.folder}",
    ]
    return "\n".join(lines)
