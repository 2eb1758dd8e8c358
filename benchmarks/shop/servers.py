"""The endpoints that are asked: ckg and its peers, each started on the same statements and stopped at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shop.driver import fetch
from shop.queries import Asked

_START_TIMEOUT_S = 1800.0
FUSEKI_IN_MEMORY = 2_000_000
"""Fuseki holds so many triples in memory, where it is fastest; more are in TDB2 on disk."""

RDFLIB_MOST = 1_200_000
"""rdflib-endpoint gets no more triples: it holds them in memory, 1.4 GB for each million."""

_RDFLIB = """
import sys, rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""
_FUSEKI_QUIET = """
status = error
appender.console.type = Console
appender.console.name = console
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
"""Fuseki writes three lines for each request unless it is told not to; no other server here writes any."""

BUDGETS_OFF = "\n[limits]\nbudget_seconds = 0.0\nbudget_errors = 0\n"
"""All clients come from one address here; every other bound is at its default."""


@dataclass(frozen=True, slots=True)
class Peers:
    """Where the peers' programs are; empty for one that is left out."""

    oxigraph: str = ""
    fuseki: str = ""
    rdflib_python: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """An endpoint that runs: its name, the address of its queries, its process."""

    name: str
    address: str
    process: int


@contextmanager
def all_running(project: Path, union: Path, triples: int, peers: Peers, logs: Path) -> Iterator[list[Server]]:
    """Start ckg on a project that is built, and the peers on its dump in N-Triples; all run until the block ends.

    A server that is not asked uses no processor, so that all can be asked in turn under the same load of the machine.
    """
    with ExitStack() as stack:

        def start(name: str, path: str, command: list[str], port: int) -> Server:
            return stack.enter_context(_running(name, command, f"http://127.0.0.1:{port}{path}", logs))

        port = free_port()
        ckg = Path(sys.executable).with_name("ckg")
        command = [str(ckg), "serve", "--no-build", "--project", str(project), "--port", str(port)]
        servers = [start("ckg", "/sparql", command, port)]
        if peers.oxigraph:
            location = str(logs / "oxigraph")
            _load([peers.oxigraph, "load", "-l", location, "-f", str(union)], logs)
            _load([peers.oxigraph, "optimize", "-l", location], logs)
            port = free_port()
            command = [peers.oxigraph, "serve-read-only", "-l", location, "-b", f"127.0.0.1:{port}"]
            servers.append(start("Oxigraph server", "/query", command, port))
        if peers.fuseki:
            port = free_port()
            if triples > FUSEKI_IN_MEMORY:
                location = str(logs / "tdb2")
                _load(["java", "-cp", peers.fuseki, "tdb2.tdbloader", "--loc", location, str(union)], logs)
                name, source = "Jena Fuseki, TDB2", ["--tdb2", "--loc", location]
            else:
                name, source = "Jena Fuseki, in memory", ["--file", str(union)]
            quiet = logs / "log4j2.properties"
            quiet.write_text(_FUSEKI_QUIET)
            java = ["java", "-Xmx4g", f"-Dlog4j2.configurationFile={quiet}", "-jar", peers.fuseki]
            command = [*java, "--port", str(port), "--localhost", *source, "/ds"]
            servers.append(start(name, "/ds/sparql", command, port))
        if peers.rdflib_python and triples <= RDFLIB_MOST:
            port = free_port()
            servers.append(
                start("rdflib-endpoint", "/", [peers.rdflib_python, "-c", _RDFLIB, str(union), str(port)], port)
            )
        yield servers


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _load(command: list[str], logs: Path) -> None:
    with (logs / "load.log").open("a") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log)


@contextmanager
def _running(name: str, command: list[str], address: str, logs: Path) -> Iterator[Server]:
    """Run a server until the block ends; it has started when it answers a query.

    It has a process group of its own but shares our session: Linux divides the processor between sessions (autogroup)
    before it looks at priorities, and that is not what is measured.
    """
    path = logs / f"{name.partition(' ')[0].lower()}.log"
    with path.open("a") as log:
        process = subprocess.Popen(command, cwd=logs, stdout=log, stderr=log, process_group=0)
        try:
            end = time.monotonic() + _START_TIMEOUT_S
            while fetch(address, Asked("", "ASK {}"))[0] != 200:
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"{name} did not start: {path.read_text(errors='replace')[-2000:]}")
                time.sleep(0.3)
            yield Server(name, address, process.pid)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(30)
