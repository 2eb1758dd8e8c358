"""`ckg push`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ckg.backends.release import ReleaseData
from ckg.backends.sparql_endpoint.dialects import DIALECTS
from ckg.backends.sparql_endpoint.endpoint_settings import EndpointSettings
from ckg.backends.sparql_endpoint.pushing import Push, PushReport
from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import ConfigError
from ckg.project_places import release_root
from ckg.release import manifest
from ckg.release.current import Releases, hold


@click.command()
@click.argument("url", required=False)
@project_option
@out_option
@click.option(
    "--release",
    "release_id",
    metavar="ID",
    help="Which release, or the beginning of its name. Default: the current one.",
)
@click.option(
    "--dialect",
    type=click.Choice(sorted(DIALECTS)),
    help="Which engine is there. Default: backend.dialect of ckg.toml.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and change nothing.")
@click.option(
    "--keep-hours",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    help="How long data sets of earlier releases, and what interrupted pushes of others left, stay there.",
)
def command(
    url: str | None,
    folder: Path | None,
    root: Path | None,
    release_id: str | None,
    dialect: str | None,
    *,
    dry_run: bool,
    keep_hours: float,
) -> None:
    """Load a release into the SPARQL 1.1 endpoint at URL, check it there, and have it served.

    URL is the address for queries; where it is not given, backend.endpoint of ckg.toml. {release} in it stands for the
    name of the release: each then has a data set of its own, which is made where the server is Fuseki.

    What is served there stays until the new release is whole: then one update takes its place. It may be interrupted
    and repeated at any time; what is there already is not sent again. Credentials come from the environment:
    CKG_BACKEND_USER and CKG_BACKEND_PASSWORD, or CKG_BACKEND_TOKEN.
    """
    project = find_project(folder)
    if url:
        project = project.with_value("backend.endpoint", url)
    if dialect:
        project = project.with_value("backend.dialect", dialect)
    if not project.get("backend.endpoint"):
        raise ConfigError(
            "there is no endpoint to push to",
            key="backend.endpoint",
            hint="Name its address: `ckg push http://localhost:7878/query --dialect oxigraph`, or in ckg.toml.",
        )
    settings = EndpointSettings.of(project.values)
    releases = Releases(release_root(project, root))
    release = releases.get(release_id) if release_id else releases.current()
    manifest.verify(release, deep=False, store=True)
    held = hold(release)
    data = ReleaseData(
        release.store, release.base, release.staging.graphs, release.prefixes, release.store_probes, release=release.id
    )
    push = Push(settings, data, lambda words: click.echo(f"  {words}"))
    try:
        report = push.run(dry=dry_run, keep_hours=keep_hours)
    finally:
        push.close()
        os.close(held)
    _tell(report)


def _tell(report: PushReport) -> None:
    click.echo(f"{report.release} at {report.endpoint}: {report.graphs} graphs, {report.triples} triples")
    if report.dry:
        click.echo(
            f"  would send {report.sent_graphs} graphs, {report.sent_triples} triples; "
            f"{report.kept_graphs} are there already"
        )
        return
    if not report.switched:
        click.echo(f"  is served there already, and every graph is right ({report.seconds:.1f} s)")
        return
    click.echo(
        f"  sent {report.sent_graphs} graphs, {report.sent_triples} triples; "
        f"{report.kept_graphs} were there already; counts and hashes agree ({report.seconds:.1f} s)"
    )
    click.echo(f"  served now, after {report.before}" if report.before else "  served now")
    if report.removed:
        click.echo(f"  removed: {', '.join(report.removed)}")
