"""`ckg export`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import PartsDisagree, ProjectError, ReleaseError
from ckg.model.config import Project
from ckg.model.staged import Role
from ckg.project_places import release_root
from ckg.release.current import Releases
from ckg.release.layout import Release

if TYPE_CHECKING:
    from ckg.export.site_files import Exported

_SHOWN = 20
_EVERY = 1_000


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="[DIR]", required=False)
@project_option
@out_option
@click.option(
    "--url",
    help="The address at which the export will be published, for the sitemap. Default: the base of the project.",
)
@click.option("--language", metavar="TAG", help="The language of names on pages. Default: the project's first.")
@click.option(
    "--single-file-documents",
    "single_files",
    is_flag=True,
    help="Write one file for each document, its page; its data are in the dumps only. For large data sets.",
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Pack site, dumps, sources of the project and checksums into one file for keeping (.zip).",
)
@click.option(
    "--verify", "only_verify", is_flag=True, help="Write nothing: compare the export in DIR with its list of files."
)
def command(
    *,
    target: Path | None,
    archive: Path | None,
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
    With `--archive`, DIR may be left out: the site is in the archive.
    """
    if only_verify:
        if target is None or archive is not None:
            raise click.UsageError("--verify needs DIR and nothing else; `ckg verify FILE` checks an archive")
        _verify(target)
        return
    if target is None and archive is None:
        raise click.UsageError("name a folder DIR, or an archive with --archive FILE")
    from ckg.export import site_files  # noqa: PLC0415 - `--verify` needs no server

    project = find_project(folder)
    releases = Releases(release_root(project, root))
    release = releases.current()
    sources = _sources(project, releases, release) if archive is not None else ()
    options = site_files.options_for(release, url, language, single_files=single_files)
    written = 0

    def heard(number: int) -> None:
        nonlocal written
        written += number
        if written % _EVERY == 0:
            click.echo(f"  {written:,} files", err=True)

    with tempfile.TemporaryDirectory(dir=archive.absolute().parent if archive else None, prefix=".export-") as work:
        site = target or Path(work) / "site"
        done = site_files.export(release, site, options, heard)
        _tell(release, done, target)
        if archive is not None:
            _pack(release, site, project, sources, archive)


def _tell(release: Release, done: Exported, target: Path | None) -> None:
    """Say what was written, and what is missing in it."""
    click.echo(f"{target or 'the site'}: release {release.id}, {done.files:,} files, {done.bytes:,} bytes")
    if not done.answers:
        click.echo(
            "  It answers the ready questions only: the query engine for browsers was not built into this package "
            "(`npm ci && npm run build` in editor/, or `./run test`, builds it).",
            err=True,
        )
    click.echo(f"  SHA-256 of SHA256SUMS: {done.digest}")


def _sources(project: Project, releases: Releases, release: Release) -> tuple[str, ...]:
    """Return the files of the project. Raises `ReleaseError` where they are not those the release was made of."""
    from ckg.build import source_list  # noqa: PLC0415 - only archives read sources
    from ckg.build.pipeline import Build  # noqa: PLC0415

    if project.guessed:
        raise ProjectError(
            f"{project.folder} has no ckg.toml, so that nobody could build it again from an archive",
            hint="`ckg init --from` writes one.",
        )
    staged = {graph.name: graph.sha256 for graph in Build(project, releases.root).inputs().staging.published.graphs}
    made_of = {row["name"]: row["sha256"] for row in release.manifest["graphs"] if row["role"] != Role.INFERRED}
    other = sorted(name for name in staged.keys() | made_of.keys() if staged.get(name) != made_of.get(name))
    if other:
        raise ReleaseError(
            f"the files of {project.folder} are not those that release {release.id} was made of: {other[0]} differs",
            hint="Build it first (`ckg build`), or take the files as they were.",
        )
    return source_list.listed(project)


def _pack(release: Release, site: Path, project: Project, sources: tuple[str, ...], archive: Path) -> None:
    from ckg.export import preservation  # noqa: PLC0415 - only archives need it

    packed = preservation.pack(release, site, project.folder, sources, archive)
    click.echo(f"{archive}: {packed.files:,} files, {packed.bytes:,} bytes, SHA-256 {packed.digest}")


def _verify(folder: Path) -> None:
    from ckg.export import checksums  # noqa: PLC0415 - other commands need none of it

    found = list(checksums.problems(folder))
    if found:
        more = f"\n  … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        shown = "\n  ".join(found[:_SHOWN])
        raise PartsDisagree(f"the export {folder} is not as it was written:\n  {shown}{more}", hint="Export it again.")
    click.echo(f"{folder}: all {len(checksums.read(folder)):,} files are as they were written, and every link leads on")
