"""A worker has no way out, whatever gets past the guard."""

import socket
import threading
import time

import pyoxigraph as ox
import pytest

from .asking import ask


def test_workers_are_walled_in_on_linux(pool):
    assert pool.sandbox == ("network", "memory", "landlock", "descriptors", "seccomp")


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
    monkeypatch.setattr(
        "ckg.query.guard.checker._service", lambda *_: pytest.fail("the guard stands before the sandbox")
    )
    worker = pool.evaluator.workers.take(time.monotonic() + 5)
    for silent in ("", "SILENT"):
        text = f"SELECT * {{ SERVICE {silent} <{address}> {{ ?s ?p ?o }} }}"
        worker.ask({"form": "SELECT", "format": "csv", "default": None, "named": []}, text)
        assert worker.wait(5)
        values, _ = worker.receive()
        assert ("broken" in values) != bool(silent)
        worker.spent = bool(values["spent"])
    assert not heard()
    pool.evaluator.workers.give_back(worker)
    assert ask(pool, "SELECT (1 AS ?x) {}")
