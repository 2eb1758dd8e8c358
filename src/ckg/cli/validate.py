"""`ckg validate`."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from ckg.build import checks, extras, lint
from ckg.build.pipeline import Build
from ckg.cli.build import show_warning
from ckg.cli.options import find_project, out_option, project_option, release_root
from ckg.cli.progress_display import TerminalProgress
from ckg.formats import TURTLE
from ckg.formats.media import JSON
from ckg.model.settings import SETTINGS

ENGINES = next(setting.choices for setting in SETTINGS if setting.key == "validate.engine")


@click.command()
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
def command(folder: Path | None, root: Path | None, engine: str | None, form: str) -> None:
    """Check the data and the ontology against the SHACL shapes and print the report.

    Exit code 1 where a result has the severity sh:Violation.
    """
    extras.require()
    from ckg.validate import validate  # noqa: PLC0415 - pyshacl is slow to import, and comes with an extra

    project = find_project(folder)
    releases = release_root(project, root)
    with TerminalProgress() as progress, tempfile.TemporaryDirectory() as report_folder:
        build = Build(project, releases, progress=progress)
        inputs = build.inputs()
        progress.begin("validate", None, "triples")
        if engine:
            project = project.with_value("validate.engine", engine)
        report = validate(inputs.staging, Path(report_folder), **checks.validation_options(project))
        progress.end("validate", "conforms" if report.conforms else "does not conform")
        written = {TURTLE.key: report.turtle, JSON.key: report.json}.get(form)
        output = written.read_text(encoding="utf-8").rstrip("\n") if written else report.text()
    click.echo(output)
    findings = lint.run(project, inputs, build.cache)
    for warning in findings.warnings:
        show_warning(warning)
    findings.raise_for_errors()
    raise SystemExit(0 if report.conforms else 1)
