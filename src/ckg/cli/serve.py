"""`ckg serve`: the only place that knows granian."""

from __future__ import annotations

import json
import logging
import os
import socket
from pathlib import Path
from typing import Any

import click

from ckg.cli.build import build_and_tell
from ckg.cli.options import find_project, out_option, project_option, refuse_to_ship_into, release_root
from ckg.errors import ProjectError
from ckg.model.config import Project
from ckg.release import manifest, owner
from ckg.release import verify as agreement
from ckg.release.current import Releases

_ROOT = "CKG_SERVE_RELEASES"
_SETTINGS = "CKG_SERVE_SETTINGS"
_SECONDS_TO_FINISH = 15


@click.command()
@project_option
@out_option
@click.option("--host", help="The address to listen on. Default: serve.host of ckg.toml.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port; 0 takes a free one. Default: serve.port of ckg.toml."
)
@click.option("--build/--no-build", default=None, help="Build before serving. Default: only where there is no release.")
@click.option(
    "--verify", is_flag=True, help="Hold the parts of the release against each other (`ckg verify`) before serving."
)
def command(
    *, folder: Path | None, root: Path | None, host: str | None, port: int | None, build: bool | None, verify: bool
) -> None:
    """Serve the current release: pages, entities, SPARQL, dumps. Build first if there is no release.

    A release that is built or switched to meanwhile is served without a restart. Stop with Ctrl-C.
    """
    project = find_project(folder)
    releases = Releases(release_root(project, root))
    if build is not False:  # with --no-build nothing is published, and whatever is there may be served
        refuse_to_ship_into(root, folder)
        owner.check(releases, project)
    if build or (build is None and not releases.has_current()):
        build_and_tell(project, releases.root, project.texts)
    release = releases.current()
    if verify:
        agreement.verify(release).raise_for_problems()
    else:
        manifest.verify(release, deep=False)
    host = host or str(project.get("serve.host"))
    port = _free_port(host, int(project.get("serve.port")) if port is None else port)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"{release.about.title}\n  release {release.id} on http://{shown}:{port}{project.get('serve.prefix')}/")
    click.echo("  Ctrl-C stops.")
    _run(project, releases.root, host, port)


def _run(project: Project, root: Path, host: str, port: int) -> None:
    from granian import Granian  # noqa: PLC0415 - a server that is not started need not be loaded
    from granian.constants import Interfaces, Loops  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    # The application lives in a process of its own, which finds what to serve in its environment.
    os.environ[_ROOT] = str(root)
    os.environ[_SETTINGS] = json.dumps(
        {key: value for key, value in project.values.items() if key.startswith(("serve.", "limits."))}
    )
    Granian(
        f"{__name__}:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=int(project.get("serve.threads")),
        loop=Loops.asyncio,
        websockets=False,
        log_level=LogLevels.error,  # it warns of many threads, but ours mostly wait for query workers
        respawn_failed_workers=True,
        workers_kill_timeout=_SECONDS_TO_FINISH,
    ).serve()


def application() -> Any:
    """Return the WSGI application for the releases that the environment names; the server calls this."""
    from ckg.web.app import create_app  # noqa: PLC0415 - only the serving process needs it

    _log_to_standard_error()
    return create_app(Path(os.environ[_ROOT]), json.loads(os.environ[_SETTINGS]))


def _log_to_standard_error() -> None:
    """Let people see what the server says of itself: each switch to another release, and every fault."""
    log = logging.getLogger("ckg")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def _free_port(host: str, port: int) -> int:
    """Return the port if it can be listened on, or a free one for 0. Raises `ProjectError` that says what to do."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise ProjectError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}",
            hint="Choose another with --host and --port; --port 0 takes a free one.",
        ) from None
