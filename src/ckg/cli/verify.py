"""`ckg verify`."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import PartsDisagree
from ckg.project_places import release_root
from ckg.release import canonical_json, ledger, verification
from ckg.release.current import Releases

_SHOWN = 10


@click.command()
@click.argument("name", required=False)
@project_option
@out_option
@click.option("--quick", is_flag=True, help="Do what `ckg build` does: JSON-LD and a newly loaded store are not read.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def command(*, name: str | None, folder: Path | None, root: Path | None, quick: bool, as_json: bool) -> None:
    """Compare the parts of a release with each other: files, graphs, dumps, store, search, catalogue, ledger.

    NAME is the release, or the beginning of its name; the current one if it is left out. Every file must have its
    SHA-256, every dump and the store exactly the statements of the graphs, every count be right. NAME may also be an
    archive that `ckg export --archive` has made: every file in it must have the SHA-256 that it lists, and none be more
    or less. Exit code 1 where something is wrong; it says which file, and what to do.
    """
    if name and Path(name).is_file():
        _verify_archive(Path(name), as_json=as_json)
        return
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


def _verify_archive(path: Path, *, as_json: bool) -> None:
    """Hold an archive against its lists; no release is needed for it, and no network."""
    from ckg.export import preservation  # noqa: PLC0415 - releases need none of it

    found = list(preservation.problems(path))
    if as_json:
        click.echo(canonical_json.encode({"archive": path.name, "problems": found, "sound": not found}), nl=False)
    if found:
        more = f"\n  … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise PartsDisagree(
            f"the archive {path} is not as it was written:\n  " + "\n  ".join(found[:_SHOWN]) + more,
            hint="Take another copy of it.",
        )
    if not as_json:
        click.echo(f"archive {path.name} is sound: every file is as it was written")
