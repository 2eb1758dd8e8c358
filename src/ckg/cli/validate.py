"""`ckg validate`."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import click

from ckg.build import checks, extras, lint, watching
from ckg.build.inputs import Inputs
from ckg.build.pipeline import Build
from ckg.cli.build import show_warning
from ckg.cli.main import show
from ckg.cli.options import find_project, out_option, project_option, release_root
from ckg.cli.progress_display import TerminalProgress
from ckg.errors import CkgError
from ckg.formats import TURTLE
from ckg.formats.media import JSON
from ckg.model.config import Project
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
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder with source texts to hold the quotations against. Default: build.texts of ckg.toml.",
)
@click.option("--watch", is_flag=True, help="Go on: check again whenever a file of the project has changed.")
def command(
    *, folder: Path | None, root: Path | None, engine: str | None, form: str, texts: Path | None, watch: bool
) -> None:
    """Check the data and the ontology against the SHACL shapes and print the report.

    What careless edits leave in data that conform is told as well (section [check] of ckg.toml), and what is wrong with
    quotations whose text is at hand. Exit code 1 where a result has the severity sh:Violation, or a check finds an
    error.
    """
    extras.require()
    project = find_project(folder)
    if not watch:
        raise SystemExit(0 if _checked(project, root, engine, form, texts) else 1)
    changed = watching.changes(watching.watched(project, texts or project.texts))
    while True:
        try:
            verdict = "no fault" if _checked(project, root, engine, form, texts) else "faults"
        except CkgError as error:
            show(error)
            verdict = "faults"
        click.echo(f"{verdict}; waiting for a change (Ctrl-C ends)", err=True)
        files = next(changed)
        click.echo(f"changed: {', '.join(sorted(path.name for path in files))}", err=True)
        with contextlib.suppress(CkgError):  # a setting that cannot be used is told by the next check
            project = find_project(project.folder)


def _checked(project: Project, root: Path | None, engine: str | None, form: str, texts: Path | None) -> bool:
    """Print what is wrong with a project, and say whether nothing is."""
    from ckg.validate import validate  # noqa: PLC0415 - pyshacl is slow to import, and comes with an extra

    if engine:
        project = project.with_value("validate.engine", engine)
    with TerminalProgress() as progress, tempfile.TemporaryDirectory() as report_folder:
        build = Build(project, release_root(project, root), progress=progress)
        inputs = build.inputs()
        progress.begin("validate", None, "triples")
        report = validate(inputs.staging, Path(report_folder), **checks.validation_options(project))
        progress.end("validate", "conforms" if report.conforms else "does not conform")
        written = {TURTLE.key: report.turtle, JSON.key: report.json}.get(form)
        output = written.read_text(encoding="utf-8").rstrip("\n") if written else report.text()
        click.echo(output)
        findings = lint.run(project, inputs, build.cache)
        for warning in findings.warnings:
            show_warning(warning)
        faults: list[CkgError] = []
        for judge in (findings.raise_for_errors, lambda: _quotations(project, inputs, texts, Path(report_folder))):
            try:
                judge()
            except CkgError as error:
                faults.append(error)
    for fault in faults:
        show(fault)
    return report.conforms and not faults


def _quotations(project: Project, inputs: Inputs, texts: Path | None, into: Path) -> None:
    at_hand = texts or project.texts
    if at_hand is not None:
        checks.check_quotations(into, inputs.staging, at_hand, project.get("build.quoted_percent"))
