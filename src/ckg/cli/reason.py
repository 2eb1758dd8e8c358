"""`ckg reason`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from ckg.build.pipeline import Build
from ckg.cli.options import find_project, out_option, project_option
from ckg.cli.progress_display import terminal_progress
from ckg.model.settings import SETTINGS
from ckg.project_places import release_root

_CHOICES = {setting.key: setting.choices for setting in SETTINGS}


@click.command()
@project_option
@out_option
@click.option(
    "--engine",
    type=click.Choice(_CHOICES["reason.engine"]),
    help="Which rules to reason by. Default: reason.engine of ckg.toml.",
)
@click.option(
    "--implementation",
    type=click.Choice(_CHOICES["reason.implementation"]),
    help="What computes the closure. Default: reason.implementation of ckg.toml.",
)
def command(folder: Path | None, root: Path | None, engine: str | None, implementation: str | None) -> None:
    """Print, as N-Quads, what reasoning adds to the ontology and the data.

    Exit code 1 where they contradict each other, unless reason.contradictions of ckg.toml is "report".
    """
    project = find_project(folder)
    for key, value in {"reason.engine": engine, "reason.implementation": implementation}.items():
        project = project.with_value(key, value) if value else project
    if project.get("reason.implementation") == "owlrl" and project.get("reason.engine") != "owl-rl":
        raise click.UsageError("the implementation owlrl knows the engine owl-rl only")
    releases = release_root(project, root)
    with terminal_progress() as progress:
        build = Build(project, releases, progress=progress)
        inferred = build.closure(build.inputs())
    with inferred.path.open("rb") as lines:
        shutil.copyfileobj(lines, sys.stdout.buffer)
