"""What run-away queries of some clients do to the light queries of others, on the real server with its default bounds.

    python benchmarks/runaways.py --triples 100000 --seconds 30 > docs/benchmarks/runaways.md

Light clients ask the mix of `sparql.py`, each at a steady rate and from an address of its own; a time is counted from
when the request was due, so that a stall counts for every request it delays. First they are alone, then beside greedy
clients, each with an address of its own too (the server tells clients apart by address), that send the run-away queries
of the tests one after the other. After each run-away that was stopped a witness asks the smallest query there is: how
long that takes is how long it takes to have a worker that answers. Between the two runs a single run-away is sent again
and again for the same figure on an idle server. Memory is what the server and all its processes hold for themselves
and the largest part that one of them shares, looked at five times a second. The hop is `ASK {}` through a worker less
the same in this process. `load` is the load average at the start: figures from a busy machine say little.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import re
import runpy
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from ckg.backends import EMBEDDED, ReleaseData
from ckg.formats import SPARQL_JSON
from ckg.model.iris import Base
from ckg.query.job import QueryJob
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import NullSink
from ckg.query.pool import Pool, wait_until_ready
from ckg.release.current import Releases
from sparql import CONFIG, MIX, PREFIX, SERVE, ask, free_port, prepare, running

ROOT = Path(__file__).resolve().parents[1]
RUNAWAYS: dict[str, str] = runpy.run_path(str(ROOT / "tests" / "sparql" / "runaways.py"))["RUNAWAYS"]
LIGHT, GREEDY, WITNESS = "127.0.1.{}", "127.0.2.{}", "127.0.3.1"
NUMBERS = itertools.count(1)
SMALLEST = "ASK {{ FILTER({n} > 0) }}"


class Client:
    """One client with an address of its own and a connection that is kept alive."""

    def __init__(self, address: str, own: str) -> None:
        self._parts = urllib.request.urlparse(address)  # type: ignore[attr-defined]
        self._own = own
        self._connection: socket.socket | None = None

    def ask(self, text: str) -> int:
        """Return the status of the answer, 0 where there was none."""
        accept = "text/turtle" if re.search("CONSTRUCT|DESCRIBE", text) else "application/sparql-results+json"
        body = f"query={quote(text)}".encode()
        request = (
            f"POST {self._parts.path} HTTP/1.1\r\nHost: {self._parts.netloc}\r\nAccept: {accept}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        try:
            if self._connection is None:
                target = (self._parts.hostname, self._parts.port)
                self._connection = socket.create_connection(target, timeout=60, source_address=(self._own, 0))
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return ask(self._connection, request)
        except OSError:
            self._connection = None
            return 0


class Light:
    """Clients that ask light queries at a steady rate."""

    def __init__(self, address: str, subjects: list[str], options: argparse.Namespace) -> None:
        self._address, self._subjects, self._options = address, subjects, options
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.unsent = 0

    def run(self) -> None:
        threads = [threading.Thread(target=self._client, args=(n,)) for n in range(self._options.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.times.sort()

    def _client(self, number: int) -> None:
        client = Client(self._address, LIGHT.format(number + 1))
        every = 1 / self._options.rate
        due = time.perf_counter() + every * number / self._options.clients
        end = due + self._options.seconds
        while due < end:
            time.sleep(max(0.0, due - time.perf_counter()))
            n = next(NUMBERS)  # no query twice, so that none is answered from memory
            iri = self._subjects[n * 7919 % len(self._subjects)]
            status = client.ask(PREFIX + MIX[n % len(MIX)].format(iri=iri, n=n))
            self.times.append((time.perf_counter() - due) * 1000)
            self.statuses[status] += 1
            due += every
            if time.perf_counter() > end + 1:  # so late that the rest of this client's queries were never sent
                self.unsent += int((end - due) / every)
                break

    @property
    def failed(self) -> int:
        return self.statuses.total() - self.statuses[200] + self.unsent

    def percentile(self, share: float) -> float:
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


class Greedy:
    """Clients that send run-away queries one after the other, and the witness of what comes after each."""

    def __init__(self, address: str, clients: int) -> None:
        self._address = address
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(n,), daemon=True) for n in range(clients)]
        self.statuses: Counter[int] = Counter()
        self.fresh: list[float] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(20)

    def _client(self, number: int) -> None:
        texts = list(RUNAWAYS.values())
        random.Random(number).shuffle(texts)
        client, witness = Client(self._address, GREEDY.format(number + 1)), Client(self._address, WITNESS)
        for text in itertools.cycle(texts):
            if self._stop.is_set():
                return
            self.one(client, witness, text)

    def one(self, client: Client, witness: Client, text: str) -> None:
        """Send a run-away; if it was stopped, see how long it is until the smallest query is answered."""
        n = next(NUMBERS)
        status = client.ask(f"PREFIX ex: <http://example.org/id/>\n{text} # {n}")
        self.statuses[status] += 1
        if status == 429:  # a client that has used up its budget knocks on, but not as fast as it can
            self._stop.wait(1)
        elif status == 503:
            began = time.perf_counter()
            if witness.ask(SMALLEST.format(n=n)) == 200:
                self.fresh.append((time.perf_counter() - began) * 1000)


class Memory:
    """Looks how much memory a group of processes holds until it is told to stop."""

    def __init__(self, group: int) -> None:
        self._group = group
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.most = 0
        self._thread.start()

    def stop(self) -> int:
        self._stop.set()
        self._thread.join()
        return self.most

    def _run(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._stop.wait(0.2):
            own, shared = 0, 0
            for pages in self._pages():
                own += pages[1] - pages[2]
                shared = max(shared, pages[2])
            self.most = max(self.most, (own + shared) * page)

    def _pages(self) -> Iterator[tuple[int, ...]]:
        """Yield size, resident and shared pages of every process of the group."""
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                if os.getpgid(int(folder.name)) == self._group:
                    yield tuple(map(int, (folder / "statm").read_text().split()[:3]))
            except (OSError, ValueError):
                continue


def group_of(port: int) -> int:
    """Return the process group of the server that listens on a port: it is the leader, and names the port to itself."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if str(port).encode() in words and os.getpgid(int(folder.name)) == int(folder.name):
                    return int(folder.name)
            except OSError:
                continue
    raise SystemExit("the server's process was not found")


def kills(address: str) -> Counter[str]:
    """Return how many workers were killed or died, by reason."""
    with urllib.request.urlopen(address.removesuffix("/sparql") + "/metrics") as answer:
        text = answer.read().decode()
    found = re.findall(r'^ckg_workers_killed_total\{reason="(\w+)"\} (\S+)$', text, re.MULTILINE)
    return Counter({reason: int(float(number)) for reason, number in found})


def _pool(store: Path) -> Pool:
    data = ReleaseData(store, Base("http://localhost/"))
    limits = QueryLimits(cache=0, budget_seconds=0.0)
    return Pool(EMBEDDED.evaluator(data, limits, NullSink()), limits)


def hop(store: Path, times: int) -> tuple[float, float]:
    """Return the median milliseconds of the smallest query through a worker and in this process."""
    through, direct = [], []
    opened = ox.Store.read_only(str(store))
    with closing(_pool(store)) as pool:
        wait_until_ready(pool)
        for n in range(times):
            text = SMALLEST.format(n=n)
            began = time.perf_counter()
            pool.run(QueryJob(text, SPARQL_JSON))
            through.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            answer = opened.query(text)
            assert isinstance(answer, ox.QueryBoolean)
            answer.serialize(format=ox.QueryResultsFormat.JSON)
            direct.append((time.perf_counter() - began) * 1000)
    return statistics.median(through), statistics.median(direct)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each of the two runs takes")
    parser.add_argument("--clients", type=int, default=4, help="light clients")
    parser.add_argument("--rate", type=float, default=25.0, help="queries a second of each light client")
    parser.add_argument("--greedy", type=int, default=8, help="clients that send run-away queries")
    options = parser.parse_args()
    print(f"# Run-away queries\n\n{options.triples:,} triples; {options.clients} light clients, {options.rate:g} "
          f"queries a second each, {options.seconds:g} s for each run; {options.greedy} greedy clients with "
          f"{len(RUNAWAYS)} different run-away queries; the bounds at their defaults; {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f} at the start.\n")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, subjects = prepare(folder, options.triples)
        project = folder / "ckg"
        (project / "ckg.toml").write_text(CONFIG.partition("[limits]")[0])
        through, direct = hop(Releases(project / "release").current().store, 2000)
        port = free_port()
        command = [sys.executable, "-c", SERVE, str(project), str(port)]
        with running(command, f"http://127.0.0.1:{port}/sparql", folder) as address:
            Light(address, subjects, argparse.Namespace(clients=1, rate=50, seconds=1)).run()
            memory = Memory(group_of(port))
            alone = Light(address, subjects, options)
            alone.run()
            single = Greedy(address, 0)
            pair = Client(address, GREEDY.format(200)), Client(address, WITNESS)
            for text in (RUNAWAYS["product, counted"], RUNAWAYS["product, ordered"]) * 2:
                single.one(*pair, text)
            before = kills(address)
            greedy = Greedy(address, options.greedy)
            greedy.start()
            time.sleep(2)
            beside = Light(address, subjects, options)
            beside.run()
            greedy.stop()
            most = memory.stop()
            killed = kills(address) - before
        shutil.rmtree(project)
    report(alone, beside, greedy, single, killed, most, (through, direct))


def report(
    alone: Light, beside: Light, greedy: Greedy, single: Greedy,
    killed: Counter[str], most: int, hops: tuple[float, float],
) -> None:  # fmt: skip
    limits = QueryLimits()
    print("| light queries | asked | not answered | median ms | p99 ms | longest ms |\n|---|---|---|---|---|---|")
    for title, run in (("alone", alone), ("beside run-aways", beside)):
        print(f"| {title} | {len(run.times)} | {run.failed} | {run.percentile(0.5):.2f} | {run.percentile(0.99):.2f} "
              f"| {run.times[-1]:.0f} |")  # fmt: skip
    ratios = [beside.percentile(share) / alone.percentile(share) for share in (0.5, 0.99)]
    print(f"| ratio | | | {ratios[0]:.1f} | {ratios[1]:.1f} | |")
    print("\n| run-aways | |\n|---|---|")
    for status, count in sorted(greedy.statuses.items()):
        print(f"| answered with {status or 'nothing'} | {count} |")
    for reason, count in sorted(killed.items()):
        print(f"| workers killed: {reason} | {count} |")
    for title, times in (("one after the other", single.fresh), ("in the stream", greedy.fresh)):
        if times:
            print(f"| a worker that answers after a kill, {title}: median, longest ms "
                  f"| {statistics.median(times):.1f}, {max(times):.1f} |")  # fmt: skip
    print(f"| memory of all processes at most, MB | {most / 1e6:.0f} |")
    print(f"| of which {2 * limits.workers + 1} queries may use, MB "
          f"| {(2 * limits.workers + 1) * limits.memory * 1.048576:.0f} |")  # fmt: skip
    print("\n| the worker hop | median ms |\n|---|---|")
    print(f"| `ASK` through a worker | {hops[0]:.3f} |\n| `ASK` in this process | {hops[1]:.3f} |")
    print(f"| the hop | {hops[0] - hops[1]:.3f} |")


if __name__ == "__main__":
    main()
