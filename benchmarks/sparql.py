"""SPARQL over HTTP: ckg beside other endpoints, the same queries on the same data in one run.

    python benchmarks/sparql.py --triples 1000000 --seconds 5 \
        --rdflib-endpoint PYTHON --fuseki JAR --oxigraph BINARY > docs/benchmarks/sparql.md

PYTHON is an interpreter in whose environment rdflib-endpoint and uvicorn are installed, JAR the runnable Fuseki, BINARY
Oxigraph's own server; a peer that is not named is left out, and the table says so. Every server is asked the same mix
in the same order by 1, 4 and 16 clients with connections kept alive, each query with a constant of its own so that no
cache helps, and ckg a second time with the same queries again and again. One server runs at a time. Printed: median and
99th percentile in milliseconds, queries a second, and the ratio of ckg's queries a second to the peer's. `load` is the
load average of the machine at the start: figures from a busy machine say little. That is the mix on generated summits;
`--mix shop` asks what people ask a shop, at one size or several, and compares the answers as well: shop/run.py.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

import generate
from ckg.build.pipeline import Build
from ckg.model.config import read
from ckg.release.current import Releases
from shop import run
from shop.servers import Peers

CLIENTS = (1, 4, 16)
PREFIX = (
    f"PREFIX ckg: <{generate.CKG}> PREFIX oa: <http://www.w3.org/ns/oa#>"
    " PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
MIX = (
    # {iri} is a subject of the data, {n} a number that no other query has
    "SELECT ?p ?o {{ <{iri}> ?p ?o }} LIMIT 5{n}",
    "SELECT ?label {{ <{iri}> rdfs:label ?label FILTER(?label != '{n}') }}",
    "SELECT ?s ?p {{ ?s ?p <{iri}> }} LIMIT 2{n}",
    "SELECT ?q ?words {{ <{iri}> ckg:restsOn ?q . ?q oa:hasSelector ?x . ?x ?y ?words }} LIMIT 3{n}",
    "SELECT ?s ?label {{ ?s a ckg:Commitment ; rdfs:label ?label FILTER(CONTAINS(?label, '{n}')) }} LIMIT 20",
    "SELECT ?class (COUNT(?s) AS ?n) {{ <{iri}> a ?class . ?s a ?class }} GROUP BY ?class HAVING (COUNT(?s) > -{n})",
    "ASK {{ <{iri}> rdfs:label 'no such label {n}' }}",
    "CONSTRUCT {{ <{iri}> ?p ?o }} WHERE {{ <{iri}> ?p ?o }} LIMIT 4{n}",
)
CONFIG = """
[project]
name = "benchmark"
title = "Benchmark"
base = "https://w3id.org/ckg/"
version = "1"
license = "https://creativecommons.org/publicdomain/zero/1.0/"
[limits]
budget_seconds = 0.0
budget_errors = 0
seconds = 60.0
"""
SERVE = """
import sys
from pathlib import Path
from ckg.cli import serve
from ckg.model.config import read
folder = Path(sys.argv[1])
serve._run(read(folder), folder / "release", "127.0.0.1", int(sys.argv[2]), watch=False)
"""
RDFLIB = """
import sys, rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Dataset(default_union=True)
graph.parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One run: milliseconds of every request, sorted, and requests a second."""

    times: list[float]
    rate: float
    failed: int

    def percentile(self, share: float) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))] if self.times else float("nan")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], address: str, cwd: Path) -> Iterator[str]:
    """Run a server until the block ends; it is ready when it answers a query.

    It has a group of its own but shares our session: Linux divides the processor between sessions (autogroup) before it
    looks at priorities, and what is measured is not how server and clients on one machine share it.
    """
    with (cwd / "server.log").open("a") as log:
        process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=log, process_group=0)
        try:
            end = time.monotonic() + 900
            while True:
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit(f"{command[0]} did not start: {(cwd / 'server.log').read_text()[-2000:]}")
                with suppress(OSError):
                    urllib.request.urlopen(f"{address}?query={quote('ASK {}')}", timeout=5).close()
                    break
                time.sleep(0.2)
            yield address
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


def ask(connection: socket.socket, request: bytes) -> int:
    """Send a request, read the whole answer and return its status."""
    connection.sendall(request)
    data = b""
    while b"\r\n\r\n" not in data:
        data += _piece(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    if b"content-length" in fields:
        missing = int(fields[b"content-length"]) - len(body)
        while missing > 0:
            missing -= len(_piece(connection))
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += _piece(connection)
    return int(head.split(b" ", 2)[1])


def _piece(connection: socket.socket) -> bytes:
    piece = connection.recv(1 << 16)
    if not piece:
        raise ConnectionError("the server closed the connection")
    return piece


def drive(address: str, texts: Callable[[int], str], clients: int, seconds: float) -> Result:
    """Ask from several threads for some seconds; `texts` gives the n-th query."""
    parts = urllib.request.urlparse(address)  # type: ignore[attr-defined]
    times: list[float] = []
    failed = 0
    number = iter(range(10**9))
    stop = time.monotonic() + seconds

    def client() -> None:
        nonlocal failed
        connection = None
        while time.monotonic() < stop:
            text = texts(next(number))
            accept = "text/turtle" if "CONSTRUCT" in text else "application/sparql-results+json"
            request = (
                f"GET {parts.path}?query={quote(text)} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n\r\n"
            ).encode()
            began = time.perf_counter()
            try:
                if connection is None:
                    connection = socket.create_connection((parts.hostname, parts.port), timeout=120)
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                good = ask(connection, request) == 200
            except OSError:
                good, connection = False, None
            times.append((time.perf_counter() - began) * 1000)
            failed += not good
        if connection is not None:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Result(sorted(times), len(times) / (time.perf_counter() - began), failed)


def prepare(folder: Path, triples: int) -> tuple[Path, list[str]]:
    """Generate the data as N-Triples, build ckg's release on them, and return the file and some subjects."""
    source = folder / "generated"
    generate.write(source, triples=triples, seed=1, violations=0.0, axioms=1, files=4)
    path = folder / "data.nt"
    with path.open("wb") as out:
        for file in sorted((source / "data").rglob("*.ttl")):
            quads = ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
            ox.serialize((quad.triple for quad in quads), out, ox.RdfFormat.N_TRIPLES)
    subjects = {line.partition(b" ")[0].decode() for line in path.open("rb") if line.startswith(b"<")}
    project = folder / "ckg"
    for name in ("data", "ontology", "shapes"):
        (project / name).mkdir(parents=True, exist_ok=True)
    (project / "ckg.toml").write_text(CONFIG)
    (project / "data" / "one.ttl").write_text("<https://w3id.org/ckg/id/one> a <https://w3id.org/ckg/ontology#One> .")
    Build(read(project), project / "release").run()
    store = Releases(project / "release").current().store
    shutil.rmtree(store)
    opened = ox.Store(str(store))
    opened.bulk_load(path=str(path), format=ox.RdfFormat.N_TRIPLES)
    opened.optimize()
    opened.flush()
    chosen = sorted(iri[1:-1] for iri in subjects)
    return path, chosen[:: max(1, len(chosen) // 5000)]


def servers(folder: Path, data: Path, options: argparse.Namespace) -> Iterator[tuple[str, list[str], str]]:
    """Yield the name, the command and the address of every server that is there."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    yield "ckg", [sys.executable, "-c", SERVE, str(folder / "ckg"), str(port)], f"{here}/sparql"
    if options.oxigraph:
        location = str(folder / "oxigraph")
        subprocess.run(
            [options.oxigraph, "load", "-l", location, "-f", str(data)], check=True, stderr=subprocess.DEVNULL
        )
        command = [options.oxigraph, "serve-read-only", "-l", location, "-b", f"127.0.0.1:{port}"]
        yield "Oxigraph server", command, f"{here}/query"
    if options.fuseki:
        command = ["java", "-jar", options.fuseki, "--port", str(port), "--localhost", "--file", str(data), "/ds"]
        yield "Jena Fuseki", command, f"{here}/ds/sparql"
    if options.rdflib_endpoint:
        yield "rdflib-endpoint", [options.rdflib_endpoint, "-c", RDFLIB, str(data), str(port)], f"{here}/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mix", choices=("summits", "shop"), default="summits")
    parser.add_argument("--triples", type=int, nargs="+", default=[1_000_000], help="several sizes only for the shop")
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="how long each server is asked by each number of clients"
    )
    parser.add_argument("--rdflib-endpoint", default="")
    parser.add_argument("--fuseki", default="")
    parser.add_argument("--oxigraph", default="")
    parser.add_argument("--projects", type=Path, help="a folder in which shops are kept from run to run")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # so that the servers are ended too
    if options.mix == "shop":
        peers = Peers(options.oxigraph, options.fuseki, options.rdflib_endpoint)
        run.main(options.triples, options.seconds, peers, options.projects)
        return
    triples = options.triples[0]
    print(f"# SPARQL over HTTP\n\n{triples:,} triples, {options.seconds:g} s for each figure, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start.\n")  # fmt: skip
    print("| server | clients | median ms | p99 ms | queries/s | failed | ckg is faster by |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, subjects = prepare(folder, triples)
        rates: dict[int, float] = {}

        def uncached(n: int) -> str:
            iri = subjects[n * 7919 % len(subjects)]
            return PREFIX + MIX[n % len(MIX)].format(iri=iri, n=n)

        def cached(n: int) -> str:
            return uncached(n % 64)

        for server, command, address in servers(folder, data, options):
            with running(command, address, folder):
                drive(address, cached, 1, 1.0)
                for mix, kind in ((uncached, ""), *(((cached, ", cached"),) if server == "ckg" else ())):
                    for clients in CLIENTS:
                        result = drive(address, mix, clients, options.seconds)
                        if server == "ckg" and not kind:
                            rates[clients] = result.rate
                        ratio = "" if server == "ckg" else f"{rates[clients] / result.rate:.1f}"
                        print(
                            f"| {server}{kind} | {clients} | {result.percentile(0.5):.2f}"
                            f" | {result.percentile(0.99):.2f} | {result.rate:.0f} | {result.failed} | {ratio} |",
                            flush=True,
                        )
        missing = [n for n, given in (("Oxigraph server", options.oxigraph), ("Jena Fuseki", options.fuseki),
                                      ("rdflib-endpoint", options.rdflib_endpoint)) if not given]  # fmt: skip
        if missing:
            print(f"\nNot run: {', '.join(missing)}.")


if __name__ == "__main__":
    main()
