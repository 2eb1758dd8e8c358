"""`ckg releases`."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.cli.options import find_project, out_option, project_option, release_root
from ckg.errors import NoRelease
from ckg.release import manifest
from ckg.release.current import Releases


@click.command()
@project_option
@out_option
@click.option("--use", metavar="NAME", help="Make this release current; the beginning of its name will do.")
@click.option("--back", is_flag=True, help="Make the release current that was served before.")
@click.option("--remove", metavar="NAME", help="Delete a release that is not served.")
@click.option("--verify", is_flag=True, help="Check every file of the current release against its SHA-256.")
def command(
    *, folder: Path | None, root: Path | None, use: str | None, back: bool, remove: str | None, verify: bool
) -> None:
    """List the releases, the current one marked, or switch to another one.

    A running `ckg serve` follows the switch without a restart.
    """
    if sum(map(bool, (use, back, remove, verify))) > 1:
        raise click.UsageError("take one of --use, --back, --remove and --verify")
    releases = Releases(release_root(find_project(folder), root))
    if use or back:
        click.echo(f"release {(releases.switch(use) if use else releases.roll_back()).id} is current")
    elif remove:
        releases.remove(remove)
        click.echo(f"release {remove} is deleted")
    elif verify:
        release = releases.current()
        manifest.verify(release, deep=True)
        click.echo(f"release {release.id} is what its manifest says")
    else:
        _list(releases)


def _list(releases: Releases) -> None:
    there = releases.all()
    if not there:
        raise NoRelease(f"nothing has been built in {releases.root} yet", hint="Make a release with `ckg build`.")
    current = releases.current().id
    for release in there:
        mark = "*" if release.id == current else " "
        click.echo(f"{mark} {release.id}  {release.counts['triples']:,} triples")
