"""`ckg validate`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import click

from ckg.build import extras, leftovers, shape_places
from ckg.build.pipeline import REJECTED, Build
from ckg.cli.build import show_warning
from ckg.cli.options import find_project, out_option, paths_argument, project_option
from ckg.cli.progress_display import terminal_progress
from ckg.errors import UnusableShape
from ckg.formats import TURTLE
from ckg.formats.media import JSON
from ckg.model.settings import SETTINGS
from ckg.model.validation_options import ValidationOptions
from ckg.project_places import release_root
from ckg.validate import no_shapes

ENGINES = next(setting.choices for setting in SETTINGS if setting.key == "validate.engine")


@click.command()
@paths_argument
@project_option
@out_option
@click.option(
    "--engine", type=click.Choice(ENGINES), help="How SHACL is checked. Default: validate.engine of ckg.toml."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", TURTLE.key, JSON.key]),
    default="text",
    show_default=True,
    help="What to print.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="How many results the text shows, the worst first; 0 shows all. Other formats have all of them.",
)
def command(
    *, paths: tuple[Path, ...], folder: Path | None, root: Path | None, engine: str | None, form: str, limit: int
) -> None:
    """Check the data and the ontology against the SHACL shapes and print the report.

    Exit code 1 where a result has a severity that stops a build (sh:Violation, or any that is not in
    validate.tolerated_severities); 2 where the shapes cannot be used, or have something that is not evaluated and
    validate.strict is set.
    """
    extras.require()
    project = find_project(folder, paths, may_ship=False)
    releases = release_root(project, root)
    with terminal_progress() as progress, tempfile.TemporaryDirectory() as report_folder:
        inputs = Build(project, releases, progress=progress).inputs()
        if no_shapes.are_none(inputs.staging):
            click.echo(_without_shapes(Path(report_folder), form, engine or str(project.get("validate.engine"))))
            for warning in leftovers.warnings(project, inputs):
                show_warning(warning)
            return
        from ckg.validate import validate  # noqa: PLC0415 - pyshacl is slow to import, and comes with an extra

        progress.begin("validate", None, "triples")
        options = ValidationOptions.of(project, inputs.prefixes)
        try:
            report = validate(inputs.staging, Path(report_folder), engine=engine, options=options)
        except UnusableShape as error:
            raise shape_places.placed(error, project.folder, inputs.staging, project.base.iri) from error
        progress.end("validate", "conforms" if report.conforms else "does not conform")
        rows = [row._asdict() for row in report.unevaluated]
        written = {TURTLE.key: report.turtle, JSON.key: report.json}.get(form)
        if written:
            output = written.read_text(encoding="utf-8").rstrip("\n")
        else:
            kept = releases / REJECTED
            if limit and len(report.results) > limit:
                shutil.copytree(report_folder, kept, dirs_exist_ok=True)
            rest = f"{kept / 'report.json'} has them all, and --limit 0 shows them"
            output = report.text(limit=limit or None, rest=rest)
    click.echo(output)
    of_shapes = shape_places.warnings(project.folder, inputs.staging, project.base.iri, rows)
    for warning in (*leftovers.warnings(project, inputs), *([] if options.strict else of_shapes)):
        show_warning(warning)
    if options.strict:
        shape_places.refuse(of_shapes)
    raise SystemExit(0 if report.passes else 1)


def _without_shapes(folder: Path, form: str, engine: str) -> str:
    """Return the report of data that no shapes say anything about."""
    if form == "text":
        return "There are no shapes, so nothing was asked of the data."
    no_shapes.write(folder, engine)
    return (folder / f"report.{form}").read_text(encoding="utf-8").rstrip("\n")
