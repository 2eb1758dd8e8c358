"""`ckg diff`."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.cli.options import find_project, out_option, project_option
from ckg.project_places import release_root
from ckg.release import difference
from ckg.release.current import Releases


@click.command()
@click.argument("older")
@click.argument("newer", required=False)
@project_option
@out_option
@click.option("--statements", is_flag=True, help="Print every statement, added ones with +, removed ones with -.")
def command(older: str, newer: str | None, folder: Path | None, root: Path | None, *, statements: bool) -> None:
    """Show what changed from release OLDER to release NEWER (default: the current one).

    The beginning of a name is enough, if only one release has it.
    """
    releases = Releases(release_root(find_project(folder), root))
    before = releases.get(older)
    after = releases.get(newer) if newer else releases.current()
    if statements:
        for change in difference.statements(before, after):
            click.echo(f"{'+' if change.added else '-'} {change.statement}")
        return
    found = difference.difference(before, after)
    for graph in found.graphs:
        click.echo(f"{graph.graph}  +{graph.added:,} -{graph.removed:,}")
    for title, things in (("new", found.appeared), ("gone", found.disappeared), ("changed", found.changed)):
        for thing in things:
            click.echo(f"{title:<8} {thing}")
    if not found.graphs:
        click.echo("no statement is different")
    for value in found.values:
        click.echo(f"{value.name}: {_shown(value.before)} -> {_shown(value.after)}")
    for name in () if found.graphs else found.files:  # where statements differ, these follow
        click.echo(f"{name} is different")
    if before.id != after.id and not (found.graphs or found.values or found.files):
        click.echo("both hold the same: the names differ because they were built by other code or with other settings")


def _shown(value: str | None) -> str:
    return "(none)" if value is None else value or "(empty)"
