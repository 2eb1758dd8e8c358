"""Workers come and go: hang-ups, deaths, replacements, and nothing left behind."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ckg.errors import ClientGone, EndpointBusy, QueryError, QueryStopped
from ckg.formats import CSV, SPARQL_JSON
from ckg.query.job import QueryJob

from .asking import FOREVER, Notes, ask

pytestmark = pytest.mark.gone_on  # they wait for seconds, and more tables make them wait no less


def test_a_client_that_hangs_up_frees_its_worker(pools):
    notes = Notes()
    pool = pools(notes, workers=1, spares=1)
    began = time.monotonic()
    with pytest.raises(ClientGone):
        pool.run(QueryJob(FOREVER, CSV, gone=lambda: time.monotonic() - began > 0.3))
    assert time.monotonic() - began < 2
    assert notes.deaths == {"client": 1}


def test_a_worker_that_dies_under_a_query_is_an_error_of_that_query_alone(pools):
    pool = pools(workers=1, spares=1)
    workers = pool.evaluator.workers

    def kill():
        time.sleep(0.4)
        busy = [w for w in workers._all.values() if w not in workers._idle]
        os.kill(busy[0].pid, signal.SIGSEGV)

    threading.Thread(target=kill).start()
    with pytest.raises(QueryStopped) as stopped:
        ask(pool, FOREVER)
    assert stopped.value.bound == "stack"
    assert ask(pool, "SELECT (1 AS ?x) {}")


def test_idle_workers_and_the_fork_server_are_replaced_when_they_die(pools):
    pool = pools(workers=1, spares=1)
    workers = pool.evaluator.workers
    for worker in list(workers._idle):
        assert worker.born.wait(5)
        os.kill(worker.pid, signal.SIGKILL)
    assert ask(pool, "SELECT (1 AS ?x) {}")
    workers._fork_server.kill()
    time.sleep(0.2)
    assert ask(pool, "SELECT (2 AS ?x) {}")


def test_a_run_away_query_ends_with_the_process_that_its_worker_was_forked_by(pools):
    pool = pools(workers=1, spares=0, seconds=3.0)  # it is asked once more of the next worker
    workers = pool.evaluator.workers
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(ask, pool, FOREVER)
        deadline = time.monotonic() + 10
        while workers._idle and time.monotonic() < deadline:
            time.sleep(0.01)
        (worker,) = workers._all.values()
        assert worker.born.wait(5)
        workers._fork_server.kill()
        assert has_ended(worker.pid, 10)
        assert isinstance(asked.exception(), QueryError)


def has_ended(pid, seconds):
    """Say whether a process ends in time; one that only waits to be reaped has."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def test_while_long_queries_run_as_many_workers_are_ready_as_before(pools):
    pool = pools(workers=2, spares=1, cache=0)
    workers = pool.evaluator.workers
    with ThreadPoolExecutor(2) as threads:
        for client in "ab":
            threads.submit(ask, pool, FOREVER + f" #{client}", client=client)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and (pool.state.slow < 2 or len(workers._idle) < 3):
            time.sleep(0.01)
        assert (pool.state.slow, len(workers._idle), pool.state.workers) == (2, 3, 5)
        assert all(worker.ready or worker.wait(5) for worker in list(workers._idle))
        pool.close()


def test_no_process_is_left_behind(pools):
    pool = pools()
    workers = list(pool.evaluator.workers._all.values())
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


def numbers(workers):
    return {worker.number for worker in list(workers._all.values())}


def test_a_worker_that_had_to_step_back_serves_the_next_query_that_lets_others_go_first(pools):
    pool = pools(workers=2, spares=0, cache=0)
    workers, deadline = pool.evaluator.workers, time.monotonic() + 20
    taken = workers.take(deadline)
    workers.lower_priority(taken)
    workers.give_back(taken)
    assert workers.take(deadline).number != taken.number
    again = workers.take(deadline, low_priority=True)
    assert again.number == taken.number
    workers.give_back(again)
    assert workers.take(deadline, low_priority=True).number == taken.number


def test_stepped_back_workers_make_room_for_those_that_come_first(pools):
    pool = pools(workers=2, spares=1, cache=0)
    workers, deadline = pool.evaluator.workers, time.monotonic() + 60
    for _ in range(4):
        taken = [workers.take(deadline) for _ in range(2)]
        for worker in taken:
            workers.lower_priority(worker)
        assert len(workers._idle) == 3
        assert len(numbers(workers)) <= 6
        for worker in taken:
            workers.give_back(worker)
        assert all(not worker.low_priority for worker in workers._idle)


def test_a_stepped_back_worker_that_dies_is_no_loss(pools):
    pool = pools(workers=1, spares=0, cache=0)
    workers, deadline = pool.evaluator.workers, time.monotonic() + 20
    taken = workers.take(deadline)
    workers.lower_priority(taken)
    workers.give_back(taken)
    taken.signal(signal.SIGKILL)
    assert taken.ended.wait(10)
    other = workers.take(deadline, low_priority=True)
    assert other.number != taken.number
    workers.give_back(other)
    assert ask(pool, "ASK {}", SPARQL_JSON)
