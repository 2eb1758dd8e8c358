"""Two releases of one project that differ in every thing, and a real `ckg serve` on them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ckg.release.current import Releases
from shop import data
from shop.servers import free_port

_CKG = str(Path(sys.executable).with_name("ckg"))
_START_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Site:
    """A project that is built twice: its folder, and the names of its two releases, the second one current."""

    project: Path
    releases: tuple[str, str]

    def switch(self, name: str) -> None:
        """Make a release current, as `ckg releases --use` does."""
        Releases(self.project / "release").switch(name)

    def dump(self, name: str) -> Path:
        """Return the dump in N-Triples of a release."""
        return self.project / "release" / name / "dumps" / "shop.nt"


def build(project: Path, triples: int) -> Site:
    """Build a shop, and the same shop with all its words and numbers changed."""
    names = []
    for version in (1, 2):
        written = project.with_name(f"{project.name}-{version}")
        data.write(written, triples=triples, seed=version, files=2)
        project.mkdir(exist_ok=True)
        for folder in ("data", "ontology", "shapes"):
            (project / folder).mkdir(exist_ok=True)
            for path in (written / folder).iterdir():
                path.replace(project / folder / path.name)
        (project / "ckg.toml").write_text(data.CONFIG.replace('version = "1"', f'version = "{version}"'))
        subprocess.run([_CKG, "build", "--project", str(project)], check=True, stdout=subprocess.DEVNULL)
        names.append(Releases(project / "release").current().id)
    return Site(project, (names[0], names[1]))


@contextmanager
def served(site: Site, log: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, int, int]]:
    """Serve the site with default settings until the block ends; yield host, port and process."""
    port = free_port()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [_CKG, "serve", "--no-build", "--project", str(site.project), "--port", str(port)],
            stdout=out,
            stderr=out,
            process_group=0,
            env={**os.environ, **environment},
        )
    try:
        end = time.monotonic() + _START_TIMEOUT_S
        while True:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                break
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.2)
        yield "127.0.0.1", port, process.pid
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
