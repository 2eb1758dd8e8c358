"""`ckg validate`."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ckg.build import checks, extras, lint, shape_places, watching
from ckg.build.inputs import Inputs
from ckg.build.pipeline import REJECTED, Build
from ckg.cli.build import show_warning
from ckg.cli.main import show
from ckg.cli.options import find_project, out_option, paths_argument, project_option
from ckg.cli.progress_display import terminal_progress
from ckg.errors import CkgError, ProjectWarning, UnusableShape
from ckg.formats import TURTLE
from ckg.formats.media import JSON
from ckg.model.config import Project
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
@click.option(
    "--texts",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder with the source texts, to check the quotations. Default: build.texts of ckg.toml.",
)
@click.option("--watch", is_flag=True, help="Go on: check again whenever a file of the project has changed.")
def command(
    *,
    paths: tuple[Path, ...],
    folder: Path | None,
    root: Path | None,
    engine: str | None,
    form: str,
    limit: int,
    texts: Path | None,
    watch: bool,
) -> None:
    """Check the data and the ontology against the SHACL shapes and print the report.

    It also reports traces of careless edits in data that conform (section [check] of ckg.toml), and wrong quotations
    where the source text is available. Exit code 1 where a result has a severity that stops a build (sh:Violation, or
    any that is not in validate.tolerated_severities) or a check finds an error; 2 where the shapes cannot be used, or
    have something that is not evaluated and validate.strict is set.
    """
    extras.require()
    project = find_project(folder, paths, may_ship=False)
    asked = _Asked(root, engine, form, limit, texts)
    if not watch:
        raise SystemExit(0 if _passes(project, asked) else 1)
    changed = watching.changes(
        watching.watched(project, texts or project.texts), left_out=(release_root(project, root),)
    )
    while True:
        try:
            verdict = "no fault" if _passes(project, asked) else "faults"
        except CkgError as error:
            show(error)
            verdict = "faults"
        click.echo(f"{verdict}; waiting for a change (Ctrl-C ends)", err=True)
        files = next(changed)
        click.echo(f"changed: {', '.join(sorted(path.name for path in files))}", err=True)
        with contextlib.suppress(CkgError):  # a setting that cannot be used is told when it is mended
            project = find_project(folder, paths, may_ship=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options of a check."""

    root: Path | None
    engine: str | None
    form: str
    limit: int
    texts: Path | None


def _passes(project: Project, asked: _Asked) -> bool:
    """Print what is wrong with a project, and say whether a build would go on."""
    with terminal_progress() as progress, tempfile.TemporaryDirectory() as folder:
        build = Build(project, release_root(project, asked.root), progress=progress)
        inputs = build.inputs()
        of_shapes: tuple[ProjectWarning, ...]
        if no_shapes.are_none(inputs.staging):
            output, passes, of_shapes = _without_shapes(Path(folder), asked, project), True, ()
        else:
            output, passes, of_shapes = _with_shapes(build, inputs, asked, Path(folder))
        click.echo(output)
        findings = lint.run(project, inputs, build.cache)
        strict = bool(project.get("validate.strict"))
        for warning in (*findings.warnings, *([] if strict else of_shapes)):
            show_warning(warning)
        faults: list[CkgError] = []
        for judge in (findings.raise_for_errors, lambda: _hold_quotations(project, inputs, asked, Path(folder))):
            try:
                judge()
            except CkgError as error:
                faults.append(error)
    for fault in faults:
        show(fault)
    if strict:
        shape_places.refuse(of_shapes)
    return passes and not faults


def _with_shapes(
    build: Build, inputs: Inputs, asked: _Asked, folder: Path
) -> tuple[str, bool, tuple[ProjectWarning, ...]]:
    """Return the report, whether it lets a build go on, and what is not evaluated of the shapes."""
    from ckg.validate import validate  # noqa: PLC0415 - pyshacl is slow to import, and comes with an extra

    project, base = build.project, build.project.base.iri
    build.progress.begin("validate", None, "triples")
    try:
        report = validate(
            inputs.staging, folder, engine=asked.engine, options=ValidationOptions.of(project, inputs.prefixes)
        )
    except UnusableShape as error:
        raise shape_places.placed(error, project.folder, inputs.staging, base) from error
    build.progress.end("validate", "conforms" if report.conforms else "does not conform")
    rows = [row._asdict() for row in report.unevaluated]
    of_shapes = tuple(shape_places.warnings(project.folder, inputs.staging, base, rows))
    written = {TURTLE.key: report.turtle, JSON.key: report.json}.get(asked.form)
    if written:
        return written.read_text(encoding="utf-8").rstrip("\n"), report.passes, of_shapes
    kept = build.root / REJECTED
    if asked.limit and len(report.results) > asked.limit:
        shutil.copytree(folder, kept, dirs_exist_ok=True)
    rest = f"{kept / 'report.json'} has them all, and --limit 0 shows them"
    placed = replace(report, line_of=checks.line_finder(project.folder, base))
    return placed.text(limit=asked.limit or None, rest=rest), report.passes, of_shapes


def _hold_quotations(project: Project, inputs: Inputs, asked: _Asked, into: Path) -> None:
    at_hand = asked.texts or project.texts
    if at_hand is not None:
        checks.check_quotations(into, inputs.staging, at_hand, project.get("build.quoted_percent"))


def _without_shapes(folder: Path, asked: _Asked, project: Project) -> str:
    """Return the report of data that no shapes say anything about."""
    if asked.form == "text":
        return "There are no shapes, so nothing was asked of the data."
    no_shapes.write(folder, asked.engine or str(project.get("validate.engine")))
    return (folder / f"report.{asked.form}").read_text(encoding="utf-8").rstrip("\n")
