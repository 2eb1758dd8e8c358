"""Every bound ends a query without an answer, and the next query finds a worker."""

import time
from dataclasses import asdict

import pytest

from ckg.errors import QueryError, QueryStopped
from ckg.formats import CSV, GRAPH_FORMATS, RESULT_FORMATS, SPARQL_JSON
from ckg.model.settings import rows
from ckg.query.job import QueryJob
from ckg.query.limits import QueryLimits

from .asking import FOREVER, Notes, ask

pytestmark = pytest.mark.gone_on  # they wait for seconds, and more tables make them wait no less


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


@pytest.mark.parametrize("wanted", GRAPH_FORMATS, ids=lambda f: f.key)
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
    held = [pool.run(QueryJob(text, CSV)) for _ in range(4)]
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
            assert pool.run(QueryJob(text, SPARQL_JSON)).read()
        except QueryError as error:
            assert "stopped" not in str(error)
    assert not notes.deaths


def test_every_bound_of_the_settings_is_one_of_the_pools_with_the_same_default():
    assert {f"limits.{name}": value for name, value in asdict(QueryLimits()).items()} == {
        setting.key: setting.default for setting in rows("limits")
    }
    assert QueryLimits.of({"limits.seconds": 2.5, "serve.port": 1}) == QueryLimits(seconds=2.5)
