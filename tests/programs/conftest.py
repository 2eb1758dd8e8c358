"""The shipped data set as programs ask it: in the process, and over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ckg


@pytest.fixture(scope="session")
def graph(shipped_releases: Path) -> Iterator[ckg.KnowledgeGraph]:
    """The shipped data set, asked in this process."""
    with ckg.open(shipped_releases) as opened:
        yield opened


@pytest.fixture(scope="session")
def address(shipped_releases: Path) -> Iterator[str]:
    """The address of a real server of the shipped data set."""
    command = [sys.executable, "-m", "ckg", "serve", "--no-build", "--port", "0", "--releases", str(shipped_releases)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "NO_COLOR": "1"}
    ) as server:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if "http://" in line:
                break
        else:
            raise AssertionError(said)
        place = said[said.index("http://") :].split()[0].rstrip("/.")
        try:
            yield place
        finally:
            server.terminate()
            server.communicate(timeout=30)
