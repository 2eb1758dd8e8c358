"""Real SPARQL servers, started for tests on free ports of this machine: Oxigraph's, Apache Jena Fuseki, Virtuoso."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ckg.backends import ReleaseData
from ckg.backends.sparql_endpoint.endpoint_settings import EndpointSettings
from ckg.release.layout import Release

from .outside import ROOT

FUSEKI = "org.apache.jena:jena-fuseki-server:5.6.0"
_START_S = 60


def settings(dialect: str, endpoint: str, **more) -> EndpointSettings:
    values = {"backend.dialect": dialect, "backend.endpoint": endpoint, "backend.update": "", "backend.graph_store": ""}
    defaults = {"timeout_seconds": 10.0, "connect_seconds": 2.0, "retries": 2, "connections": 8, "page_rows": 5000}
    values |= {f"backend.{name}": value for name, value in (defaults | {"check_release": True} | more).items()}
    return EndpointSettings.of(values, {})


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class SparqlServer:
    """A server that can be ended at once and started again on the same data."""

    def __init__(self, dialect: str, folder: Path, command: list[str], port: int, path: str) -> None:
        self.dialect, self.folder, self.port = dialect, folder, port
        self.command = command
        self.endpoint = f"http://127.0.0.1:{port}{path}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "server.log").open("ab")
        environment = {**os.environ, "FUSEKI_BASE": str(self.folder)}
        self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log, env=environment)
        log.close()
        until = time.monotonic() + _START_S
        while not self.answers():
            assert self.process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}?query=ASK%7B%7D", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def oxigraph(folder: Path) -> SparqlServer:
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("Oxigraph's server is not installed; to get it: pip install oxigraph")
    port = free_port()
    command = [str(program), "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    return SparqlServer("oxigraph", folder, command, port, "/query")


def fuseki(folder: Path, *, data_sets: bool = False) -> SparqlServer:
    place = Path(os.environ.get("CKG_FUSEKI") or ROOT / ".venv" / "fuseki")
    jars = sorted(place.glob("jena-fuseki-server-*.jar"))
    if shutil.which("java") is None:
        pytest.skip("there is no Java here")
    if not jars:
        command = f"mvn dependency:copy -Dartifact={FUSEKI} -DoutputDirectory={place}"
        pytest.skip(f"Apache Jena Fuseki is not at {place} ($CKG_FUSEKI); to get it, as ./run test does: {command}")
    port = free_port()
    (folder / "data").mkdir(exist_ok=True)
    command = ["java", "-Xmx1g", "-jar", str(jars[-1]), "--localhost", "--port", str(port), "--update"]
    command += ["--loc", str(folder / "data"), "/ds"]
    return SparqlServer("fuseki", folder, command, port, "/{release}/sparql" if data_sets else "/ds/sparql")


_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = {isql}
NumberOfBuffers = 20000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 10000
"""
_GRANTS = """
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);
grant SPARQL_UPDATE to "SPARQL";
grant execute on DB.DBA.L_O_LOOK to "SPARQL";
"""


def virtuoso(folder: Path) -> SparqlServer:
    for program in ("virtuoso-t", "isql-vt"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed; to get it: apt-get install virtuoso-opensource-7-bin")
    http, isql = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(http=http, isql=isql))
    server = SparqlServer("virtuoso", folder, ["virtuoso-t", "-f", "+configfile", "virtuoso.ini"], http, "/sparql")
    server.start()
    granting = ["isql-vt", f"127.0.0.1:{isql}", "dba", "dba", "VERBOSE=OFF"]
    subprocess.run(granting, input=_GRANTS.encode(), check=True, timeout=60, capture_output=True)
    return server


def data_of(release: Release) -> ReleaseData:
    """Return what an engine is told of a release."""
    return ReleaseData(
        release.store,
        release.base,
        release.staging.graphs,
        dict(release.prefixes),
        release.store_probes,
        release=release.id,
    )


MAKERS = {"oxigraph": oxigraph, "fuseki": fuseki, "virtuoso": virtuoso}


@contextmanager
def running(dialect: str, folder: Path) -> Iterator[SparqlServer]:
    """Yield a server with no data; skip the test where it is not installed."""
    if dialect == "virtuoso" and not os.environ.get("CKG_VIRTUOSO"):
        pytest.skip("Virtuoso is tried by hand: CKG_VIRTUOSO=1, after apt-get install virtuoso-opensource-7-bin")
    server = MAKERS[dialect](folder)
    if server.process is None:
        server.start()
    try:
        yield server
    finally:
        server.kill()
