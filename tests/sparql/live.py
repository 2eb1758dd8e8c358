"""A live server, as `ckg serve` runs it, on a store of a test's own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pyoxigraph as ox
from tests import histories

from ckg.build.pipeline import Build
from ckg.model.config import read
from ckg.release import canonical_json, layout
from ckg.release.current import Releases

CONFIG = """
[project]
name = "endpoint"
title = "An endpoint under test"
base = "http://example.org/"
version = "1"
license = "https://creativecommons.org/publicdomain/zero/1.0/"

[reason]
engine = "owl-rl"
implementation = "owlrl"

[check]  # data for queries need not define what they name
undefined_terms = "off"
undescribed_things = "off"
shapeless_classes = "off"

[limits]
{limits}
"""

ONTOLOGY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/ontology#> .
<http://example.org/ontology> a owl:Ontology .
ex:Thing a owl:Class ; rdfs:label "thing"@en .
"""

CODE = """
import sys
from pathlib import Path
from ckg.cli import serve
from ckg.model.config import read
folder = Path(sys.argv[1])
serve._run(read(folder), folder / "release", "127.0.0.1", int(sys.argv[2]), watch=False)
"""


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def project(folder: Path, data: dict[str, str] | None = None, **limits: object) -> Path:
    """Make a project with a release. `data` are Turtle files by name."""
    for name in ("data", "ontology", "shapes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    quiet = {"budget_seconds": 0.0, "budget_errors": 0} | limits
    (folder / "ckg.toml").write_text(CONFIG.format(limits="\n".join(f"{k} = {v}" for k, v in quiet.items())))
    (folder / "ontology" / "ontology.ttl").write_text(ONTOLOGY)
    data = data or {"data.ttl": "<http://example.org/id/a> a <http://example.org/ontology#Thing> ."}
    for name, text in data.items():
        (folder / "data" / name).write_text(text, encoding="utf-8")
    Build(read(folder), folder / "release").run()
    return folder


def replace_store(folder: Path, quads: list[ox.Quad], history: str) -> None:
    """Put other statements in the store of a project's release than were built, in one of two ways."""
    release = Releases(folder / "release").current()
    shutil.rmtree(release.store)
    histories.load(release.store, quads, history)
    # The look-ups by which the server sees whether it answers rightly were chosen in the store that was built.
    record = release.folder / layout.STORE_FILES
    record.write_bytes(canonical_json.encode({**canonical_json.read_object(record), "probes": []}))


class Server:
    """A running server and how to ask it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.log = (folder / "log").open("w+")
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(folder), str(port)],
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    @property
    def endpoint(self) -> str:
        return f"{self.address}/sparql"

    def wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if self.get("/readyz").status == 200:
                    return
            except OSError:
                pass
            assert self.process.poll() is None, self.logged()
            time.sleep(0.05)
        raise AssertionError(f"the server is not ready: {self.logged()}")

    def logged(self) -> str:
        return Path(self.log.name).read_text()

    def send(self, method: str, path: str, body: bytes | None = None, timeout: float = 60, **headers: str) -> Reply:
        request = urllib.request.Request(self.address + path, data=body, method=method)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
        try:
            with opener.open(request, timeout=timeout) as answer:
                return Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def query(self, text: str, accept: str = "*/*", **parameters: object) -> Reply:
        form = urlencode({"query": text, **parameters}, doseq=True).encode()
        return self.send("POST", "/sparql", form, Accept=accept, Content_Type="application/x-www-form-urlencoded")

    def metric(self, line: str) -> float:
        found = re.search(rf"^{re.escape(line)} (\S+)$", self.get("/metrics").body.decode(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def processes(self) -> list[int]:
        """Return the ids of the server's processes, workers included."""
        found = subprocess.run(
            ["ps", "-s", str(self.process.pid), "-o", "pid="], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]

    def memory(self) -> int:
        """Return the bytes of memory that the server and its workers hold, what they share counted once each."""
        total = 0
        for pid in self.processes():
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += sum(int(kb) for kb in re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)) << 10
        return total

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise
        finally:
            self.log.close()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@contextmanager
def serving(folder: Path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Server(folder, port)
    try:
        server.wait()
        yield server
    finally:
        try:
            server.stop()
        finally:
            print(server.logged())
