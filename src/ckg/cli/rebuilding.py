"""Building a project again whenever its files change, beside a server that follows the current release."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from ckg.build import watching
from ckg.model.config import Project
from ckg.release import ledger

_SHOWN = 3


def start(project: Project, releases: Path, arguments: Sequence[str]) -> threading.Thread:
    """Watch the files of a project, and run `ckg build` with the arguments when they have changed; return at once.

    A build runs in a process of its own: what it finds wrong is told as always, and the release before stays.
    """
    left_out = (releases, project.release_root, project.folder / ledger.NAME)
    paths = watching.watched(project, project.texts)

    def watch() -> None:
        for changed in watching.changes(paths, left_out=left_out):
            names = sorted(os.path.relpath(path, project.folder) for path in changed)
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            click.echo(f"changed: {', '.join(names[:_SHOWN])}{more}")
            command = [sys.executable, "-m", "ckg", "build", "--releases", str(releases), *arguments]
            subprocess.run(command, check=False)  # noqa: S603 - our own command, with what its user gave

    thread = threading.Thread(target=watch, name="ckg watch", daemon=True)
    thread.start()
    return thread
