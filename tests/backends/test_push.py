"""`ckg push`: a release put into a SPARQL server, whatever interrupts it, and what readers see meanwhile."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.support import sparql_servers
from tests.support.sparql_servers import SparqlServer, data_of

from ckg.backends import Evaluator, ReleaseData, SparqlEndpointBackend
from ckg.backends.sparql_endpoint.endpoint import Endpoint
from ckg.backends.sparql_endpoint.endpoint_writer import EndpointWriter
from ckg.backends.sparql_endpoint.http_connections import HttpConnections
from ckg.backends.sparql_endpoint.pushing import Push, PushReport
from ckg.build.pipeline import Build
from ckg.errors import EndpointUnusable, EngineAway, QueryError
from ckg.formats import CSV
from ckg.model import config
from ckg.query.guard.checker import check
from ckg.query.job import QueryJob
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import NullSink
from ckg.release.layout import Release

BASE = "https://pushed.example/kg/"
CONFIG = f"""
[project]
name = "pushed"
title = "Pushed"
base = "{BASE}"
version = "%s"
license = "https://creativecommons.org/licenses/by/4.0/"
[reason]
engine = "none"
[check]
shapeless_classes = "off"
undefined_terms = "off"
"""
COUNTED = f"SELECT ?v (COUNT(*) AS ?n) {{ ?s <{BASE}ontology#version> ?v }} GROUP BY ?v"


def built(folder: Path, version: int, *, graphs: int, things: int) -> Release:
    """Build a release whose every thing says which version it is of; graph `only-N` is in version N alone."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "ckg.toml").write_text(CONFIG % version)
    shutil.rmtree(folder / "data")
    (folder / "data").mkdir()
    for number in [*range(graphs), f"only-{version}"]:
        lines = [
            f'<{BASE}id/{number}-{n}> <{BASE}ontology#version> "{version}" ; '
            f"<{BASE}ontology#at> [ <{BASE}ontology#number> {n} ] ."
            for n in range(things)
        ]
        (folder / "data" / f"{number}.ttl").write_text("\n".join(lines))
    return Build(config.read(folder), folder / "release").run().release


@dataclass
class Pair:
    """Two releases, and the rows that each gives for `COUNTED`."""

    project: Path
    releases: list[Release] = field(default_factory=list)
    rows: dict[str, bytes] = field(default_factory=dict)

    @property
    def data(self) -> list[ReleaseData]:
        return [data_of(release) for release in self.releases]


def pair(folder: Path, *, graphs: int, things: int) -> Pair:
    made = Pair(folder)
    for version in (1, 2):
        release = built(folder, version, graphs=graphs, things=things)
        made.releases.append(release)
        made.rows[release.id] = f"v,n\r\n{version},{(graphs + 1) * things}\r\n".encode()
    return made


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pair(tmp_path_factory.mktemp("pushed"), graphs=3, things=5)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparqlServer]:
    with sparql_servers.running("oxigraph", tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def empty(server: SparqlServer) -> SparqlServer:
    writer = EndpointWriter(Endpoint(sparql_servers.settings("oxigraph", server.endpoint), ""))
    writer.update("DROP ALL")
    writer.endpoint.close()
    return server


def push(server: SparqlServer, data: ReleaseData, *, dry: bool = False, keep_hours: float = 24.0) -> PushReport:
    made = Push(sparql_servers.settings(server.dialect, server.endpoint), data, lambda _: None)
    try:
        return made.run(dry=dry, keep_hours=keep_hours)
    finally:
        made.close()


def update(server: SparqlServer, text: str) -> None:
    writer = EndpointWriter(Endpoint(sparql_servers.settings(server.dialect, server.endpoint), ""))
    writer.update(text)
    writer.endpoint.close()


def asked(evaluator: Evaluator) -> bytes:
    job = QueryJob(COUNTED, CSV)
    evaluation = evaluator.start(job, check(COUNTED, QueryLimits()), time.monotonic() + 20, demoted=False)
    try:
        return evaluation.result().read()
    finally:
        evaluation.close()


class Readers:
    """One evaluator for each release: what is asked of either is right for its release, or refused."""

    def __init__(self, server: SparqlServer, releases: Pair) -> None:
        backend = SparqlEndpointBackend(sparql_servers.settings(server.dialect, server.endpoint, retries=0))
        self.rows = releases.rows
        self.evaluators = {data.release: backend.evaluator(data, QueryLimits(), NullSink()) for data in releases.data}
        self.answered = dict.fromkeys(self.evaluators, 0)
        self.refused = 0
        self.wrong: list[tuple[str, bytes]] = []
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def served(self) -> list[str]:
        """Return the releases that are answered for now; an answer must be right."""
        found = []
        for name, evaluator in self.evaluators.items():
            try:
                answer = asked(evaluator)
            except (EngineAway, QueryError):
                self.refused += 1
                continue
            found.append(name)
            self.answered[name] += 1
            if b"".join(sorted(answer.splitlines(keepends=True)[1:])) != self.rows[name].split(b"\n", 1)[1]:
                self.wrong.append((name, answer))
        return found

    def _go_on(self) -> None:
        while not self._stopped.is_set():
            self.served()

    def __enter__(self) -> Readers:
        return self

    def beside(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()
        for evaluator in self.evaluators.values():
            evaluator.close()


def test_a_release_takes_the_place_of_another_and_nothing_of_that_stays(empty: SparqlServer, small: Pair) -> None:
    first, second = small.data
    report = push(empty, first)
    assert report.switched
    assert report.sent_graphs == report.graphs > len(small.releases[0].staging.graphs)
    assert push(empty, second).before == first.release
    with Readers(empty, small) as readers:
        assert readers.served() == [second.release]
        assert readers.wrong == []
    endpoint = Endpoint(sparql_servers.settings("oxigraph", empty.endpoint), second.release)
    names = EndpointWriter(endpoint).graph_counts()
    endpoint.close()
    assert f"{BASE}graph/only-1" not in names
    assert not [name for name in names if "loading" in name]


def test_a_push_that_was_done_sends_nothing_again(empty: SparqlServer, small: Pair) -> None:
    push(empty, small.data[0])
    again = push(empty, small.data[0])
    assert (again.switched, again.sent_graphs, again.kept_graphs) == (False, 0, again.graphs)


def test_a_dry_run_says_what_would_be_sent_and_changes_nothing(empty: SparqlServer, small: Pair) -> None:
    would = push(empty, small.data[0], dry=True)
    assert would.sent_graphs == would.graphs
    endpoint = Endpoint(sparql_servers.settings("oxigraph", empty.endpoint), "")
    assert EndpointWriter(endpoint).graph_counts() == {}
    endpoint.close()


def test_a_statement_that_was_changed_there_is_found_by_its_hash_and_mended(empty: SparqlServer, small: Pair) -> None:
    data = small.data[0]
    push(empty, data)
    thing = f"<{BASE}id/0-0> <{BASE}ontology#version>"
    graph = f"<{BASE}graph/0>"
    update(
        empty, f'DELETE DATA {{ GRAPH {graph} {{ {thing} "1" }} }} ; INSERT DATA {{ GRAPH {graph} {{ {thing} "9" }} }}'
    )
    assert push(empty, data).switched
    assert not push(empty, data).switched


def test_a_data_set_with_graphs_of_others_is_refused_and_left_alone(empty: SparqlServer, small: Pair) -> None:
    update(empty, "INSERT DATA { GRAPH <http://e/theirs> { <http://e/s> <http://e/p> 1 } }")
    with pytest.raises(EndpointUnusable, match="statements that are of no release: http://e/theirs"):
        push(empty, small.data[0])
    endpoint = Endpoint(sparql_servers.settings("oxigraph", empty.endpoint), "")
    assert EndpointWriter(endpoint).graph_counts() == {"http://e/theirs": 1}
    endpoint.close()


def test_what_an_abandoned_push_left_is_removed_after_its_time(
    empty: SparqlServer, small: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = small.data
    with monkeypatch.context() as patched:
        interrupt(patched, at=12, sent=True)
        with pytest.raises(KeyboardInterrupt):
            push(empty, first)
    assert push(empty, second).removed == []
    assert push(empty, second, keep_hours=0.0).removed == [first.release]
    endpoint = Endpoint(sparql_servers.settings("oxigraph", empty.endpoint), "")
    assert not [name for name in EndpointWriter(endpoint).graph_counts() if "loading" in name]
    endpoint.close()


def interrupt(patched: pytest.MonkeyPatch, *, at: int, sent: bool) -> None:
    """End a push at one of its requests: before it, or after it was carried out and before that is known."""
    request, number = HttpConnections.request, iter(range(10_000))

    def ending(self, *arguments, **options):
        mine = next(number) == at
        if mine and not sent:
            raise KeyboardInterrupt
        answer = request(self, *arguments, **options)
        if mine:
            raise KeyboardInterrupt
        return answer

    patched.setattr(HttpConnections, "request", ending)


@pytest.mark.parametrize("sent", [False, True], ids=["before a request", "after a request"])
def test_a_push_that_ends_at_any_request_leaves_one_whole_release_and_can_be_repeated(
    empty: SparqlServer, small: Pair, monkeypatch: pytest.MonkeyPatch, sent: bool
) -> None:
    old, new = small.data
    push(empty, old)
    ended = 0
    with Readers(empty, small) as readers:
        for at in range(1, 100, 4):
            with monkeypatch.context() as patched:
                interrupt(patched, at=at, sent=sent)
                try:
                    push(empty, new)
                except KeyboardInterrupt:
                    ended += 1
            served = readers.served()
            assert served in ([old.release], [new.release]), f"at request {at}"
            if served == [new.release]:
                break
        assert ended >= 3
        push(empty, new)
        assert readers.served() == [new.release]
        assert readers.wrong == []


def test_each_release_has_a_data_set_of_its_own_until_it_is_old(small: Pair, tmp_path: Path) -> None:
    first, second = small.data
    with sparql_servers.running("fuseki", tmp_path) as server:
        server.endpoint = server.endpoint.replace("/ds/", "/{release}/")
        push(server, first)
        assert push(server, second).removed == []
        with Readers(server, small) as readers:
            assert readers.served() == [first.release, second.release]
            assert push(server, second, keep_hours=0.0).removed == [first.release]
            assert readers.served() == [second.release]
            assert readers.wrong == []


# By hand: processes that are killed, on real servers of each kind.


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pair(tmp_path_factory.mktemp("killed"), graphs=10, things=200)


def command(server: SparqlServer, releases: Pair, release: ReleaseData) -> list[str]:
    run = [sys.executable, "-m", "ckg", "push", server.endpoint, "--dialect", server.dialect]
    return [*run, "--project", str(releases.project), "--release", release.release]


def killed(arguments: list[str], after: float, who: str, server: SparqlServer) -> bool:
    """Start a push, kill it or the server after some seconds; say whether it was still running."""
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            if who == "server":
                server.kill()
            else:
                process.send_signal(signal.SIGKILL)
            process.wait(60)
            return True
        return False


@pytest.mark.skipif("CKG_KILL_PUSH" not in os.environ, reason="takes minutes for each engine: CKG_KILL_PUSH=1")
@pytest.mark.parametrize("who", ["push", "server"])
@pytest.mark.parametrize("dialect", ["oxigraph", "fuseki", "virtuoso"])
def test_twenty_kills_lose_nothing(dialect: str, who: str, large: Pair, tmp_path: Path) -> None:
    moments = random.Random(17)
    old, new = large.data
    with sparql_servers.running(dialect, tmp_path) as server:
        push(server, new)
        push(server, old)
        began = time.monotonic()
        subprocess.run(command(server, large, new), check=True, capture_output=True)
        seconds = time.monotonic() - began
        kills = restarts = 0
        with Readers(server, large) as readers:
            if who == "push":
                readers.beside()
            target = old
            while kills < 20:
                kills += killed(command(server, large, target), moments.uniform(0.3, 1.0) * seconds, who, server)
                print(f"{dialect}: {who} killed {kills} times", flush=True)
                if server.process is None:
                    server.start()
                    restarts += 1
                if who == "server":
                    assert len(readers.served()) <= 1
                if moments.random() < 0.3:
                    subprocess.run(command(server, large, target), check=True, capture_output=True)
                    assert (readers.served() == [target.release]) if who == "server" else True
                    target = new if target is old else old
            subprocess.run(command(server, large, target), check=True, capture_output=True)
            if who == "push":
                time.sleep(0.5)
            assert readers.wrong == []
            print(f"{dialect}, {who} killed: a push takes {seconds:.1f} s, {kills} kills, {restarts} restarts")
            print(f"  answers {readers.answered}, refused {readers.refused}, wrong {len(readers.wrong)}")
        assert not push(server, target).switched
