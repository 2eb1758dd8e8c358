"""Entity pages a second: `ckg serve`, with and without its cache, beside Trifid, on the same data in one run.

    python benchmarks/pages.py [--project DIR] [--entities 200] [--seconds 5] [--rounds 3] [--clients 8] [--trifid DIR]

Needs Node with npm (Trifid is installed into a temporary folder, or taken from a folder in which `npm install trifid`
was run before) and wrk (Debian's package `wrk`). Every server gets the same data set, the same addresses in the same
order, and the same load, one server at a time, in turns; the table shows medians of the rounds. Correctness comes
first: before a server is measured, every address is asked for once, and an answer counts only if it is 200, of the
right type and names the entity; what fails is shown beside the speed.
"""

from __future__ import annotations

import argparse
import http.client
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from ckg.build.pipeline import Build
from ckg.formats import N_TRIPLES
from ckg.model import config
from ckg.release.layout import Release

ACCEPT = {"HTML": "text/html", "Turtle": "text/turtle"}

TRIFID = """
globals:
  datasetBaseUrl: {base}
  endpoints:
    default:
      url: /query
server:
  listener:
    port: {port}
  logLevel: fatal
plugins:
  entity-renderer:
    module: "@zazuko/trifid-entity-renderer"
    config:
      followRedirects: false
  fetch-handler:
    module: trifid-handler-fetch
    paths: /query
    config:
      url: {dump}
      contentType: application/n-triples
      baseIRI: {base}
      graphName: http://example.com/graph
      unionDefaultGraph: true
"""

LUA = """
local paths = {{ {paths} }}
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {{ ["Accept"] = "{accept}" }})
end
done = function(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.timeout + summary.errors.read + summary.errors.connect
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed))
end
"""


@dataclass
class Server:
    """A running server: where it listens, at which path it has an entity, and what was measured."""

    name: str
    port: int
    prefix: str
    good: dict[str, int] = field(default_factory=dict)
    rates: dict[str, list[float]] = field(default_factory=dict)
    middle: dict[str, list[float]] = field(default_factory=dict)
    worst: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)

    def path(self, thing: str) -> str:
        """Return the address of the document of a thing, given as the part of its IRI after `id/`."""
        return self.prefix + quote(thing, safe="/%")


def main() -> None:
    arguments = _arguments()
    for tool in ("wrk", "npm", "node"):
        if shutil.which(tool) is None:
            raise SystemExit(f"{tool} is needed; see the first lines of this file")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        work = Path(folder)
        release = Build(config.read(arguments.project), work / "release").run().release
        things = _things(release, arguments.entities)
        print(
            f"{release.counts['triples']:,} triples, {len(things)} entities, {arguments.clients} clients",
            file=sys.stderr,
        )
        servers = [
            running.enter_context(_ckg("ckg", arguments.project, work / "release", cache=True, work=work)),
            running.enter_context(_ckg("ckg, no cache", arguments.project, work / "release", cache=False, work=work)),
            running.enter_context(_trifid(release, work, arguments.trifid)),
        ]
        for server in servers:
            for kind in ACCEPT:
                _check(server, kind, things, release)
        for number in range(arguments.rounds):
            for server in servers:
                for kind in ACCEPT:
                    _load(server, kind, things, arguments.seconds, arguments.clients, work)
            print(f"round {number + 1} of {arguments.rounds} done", file=sys.stderr)
        print(_table(servers, len(things)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--project", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--entities", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--trifid", type=Path, help="a folder with Trifid in its node_modules")
    return parser.parse_args()


def _things(release: Release, most: int) -> list[str]:
    """Return things spread evenly over the data set, as the part of their IRI after `id/`."""
    beginning = f"<{release.base.thing('')}"
    found: dict[str, None] = {}
    with release.dump(N_TRIPLES).open(encoding="utf-8") as lines:
        for line in lines:
            subject = line.partition(" ")[0]
            if subject.startswith(beginning) and "#" not in subject:
                found[subject[len(beginning) : -1]] = None
    names = list(found)
    return names[:: max(1, len(names) // most)][:most]


@contextmanager
def _ckg(name: str, project: Path, releases: Path, *, cache: bool, work: Path) -> Iterator[Server]:
    folder = project
    if not cache:  # the same project, with one setting changed
        folder = work / "uncached"
        folder.mkdir()
        text = (project / config.FILE_NAME).read_text(encoding="utf-8")
        (folder / config.FILE_NAME).write_text(f"{text}\n[limits]\ncache = 0\n", encoding="utf-8")
    port = _free_port()
    command = [sys.executable, "-c", "from ckg.cli.main import main; main()", "serve", "--no-build"]
    command += ["--project", str(folder), "--releases", str(releases), "--port", str(port)]
    with _running(command, port, work):
        yield Server(name, port, "/doc/")


@contextmanager
def _trifid(release: Release, work: Path, installed: Path | None) -> Iterator[Server]:
    folder = work / "trifid"
    folder.mkdir()
    if installed is not None:
        (folder / "node_modules").symlink_to((installed / "node_modules").resolve())
    else:
        (folder / "package.json").write_text('{"private": true, "type": "module"}')
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "trifid"], cwd=folder, check=True)
    port = _free_port()
    text = TRIFID.format(base=release.base.iri, port=port, dump=release.dump(N_TRIPLES).resolve())
    (folder / "config.yaml").write_text(text)
    with _running(["node", "node_modules/trifid/server.js", "-c", "config.yaml"], port, folder):
        time.sleep(5)  # it listens before its data are loaded
        yield Server("Trifid", port, "/id/")


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(process, port, folder / f"{port}.log")
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended:\n{log.read_text(errors='replace')}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on port {port}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _check(server: Server, kind: str, things: list[str], release: Release) -> None:
    """Ask for every address once; count the answers that are right, and time them: nothing is cached yet."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    times = []
    for thing in things:
        start = time.perf_counter()
        connection.request("GET", server.path(thing), headers={"Accept": ACCEPT[kind]})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        times.append(time.perf_counter() - start)
        right_type = (answer.getheader("Content-Type") or "").startswith(ACCEPT[kind])
        named = release.base.thing(thing) in body or thing.rpartition("/")[2] in body
        server.good[kind] = server.good.get(kind, 0) + int(answer.status == 200 and right_type and named)
    server.first[kind] = statistics.median(times) * 1000
    connection.close()


def _load(server: Server, kind: str, things: list[str], seconds: int, clients: int, work: Path) -> None:
    script = work / "load.lua"
    paths = ", ".join(f'"{server.path(thing)}"' for thing in things)
    script.write_text(LUA.format(paths=paths, accept=ACCEPT[kind]))
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script)]
    done = subprocess.run([*command, f"http://127.0.0.1:{server.port}"], capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise SystemExit(done.stdout + done.stderr)
    requests, microseconds, middle, worst, failed = map(int, found.groups())
    server.rates.setdefault(kind, []).append(requests * 1e6 / microseconds)
    server.middle.setdefault(kind, []).append(middle / 1000)
    server.worst.setdefault(kind, []).append(worst / 1000)
    server.failed[kind] = server.failed.get(kind, 0) + failed


def _table(servers: list[Server], asked: int) -> str:
    peer = servers[-1]
    rows = [
        "| server | format | right answers | first, ms | answers/s | times Trifid | p50 ms | p99 ms | failed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for kind in ACCEPT:
        base = statistics.median(peer.rates[kind])
        for server in servers:
            rate = statistics.median(server.rates[kind])
            rows.append(
                f"| {server.name} | {kind} | {server.good[kind]} of {asked} | {server.first[kind]:.1f} | {rate:,.0f} "
                f"| {rate / base:.1f} | {statistics.median(server.middle[kind]):.1f} "
                f"| {statistics.median(server.worst[kind]):.1f} | {server.failed[kind]} |"
            )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
