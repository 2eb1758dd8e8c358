"""Clients share the pool: answers are kept, lanes are fair, the queue and the budgets have an end."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ckg.errors import BudgetExhausted, ClientGone, EndpointBusy, QueryMalformed, QueryStopped
from ckg.formats import CSV, TSV
from ckg.query.job import Dataset, QueryJob

from .asking import EX, FOREVER, Notes, ask

pytestmark = pytest.mark.gone_on  # they wait for seconds, and more tables make them wait no less


def test_identical_questions_are_evaluated_once_and_then_kept(pools):
    notes = Notes()
    pool = pools(notes)
    text = "SELECT (COUNT(*) AS ?n) { ?a ex:p1 ?b . ?c ex:p2 ?d }"
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(pool, text), range(8)))
    assert set(answers) == {"n\r\n1000000\r\n"}
    answer = pool.run(QueryJob(text, CSV))
    assert answer.cached
    assert answer.read() == b"n\r\n1000000\r\n"
    assert sum(not w.spent for w in pool.evaluator.workers._all.values())
    assert not pool.run(QueryJob(text, TSV)).cached
    assert not pool.run(QueryJob(text, CSV, Dataset(default=(EX + "g1",)))).cached


def test_who_asked_first_may_hang_up_and_the_others_get_the_answer(pools):
    notes = Notes()
    pool = pools(notes, workers=1, spares=1)
    text = "SELECT (COUNT(*) AS ?n) { ?a ex:p1 ?b . ?c ex:p2 ?d . ?e ex:p0 ?f FILTER(?a IN (ex:n1, ex:n4, ex:n7)) }"
    flights = pool._cache._in_flight
    gone = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        threads.submit(pool.run, QueryJob(text, CSV, client="first", gone=gone.is_set))
        wait_for(lambda: flights)
        (flight,) = flights.values()
        second = threads.submit(ask, pool, text, client="second")
        wait_for(lambda: flight.followers)
        gone.set()
        assert second.result(30) == "n\r\n3000000\r\n"
    assert notes.deaths == {}


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


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


def test_long_queries_of_many_clients_do_not_make_another_wait(pools):
    notes = Notes()
    pool = pools(notes, workers=2, seconds=4.0, cache=0)
    with ThreadPoolExecutor(8) as threads:
        hogs = [threads.submit(ask, pool, f"{FOREVER} #{i}", client=f"hog {i}") for i in range(8)]
        time.sleep(2.0)
        waits = []
        for i in range(20):
            began = time.monotonic()
            ask(pool, f"SELECT ({i} AS ?x) {{}}", client="other")
            waits.append(time.monotonic() - began)
        assert sorted(waits)[10] < 0.25
        assert all(isinstance(hog.exception(), QueryStopped | EndpointBusy) for hog in hogs)
    assert notes.deaths["set_back"] >= 6


def test_a_query_that_was_set_back_is_answered_when_there_is_room(pools):
    notes = Notes()
    pool = pools(notes, workers=1, spares=1, seconds=60.0, cache=0)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(
            pool.run, QueryJob(FOREVER, CSV, client="hog", gone=iter([*[False] * 12, True]).__next__)
        )
        time.sleep(0.5)
        few = "FILTER(?a IN (ex:n1, ex:n4, ex:n7, ex:n10))"
        text = f"SELECT (COUNT(*) AS ?n) {{ ?a ex:p1 ?b . ?c ex:p2 ?d . ?e ex:p0 ?f {few} }}"
        assert ask(pool, text, client="other") == "n\r\n4000000\r\n"
        assert isinstance(first.exception(), ClientGone)
    assert notes.deaths["set_back"] == 1


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
