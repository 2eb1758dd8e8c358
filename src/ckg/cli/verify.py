"""`ckg verify`."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.cli.options import find_project, out_option, project_option
from ckg.project_places import release_root
from ckg.release import canonical_json, ledger, verification
from ckg.release.current import Releases


@click.command()
@click.argument("name", required=False)
@project_option
@out_option
@click.option("--quick", is_flag=True, help="Do what `ckg build` does: JSON-LD and a newly loaded store are not read.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(*, name: str | None, folder: Path | None, root: Path | None, quick: bool, as_json: bool) -> None:
    """Hold the parts of a release against each other: files, graphs, dumps, store, search, catalogue, ledger.

    NAME is the release, or the beginning of its name; the current one if it is left out. Every file must have its
    SHA-256, every dump and the store exactly the statements of the graphs, every count be right. Exit code 1 where
    something is wrong; it says which file, and what to do.
    """
    project = find_project(folder)
    releases = Releases(release_root(project, root))
    release = releases.get(name) if name else releases.current()
    mine = release.base == project.base
    published = ledger.read(project.folder / ledger.NAME, project.base) if mine else None
    found = verification.verify(release, quick=quick, published=published)
    if as_json:
        click.echo(canonical_json.encode(found.record()), nl=False)
    found.raise_for_problems()
    if not as_json:
        click.echo(f"release {release.id} is sound: {', '.join(verification.PARTS)} agree")
