"""`ckg serve --watch`: a file that changes is on the page a moment later, and a broken one changes nothing."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from .command import CKG

LONGEST_S = 90.0
STATEMENT = '<https://v.example/x> <http://www.w3.org/2000/01/rdf-schema#label> "{}" .\n'


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str, Path]]:
    """A file that is served and watched, the address, and what the command says."""
    file, said = tmp_path / "names" / "a.ttl", tmp_path / "said"
    file.parent.mkdir()
    file.write_text(STATEMENT.format("Before"))
    command = [CKG, "serve", "--watch", "--port", "0", "--releases", tmp_path / "releases", file.parent]
    with said.open("w") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            yield file, _wait(said, r"on (http://\S+)/"), said
        finally:
            process.send_signal(signal.SIGINT)


def _wait(said: Path, pattern: str) -> str:
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        found = re.search(pattern, said.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(said.read_text())


def _get(address: str) -> str:
    with urlopen(Request(address, headers={"Accept": "text/html"}), timeout=LONGEST_S) as answer:
        return str(answer.read().decode())


def test_a_change_is_built_and_open_pages_are_told(served: tuple[Path, str, Path]) -> None:
    file, address, said = served
    page = _get(f"{address}/x.html")
    assert "Before" in page
    script = re.search(r'src="([^"]*reload[^"]*)"', page)
    assert script is not None
    assert "readyz" in _get(address + script[1])
    file.write_text(STATEMENT.format("After"))
    _wait(said, r"(is served now)")
    assert "After" in _get(f"{address}/x.html")
    file.write_text("<https://v.example/x> oops .")
    _wait(said, r"(a\.ttl:1:23)")
    assert "After" in _get(f"{address}/x.html")
