"""`ckg reason`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from ckg.build.pipeline import Build
from ckg.cli.options import find_project, out_option, project_option, release_root
from ckg.cli.progress_display import TerminalProgress
from ckg.model.settings import SETTINGS

ENGINES = next(setting.choices for setting in SETTINGS if setting.key == "reason.engine")


@click.command()
@project_option
@out_option
@click.option(
    "--engine", type=click.Choice(ENGINES), help="What computes the closure. Default: reason.engine of ckg.toml."
)
def command(folder: Path | None, root: Path | None, engine: str | None) -> None:
    """Print, as N-Quads, what OWL 2 RL reasoning adds to the ontology and the data.

    Exit code 1 where they contradict each other.
    """
    project = find_project(folder)
    if engine:
        project = project.with_value("reason.engine", engine)
    releases = release_root(project, root)
    with TerminalProgress() as progress:
        build = Build(project, releases, progress=progress)
        inferred = build.closure(build.inputs())
    with inferred.path.open("rb") as lines:
        shutil.copyfileobj(lines, sys.stdout.buffer)
