"""`ckg build`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ckg.build.pipeline import Build, Built
from ckg.cli.options import find_project, out_option, paths_argument, project_option, refuse_to_ship_into
from ckg.cli.progress_display import terminal_progress
from ckg.errors import ProjectWarning
from ckg.model.config import Project
from ckg.model.report_json import read_head
from ckg.project_places import release_root

_EVERY_SEVERITY = ["sh:Info", "sh:Warning", "sh:Violation"]


@click.command()
@paths_argument
@project_option
@out_option
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder with the source texts, to check the quotations. Default: build.texts of ckg.toml.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Take over releases and ledger of another name or base: the project was renamed, or its site has moved.",
)
def command(
    *, paths: tuple[Path, ...], folder: Path | None, root: Path | None, texts: Path | None, adopt: bool
) -> None:
    """Check the project, draw the inferences and publish the result as a new release.

    Without a ckg.toml, files and folders of RDF are published as they are; what ckg guesses is printed.

    Exit code 1 where the data violate a shape, contradict the ontology, or misquote a text; 2 where a file cannot be
    read. The current release stays in both cases.
    """
    project = find_project(folder, paths)
    refuse_to_ship_into(root, project, named=folder is not None)
    build_and_tell(project, release_root(project, root), texts or project.texts, adopt=adopt)


def build_and_tell(project: Project, root: Path, texts: Path | None, *, adopt: bool = False) -> Built:
    """Build, print what came of it, and on standard error what the people of the project should know."""
    if project.guessed:  # people want to see what is there, and what is wrong with it
        project = project.with_value("validate.tolerated_severities", _EVERY_SEVERITY)
    with terminal_progress() as progress:
        # What is guessed of changed files may be another base than before.
        built = Build(project, root, texts, progress, adopt or project.guessed).run()
    click.echo(summary(built))
    if built.removed:
        click.echo(f"  deleted, being older than the last {project.get('build.keep')}: {', '.join(built.removed)}")
    for warning in built.warnings:
        show_warning(warning)
    return built


def show_warning(warning: ProjectWarning) -> None:
    """Print a warning as errors are printed: where, what, and what to do."""
    click.echo(f"warning: {warning}", err=True)
    if warning.hint:
        click.echo(f"         {warning.hint}", err=True)


def summary(built: Built) -> str:
    """Return what there is to say about a release that was just built."""
    release, counts = built.release, built.release.counts
    quotations = json.loads(release.evidence.read_text(encoding="utf-8"))
    found, unchecked = len(quotations["verified"]), len(quotations["unchecked"])
    asserted = counts["ontology"] + counts["data"]
    lines = [
        f"release {release.id} is current{' (nothing had changed)' if built.unchanged else ''}",
        f"  {counts['triples']:,} triples: {asserted:,} asserted, {counts['inferred']:,} inferred",
        f"  {found} quotation{'' if found == 1 else 's'} found in their source text, "
        f"{unchecked} not checked (no text available)",
    ]
    results = read_head(release.report_json)["counts"]
    if results:
        told = ", ".join(f"{number:,} {severity}" for severity, number in results.items())
        lines.append(f"  results of the shapes: {told}; the page /report lists them")
    contradictions = release.contradictions["count"]
    if contradictions:
        lines.append(
            f"  {contradictions:,} contradiction{'' if contradictions == 1 else 's'} of ontology and data: "
            "the page /report lists them with their proofs"
        )
    if built.addresses.outside:
        lines.append(
            f"  {built.addresses.outside:,} of {built.addresses.subjects:,} subjects lie outside of the project's bases"
        )
    lines.append(f"  {release.folder}")
    return "\n".join(lines)
