"""`ckg export`."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import PartsDisagree
from ckg.project_places import release_root
from ckg.release.current import Releases

_SHOWN = 20
_EVERY = 1_000


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="DIR")
@project_option
@out_option
@click.option("--url", help="Where the export will lie; the sitemap says so. Default: the base of the project.")
@click.option("--language", metavar="TAG", help="The language of names on pages. Default: the project's first.")
@click.option(
    "--single-file-documents",
    "single_files",
    is_flag=True,
    help="Write one file for each document, its page; its data are in the dumps only. For large data sets.",
)
@click.option("--verify", "only_verify", is_flag=True, help="Write nothing: hold the export in DIR against its list.")
def command(
    *,
    target: Path,
    folder: Path | None,
    root: Path | None,
    url: str | None,
    language: str | None,
    single_files: bool,
    only_verify: bool,
) -> None:
    """Write the whole site of the current release as files, for any web host, below any path.

    DIR must be new, empty, or an export, which is replaced. Pages are those of the server, each document is there in
    every format. Two exports of one release have the same bytes. Exit code 1 where `--verify` finds something wrong.
    """
    if only_verify:
        _verify(target)
        return
    from ckg.export import site_files  # noqa: PLC0415 - `--verify` needs no server

    release = Releases(release_root(find_project(folder), root)).current()
    options = site_files.options_for(release, url, language, single_files=single_files)
    written = 0

    def heard(number: int) -> None:
        nonlocal written
        written += number
        if written % _EVERY == 0:
            click.echo(f"  {written:,} files", err=True)

    done = site_files.export(release, target, options, heard)
    click.echo(f"{target}: release {release.id}, {done.files:,} files, {done.bytes:,} bytes")
    if not done.answers:
        click.echo(
            "  It answers the ready questions only: the query engine for browsers was not built into this package "
            "(`npm ci && npm run build` in editor/, or `./run test`, builds it).",
            err=True,
        )
    click.echo(f"  SHA-256 of {target / 'SHA256SUMS'}: {done.digest}")


def _verify(folder: Path) -> None:
    from ckg.export import checksums  # noqa: PLC0415 - other commands need none of it

    found = list(checksums.problems(folder))
    if found:
        more = f"\n  … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        shown = "\n  ".join(found[:_SHOWN])
        raise PartsDisagree(f"the export {folder} is not as it was written:\n  {shown}{more}", hint="Export it again.")
    click.echo(f"{folder}: all {len(checksums.read(folder)):,} files are as they were written, and every link leads on")
