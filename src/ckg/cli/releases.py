"""`ckg releases`."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import NoRelease
from ckg.project_places import release_root
from ckg.release import manifest
from ckg.release.current import Releases


@click.command()
@project_option
@out_option
@click.option("--use", metavar="NAME", help="Make this release current; the beginning of its name will do.")
@click.option("--back", is_flag=True, help="Make the release current that was served before.")
@click.option("--remove", metavar="NAME", help="Delete a release that is not served.")
@click.option(
    "--prune",
    is_flag=True,
    help="Delete the oldest releases, but for as many as build.keep of ckg.toml says; every build does so.",
)
@click.option("--verify", is_flag=True, help="Check every file of the current release against its SHA-256.")
def command(
    *,
    folder: Path | None,
    root: Path | None,
    use: str | None,
    back: bool,
    remove: str | None,
    prune: bool,
    verify: bool,
) -> None:
    """List the releases, the current one marked, or switch to another one.

    A running `ckg serve` follows the switch without a restart.
    """
    if sum(map(bool, (use, back, remove, prune, verify))) > 1:
        raise click.UsageError("take one of --use, --back, --remove, --prune and --verify")
    project = find_project(folder)
    releases = Releases(release_root(project, root))
    if use or back:
        click.echo(f"release {(releases.switch(use) if use else releases.roll_back()).id} is current")
    elif remove:
        releases.remove(remove)
        click.echo(f"release {remove} is deleted")
    elif prune:
        releases.current()
        with releases.building():
            removed = releases.prune(int(project.get("build.keep")))
        click.echo("\n".join(f"release {name} is deleted" for name in removed) or "there is nothing to delete")
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
    current = releases.current().id if releases.has_current() else None
    for release in there:
        mark = "*" if release.id == current else " "
        click.echo(f"{mark} {release.id}  {release.counts['triples']:,} triples")
    if current is None:
        releases.current()  # the error says why there is none, and what to do
