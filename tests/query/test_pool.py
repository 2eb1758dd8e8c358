"""The pool answers as the engine does, and nothing that is asked brings it down."""

import os
import signal
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.errors import BudgetExhausted, EndpointBusy, QueryError, QueryMalformed, QueryStopped
from ckg.model.formats import (
    CSV,
    GRAPH_FORMATS,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RESULT_FORMATS,
    SPARQL_JSON,
    TRIG,
    TSV,
    TURTLE,
)
from ckg.query.answer import Dataset, Question
from ckg.query.pool import ClientGone

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
EX = "http://example.org/"


class Notes:
    def __init__(self):
        self.outcomes, self.deaths = Counter(), Counter()

    def finished(self, form, outcome, seconds):
        self.outcomes[outcome] += 1

    def killed(self, reason):
        self.deaths[reason] += 1


def ask(pool, text, wanted=CSV, **more):
    return pool.run(Question(text, wanted, **more)).read().decode()


@pytest.mark.parametrize("wanted", RESULT_FORMATS, ids=lambda f: f.key)
@pytest.mark.parametrize("text", ["SELECT * { ex:a ex:name ?n } ORDER BY ?n", "ASK { ex:a ?p ?o }"])
def test_tables_and_truth_values_are_what_the_engine_writes(pool, store, wanted, text):
    if "ASK" in text and not wanted.boolean:
        return
    direct = ox.Store.read_only(str(store)).query(text, prefixes={"ex": EX})
    syntax = ox.QueryResultsFormat.from_media_type(wanted.media_type)
    assert ask(pool, text, wanted).encode() == direct.serialize(format=syntax)


@pytest.mark.parametrize("wanted", GRAPH_FORMATS, ids=lambda f: f.key)
@pytest.mark.parametrize("text", ["CONSTRUCT { ?s ex:label ?n } WHERE { ?s ex:name ?n }", "DESCRIBE ex:a"])
def test_graphs_come_in_every_format_and_are_the_same_graph(pool, wanted, text):
    def graph(wanted):
        read = ox.Dataset(ox.parse(ask(pool, text, wanted), format=ox.RdfFormat.from_media_type(wanted.media_type)))
        read.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return read

    assert graph(wanted) == graph(N_TRIPLES)
    assert len(graph(wanted)) > 5


def test_turtle_uses_the_projects_prefixes_and_keeps_a_subject_together(pool):
    text = ask(pool, "CONSTRUCT { ?s ex:label ?n ; a ex:X } WHERE { ?s ex:name ?n FILTER(isIRI(?s)) }", TURTLE)
    assert text.startswith("@prefix ex: <http://example.org/> .\n")
    assert "ckg:" not in text
    subjects = [line.split()[0] for line in text.splitlines()[1:] if not line.startswith(("\t", " "))]
    assert len(subjects) == len(set(subjects)) == 3


def test_prefixes_of_the_project_need_no_declaration_and_can_be_declared_otherwise(pool):
    assert ask(pool, "SELECT ?n { ex:b ex:name ?n }") == "n\r\nB\r\n"
    assert ask(pool, "PREFIX ex: <http://other/> SELECT ?n { ex:b ex:name ?n }") == "n\r\n"
    assert ask(pool, "SELECT ?n { <b> <name> ?n }") == "n\r\nB\r\n"


def test_a_syntax_error_has_the_line_and_column_of_the_text_that_was_sent(pool):
    with pytest.raises(QueryMalformed, match="line 2, column") as wrong:
        ask(pool, "SELECT *\n{ ?s ?p }")
    assert (wrong.value.line, wrong.value.column) == (2, 10)
    with pytest.raises(QueryMalformed) as wrong:
        ask(pool, "DESCRIBE ?x\n\n{ ?x nope:p ?o }", TURTLE)
    assert wrong.value.line == 3


@pytest.mark.parametrize(
    ("text", "dataset", "rows"),
    [
        ("SELECT ?o { ?s ex:in ?o }", Dataset(), []),
        ("SELECT ?o { ?s ex:in ?o }", Dataset(default=(EX + "g1",)), ["g1"]),
        ("SELECT ?o { ?s ex:in ?o }", Dataset(default=(EX + "g1", EX + "g2")), ["g1", "g2"]),
        ("SELECT ?o { GRAPH ?g { ?s ex:in ?o } }", Dataset(), ["g1", "g2"]),
        ("SELECT ?o { GRAPH ?g { ?s ex:in ?o } }", Dataset(named=(EX + "g2",)), ["g2"]),
        ("SELECT ?o { GRAPH ?g { ?s ex:in ?o } }", Dataset(default=(EX + "g1",)), []),
        ("SELECT ?o { ?s ex:name ?o }", Dataset(named=(EX + "g1",)), []),
        ("SELECT ?o FROM ex:g1 { ?s ex:in ?o }", Dataset(), ["g1"]),
        ("SELECT ?o FROM NAMED ex:g2 { GRAPH ?g { ?s ex:in ?o } }", Dataset(), ["g2"]),
        ("SELECT ?o FROM ex:g1 { ?s ex:in ?o }", Dataset(default=(EX + "g2",)), ["g2"]),
        ("SELECT ?o FROM <http://127.0.0.1:9/> { ?s ?p ?o }", Dataset(), []),
    ],
)
def test_the_dataset_is_the_protocols_then_the_querys_then_the_stores(pool, text, dataset, rows):
    found = ask(pool, text + " ORDER BY ?o", TSV, dataset=dataset).splitlines()[1:]
    assert found == [f'"{row}"' for row in rows]


def describe(pool, text, **more):
    return {str(quad.object) for quad in ox.parse(ask(pool, text, N_TRIPLES, **more), format=ox.RdfFormat.N_TRIPLES)}


def test_describe_gives_what_hangs_on_a_thing_and_the_quotations_it_rests_on(pool):
    found = describe(pool, "DESCRIBE ex:a")
    assert {'"A"', '"Ä"@de', '"nested"', '"deeper"', '"the words"', '"reified"'} <= found
    assert '"12"^^<http://www.w3.org/2001/XMLSchema#integer>' in found
    assert found.isdisjoint({'"not described"', '"B"', '"reified, but not stated"'})


@pytest.mark.parametrize(
    ("text", "dataset", "expected"),
    [
        ("DESCRIBE ?x { ?x ex:name 'B' }", Dataset(), {'"B"'}),
        ("DESCRIBE * { ?x ex:name 'B' BIND(1 AS ?y) }", Dataset(), {'"B"'}),
        (
            "DESCRIBE ex:b ex:sel WHERE { ?x ex:name 'nothing' }",
            Dataset(),
            {'"B"', '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'},
        ),
        ("DESCRIBE ?x { ?x ex:name ?n } ORDER BY DESC(?n) LIMIT 0", Dataset(), set()),
        ("DESCRIBE ex:nothing", Dataset(), set()),
        ("DESCRIBE ?x", Dataset(), set()),
        ("DESCRIBE ex:g1s FROM ex:g1", Dataset(), {'"g1"'}),
        ("DESCRIBE ex:g1s FROM NAMED ex:g1", Dataset(), set()),
        ("DESCRIBE ex:g1s ex:g2s", Dataset(default=(EX + "g2",)), {'"g2"'}),
        ("PREFIX e: <http://example.org/> DESCRIBE e:b # ?x\n", Dataset(), {'"B"'}),
        ("BASE <http://example.org/> DESCRIBE<b>", Dataset(), {'"B"'}),
    ],
)
def test_describe_takes_every_form_of_its_grammar(pool, text, dataset, expected):
    assert describe(pool, text, dataset=dataset) == expected


def test_a_query_is_cut_when_its_time_is_over_and_the_next_finds_a_worker_at_once(pools):
    notes = Notes()
    pool = pools(notes, seconds=1.0)
    began = time.monotonic()
    with pytest.raises(QueryStopped) as stopped:
        ask(pool, FOREVER)
    assert (stopped.value.bound, stopped.value.limit) == ("seconds", 1.0)
    assert time.monotonic() - began < 2
    assert ask(pool, "SELECT (1 AS ?x) {}") == "x\r\n1\r\n"
    assert notes.deaths == {"time": 1}


def test_a_query_is_cut_when_it_takes_too_much_memory(pools):
    notes = Notes()
    pool = pools(notes, seconds=60.0, memory=64)
    with pytest.raises(QueryStopped) as stopped:
        ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f")
    assert (stopped.value.bound, stopped.value.limit) == ("memory", 64)
    assert notes.deaths == {"memory": 1}
    assert ask(pool, "SELECT (1 AS ?x) {}") == "x\r\n1\r\n"


@pytest.mark.parametrize("wanted", RESULT_FORMATS, ids=lambda f: f.key)
def test_an_answer_with_too_many_rows_is_none(pools, wanted):
    pool = pools(rows=1000)
    assert ask(pool, "SELECT ?s { ?s ?p ?o } LIMIT 1000", wanted)
    with pytest.raises(QueryStopped) as stopped:
        ask(pool, "SELECT ?s { ?s ?p ?o } LIMIT 1002", wanted)
    assert stopped.value.bound == "rows"


@pytest.mark.parametrize("wanted", [N_TRIPLES, TURTLE, JSON_LD, TRIG, N_QUADS], ids=lambda f: f.key)
def test_a_graph_with_too_many_triples_is_none(pools, wanted):
    pool = pools(rows=1000)
    with pytest.raises(QueryStopped) as stopped:
        ask(pool, "CONSTRUCT WHERE { ?s ?p ?o }", wanted)
    assert stopped.value.bound == "rows"


def test_an_answer_with_too_many_bytes_is_none_and_the_worker_lives_on(pools):
    notes = Notes()
    pool = pools(notes, bytes=1_000_000)
    for _ in range(5):
        with pytest.raises(QueryStopped) as stopped:
            ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
        assert stopped.value.bound == "bytes"
    assert notes.deaths == {"bytes": 5}


def test_large_answers_come_whole_through_the_spool_file_again_and_again(pools):
    pool = pools(cache=0, workers=1, spares=0)
    text = "SELECT * { ?a ex:p1 ?b . ?c ex:p2 ?d } LIMIT 20000"
    held = [pool.run(Question(text, CSV)) for _ in range(4)]
    assert all(answer.file is not None for answer in held)
    assert ask(pool, "ASK {}", SPARQL_JSON)
    bodies = {answer.read() for answer in held}
    assert len(bodies) == 1
    assert bodies.pop().count(b"\r\n") == 20001


def test_a_worker_gets_a_fresh_spool_file_after_every_kind_of_answer(pools):
    notes = Notes()
    pool = pools(notes, cache=0, workers=1, spares=0)
    large = "SELECT * { ?a ex:p1 ?b . ?c ex:p2 ?d } LIMIT 10000"
    for text in (large, "SELECT (<http://example/no-such>(1) AS ?x) {}", large, "SELECT * {", large, "ASK {}", large):
        try:
            assert pool.run(Question(text, SPARQL_JSON)).read()
        except QueryError as error:
            assert "stopped" not in str(error)
    assert not notes.deaths


def test_a_client_that_hangs_up_frees_its_worker(pools):
    notes = Notes()
    pool = pools(notes, workers=1, spares=1)
    began = time.monotonic()
    with pytest.raises(ClientGone):
        pool.run(Question(FOREVER, CSV, gone=lambda: time.monotonic() - began > 0.3))
    assert time.monotonic() - began < 2
    assert notes.deaths == {"client": 1}


def test_a_worker_that_dies_under_a_query_is_an_error_of_that_query_alone(pools):
    pool = pools(workers=1, spares=1)
    workers = pool._workers

    def kill():
        time.sleep(0.4)
        busy = [w for w in workers._all.values() if w not in workers._idle]
        os.kill(busy[0].pid, signal.SIGSEGV)

    threading.Thread(target=kill).start()
    with pytest.raises(QueryStopped) as stopped:
        ask(pool, FOREVER)
    assert stopped.value.bound == "stack"
    assert ask(pool, "SELECT (1 AS ?x) {}")


def test_idle_workers_and_the_nursery_are_replaced_when_they_die(pools):
    pool = pools(workers=1, spares=1)
    workers = pool._workers
    for worker in list(workers._idle):
        assert worker.born.wait(5)
        os.kill(worker.pid, signal.SIGKILL)
    assert ask(pool, "SELECT (1 AS ?x) {}")
    workers._nursery.kill()
    time.sleep(0.2)
    assert ask(pool, "SELECT (2 AS ?x) {}")


def test_no_process_is_left_behind(pools):
    pool = pools()
    workers = list(pool._workers._all.values())
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask, pool, FOREVER)
        time.sleep(0.5)
        pool.close()
        assert isinstance(asked.exception(), QueryError)
    deadline = time.monotonic() + 5
    for worker in workers:
        while Path(f"/proc/{worker.pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not Path(f"/proc/{worker.pid}").exists()
    with pytest.raises(EndpointBusy):
        ask(pool, "ASK {}", SPARQL_JSON)


def test_identical_questions_are_evaluated_once_and_then_kept(pools):
    notes = Notes()
    pool = pools(notes)
    text = "SELECT (COUNT(*) AS ?n) { ?a ex:p1 ?b . ?c ex:p2 ?d }"
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(pool, text), range(8)))
    assert set(answers) == {"n\r\n1000000\r\n"}
    answer = pool.run(Question(text, CSV))
    assert answer.cached
    assert answer.read() == b"n\r\n1000000\r\n"
    assert sum(not w.spent for w in pool._workers._all.values())
    assert not pool.run(Question(text, TSV)).cached
    assert not pool.run(Question(text, CSV, Dataset(default=(EX + "g1",)))).cached


def test_what_may_differ_from_time_to_time_is_never_kept(pool):
    assert ask(pool, "SELECT (UUID() AS ?x) {}") != ask(pool, "SELECT (UUID() AS ?x) {}")


def test_a_failure_is_not_kept(pools):
    pool = pools(seconds=0.5)
    for _ in range(2):
        with pytest.raises(QueryStopped):
            ask(pool, FOREVER)


def test_one_clients_long_queries_do_not_make_another_wait(pools):
    pool = pools(workers=2, seconds=3.0, cache=0)
    with ThreadPoolExecutor(12) as threads:
        hogs = [threads.submit(ask, pool, f"{FOREVER} #{i}", client="hog") for i in range(10)]
        time.sleep(1.0)
        waits = []
        for i in range(20):
            began = time.monotonic()
            ask(pool, f"SELECT ({i} AS ?x) {{}}", client="other")
            waits.append(time.monotonic() - began)
        assert sorted(waits)[10] < 0.25
        assert all(isinstance(hog.exception(), QueryStopped | EndpointBusy) for hog in hogs)


def test_beyond_the_queue_clients_are_told_to_come_back(pools):
    pool = pools(workers=1, spares=0, queue=2, seconds=2.0, cache=0)
    with ThreadPoolExecutor(8) as threads:
        errors = [f.exception() for f in [threads.submit(ask, pool, f"{FOREVER} #{i}") for i in range(8)]]
    busy = [error for error in errors if isinstance(error, EndpointBusy)]
    assert len(busy) >= 4
    assert all(error.retry_after >= 1 for error in busy)


def test_a_client_that_used_up_its_time_must_wait_and_others_need_not(pools):
    pool = pools(seconds=1.0, budget_seconds=0.5)
    with pytest.raises(QueryStopped):
        ask(pool, FOREVER, client="greedy")
    with pytest.raises(BudgetExhausted, match=r"0\.5 s of query time") as exhausted:
        ask(pool, "SELECT (1 AS ?x) {}", client="greedy")
    assert 1 < exhausted.value.retry_after < 121
    assert ask(pool, "SELECT (1 AS ?x) {}", client="modest")


def test_a_client_that_sends_nonsense_must_wait(pools):
    pool = pools(budget_errors=3)
    for _ in range(3):
        with pytest.raises(QueryMalformed):
            ask(pool, "nonsense", client="fuzzer")
    with pytest.raises(BudgetExhausted, match="3 failing queries"):
        ask(pool, "SELECT (1 AS ?x) {}", client="fuzzer")


def test_workers_are_walled_in_on_linux(pool):
    assert pool.walls == ("network", "memory", "landlock", "descriptors", "seccomp")


@pytest.fixture
def trap():
    """A listener on loopback, and whether anybody ever called."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)

        def heard():
            try:
                listener.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", heard


def test_the_engine_itself_would_call_out_so_that_the_trap_is_one(store, trap):
    address, heard = trap
    opened = ox.Store.read_only(str(store))
    thread = threading.Thread(target=lambda: list(opened.query(f"SELECT * {{ SERVICE SILENT <{address}> {{}} }}")))
    thread.start()
    assert heard()
    thread.join()


def test_behind_the_guard_the_walls_keep_a_query_from_calling_out(pools, trap, monkeypatch):
    address, heard = trap
    pool = pools()
    monkeypatch.setattr("ckg.query.guard._service", lambda *_: pytest.fail("the guard stands before the walls"))
    worker = pool._workers.take(time.monotonic() + 5)
    for silent in ("", "SILENT"):
        text = f"SELECT * {{ SERVICE {silent} <{address}> {{ ?s ?p ?o }} }}"
        worker.ask({"form": "SELECT", "format": "csv", "default": None, "named": []}, text)
        assert worker.wait(5)
        values, _ = worker.receive()
        assert ("failed" in values) != bool(silent)
        worker.spent = bool(values["spent"])
    assert not heard()
    pool._workers.give_back(worker)
    assert ask(pool, "SELECT (1 AS ?x) {}")
