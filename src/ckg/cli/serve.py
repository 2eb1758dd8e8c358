"""`ckg serve`: the application behind its front, in this process."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import click

from ckg.cli import rebuilding
from ckg.cli.build import build_and_tell
from ckg.cli.options import find_project, out_option, paths_argument, project_option, refuse_to_ship_into
from ckg.errors import ProjectError
from ckg.model.config import Project
from ckg.project_places import release_root
from ckg.release import manifest, owner
from ckg.release import verification as agreement
from ckg.release.current import Releases

_PATIENCE_S = 10.0


@click.command()
@paths_argument
@project_option
@out_option
@click.option("--host", help="The address to listen on. Default: serve.host of ckg.toml.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one. Default: serve.port of ckg.toml."
)
@click.option("--build/--no-build", default=None, help="Build before serving. Default: only where there is no release.")
@click.option(
    "--verify", is_flag=True, help="Compare the parts of the release with each other (`ckg verify`) before serving."
)
@click.option(
    "--watch", is_flag=True, help="Build again when files of the project change, and let open pages load anew."
)
def command(
    *,
    paths: tuple[Path, ...],
    folder: Path | None,
    root: Path | None,
    host: str | None,
    port: int | None,
    build: bool | None,
    verify: bool,
    watch: bool,
) -> None:
    """Serve the current release: pages, entities, SPARQL, dumps. Build first if there is no release.

    PATH may be any file or folder of RDF, without a ckg.toml: title, base and the use of each file are guessed and
    printed. Nothing is written beside them.

    A release that is built or switched to meanwhile is served without a restart. Stop with Ctrl-C.
    """
    project = find_project(folder, paths)
    releases = Releases(release_root(project, root))
    if build is not False and not project.guessed:
        # with --no-build nothing is published, and whatever is there may be served
        refuse_to_ship_into(root, project, named=folder is not None)
        owner.check(releases, project)
    if build or (build is None and (project.guessed or not releases.has_current())):
        build_and_tell(project, releases.root, project.texts)
    release = releases.current()
    if verify:
        agreement.verify(release).raise_for_problems()
    else:
        manifest.verify(release, deep=False, store=True)
    host = host or str(project.get("serve.host"))
    click.echo(release.about.title)
    if watch:
        named = [str(path) for path in paths] if project.guessed else ["--project", str(project.folder)]
        rebuilding.start(project, releases.root, named or [str(project.folder)])
    _run(project, releases.root, host, int(project.get("serve.port")) if port is None else port, watch=watch)


def _run(project: Project, root: Path, host: str, port: int, *, watch: bool) -> None:
    from ckg.web.app import create_app  # noqa: PLC0415 - only the serving process needs it
    from ckg.web.front import server  # noqa: PLC0415
    from ckg.web.front_application import FrontApplication  # noqa: PLC0415

    _log_to_standard_error()
    listening = _listen(host, port)
    sections = ("serve.", "limits.", "backend.")
    settings = {key: value for key, value in project.values.items() if key.startswith(sections)}
    app = create_app(root, settings)
    if watch:
        from ckg.web import reloading  # noqa: PLC0415

        reloading.register(app)
    served = FrontApplication(app)
    found = served.sandbox(_PATIENCE_S)
    served.warm()
    address = _address(project, host, listening.getsockname()[1])
    click.echo(f"  release {served.release} on {address}/")
    _tell_sandbox(found)
    if settings["backend.endpoint"]:
        click.echo(f"  Queries are evaluated by {settings['backend.endpoint']} ({settings['backend.dialect']}).")
    click.echo("  Ctrl-C stops.")
    server.serve(listening, served, served.limits)


def _log_to_standard_error() -> None:
    """Let people see what the server says of itself: each switch to another release, and every fault."""
    log = logging.getLogger("ckg")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def _tell_sandbox(found: tuple[list[str], list[str]] | None) -> None:
    """Say which layers of the query workers' sandbox hold and which do not."""
    if found is None:
        click.echo("  No query worker is ready; /readyz says when one is.", err=True)
        return
    holding, missing = found
    click.echo(f"  Sandbox of the query workers: {', '.join(holding) or 'none'}.")
    if missing:
        click.echo(f"  Missing on this machine: {', '.join(missing)} (docs/endpoint.md).", err=True)


def _address(project: Project, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{project.get('serve.prefix')}"


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to a port, a free one for 0. Raises `ProjectError` that says what to do."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        raise ProjectError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}",
            hint="Choose another with --host and --port; --port 0 takes a free one.",
        ) from None
