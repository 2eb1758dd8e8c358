"""A worker reads every table of its store, and no other file, whichever sandbox layers the platform has."""

import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.backends.oxigraph import sandbox, worker
from ckg.errors import EngineFailed
from ckg.formats import SPARQL_JSON, TURTLE
from ckg.model import store_tables
from ckg.query.limits import QueryLimits
from ckg.query.pool import wait_until_ready
from ckg.query.scheduler.budget import Budgets

from .asking import EX, Notes, ask, open_pool
from .conftest import PREFIXES

LOADS, SUBJECTS = 24, 30
PLATFORMS = [(), ("landlock",), ("seccomp",), ("landlock", "seccomp")]


def lines(load):
    for i in range(SUBJECTS):
        subject = f"<{EX}{load}-{i}>"
        yield f'{subject} <{EX}p{i % 5}> "text {load} {i}" .'
        yield f"{subject} <{EX}in> <{EX}load{load}> <{EX}g{load % 7}> ."


@pytest.fixture(scope="session")
def many_tables(tmp_path_factory):
    """A store of some hundred tables, and the lines it was made of: each load makes tables of its own."""
    folder = tmp_path_factory.mktemp("many-tables")
    store = ox.Store(str(folder / "store"))
    for load in range(LOADS):
        store.bulk_load("\n".join(lines(load)).encode(), ox.RdfFormat.N_QUADS)
        store.flush()
    del store
    without_leftovers(folder / "store")
    (folder / "all.nq").write_text("".join(line + "\n" for load in range(LOADS) for line in lines(load)))
    return folder


def without_leftovers(folder):
    """Delete the tables that are no part of a store: of a merge that was under way when it was closed."""
    store = ox.Store.read_only(str(folder))
    for quad in store:
        store_tables.look_up(store, quad)
    list(store.named_graphs())
    for table in folder.glob("*.sst"):
        if store_tables.unopened(frozenset({table.stat().st_ino})):
            table.unlink()


@pytest.fixture(scope="session")
def probes(many_tables):
    store = ox.Store.read_only(str(many_tables / "store"))
    return store_tables.choose_probes(store, many_tables / "store", [many_tables / "all.nq"])


@pytest.fixture
def pool_on():
    """Make a pool on a store; it is closed at the end of the test."""
    made = []

    def make(store, probes=(), missing=(), budgets=None, notes=None, **limits):
        limits = {
            "budget_seconds": 0.0,
            "budget_errors": 0,
            "seconds": 20.0,
            "workers": 1,
            "cache": 0,
            "store_memory": 0,
        } | limits
        pool = open_pool(
            store, QueryLimits(**limits), PREFIXES, budgets=budgets, observer=notes, probes=probes, missing=missing
        )
        made.append(pool)
        assert wait_until_ready(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


def test_the_store_has_many_more_tables_than_the_engine_opens_at_once(many_tables):
    assert len(store_tables.tables(many_tables / "store")) > 100
    opened = ox.Store.read_only(str(many_tables / "store"))
    assert store_tables.unopened(store_tables.tables(many_tables / "store")) > 50
    assert len(opened) == 2 * LOADS * SUBJECTS


@pytest.mark.parametrize("missing", PLATFORMS, ids="-".join)
@pytest.mark.parametrize("known", [True, False], ids=["probes", "no probes"])
def test_every_statement_of_every_table_is_found(pool_on, many_tables, probes, missing, known):
    pool = pool_on(many_tables / "store", probes if known else (), missing)
    assert not set(missing) & set(pool.sandbox)
    for load in range(0, LOADS, 3):
        subject = f"<{EX}{load}-{load % SUBJECTS}>"
        assert ask(pool, f"SELECT ?o {{ {subject} ?p ?o }}") == f"o\r\ntext {load} {load % SUBJECTS}\r\n"
        query = f"SELECT ?s {{ GRAPH ?g {{ ?s ex:in ex:load{load} }} }}"
        assert ask(pool, query).count("\r\n") == SUBJECTS + 1
        assert f"{load}-2" in ask(pool, f'SELECT ?s {{ ?s ?p "text {load} 2" }}')
    assert ask(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == f"n\r\n{LOADS * SUBJECTS}\r\n"
    assert "true" in ask(pool, f"ASK {{ GRAPH <{EX}g3> {{ <{EX}3-4> ?p ?o }} }}", SPARQL_JSON)
    assert "text 9 4" in ask(pool, f"DESCRIBE <{EX}9-4>", TURTLE)
    assert pool.problem == ""


def test_a_few_look_ups_open_every_table(many_tables, probes):
    tables = store_tables.tables(many_tables / "store")
    store = ox.Store.read_only(str(many_tables / "store"))
    assert [store_tables.look_up(store, quad) for quad in store_tables.quads_of(probes)] == [0] * len(probes)
    list(store.named_graphs())
    assert store_tables.unopened(tables) == 0
    assert len(probes) <= len(tables)


def test_a_store_of_one_table_keeps_probes_for_the_health_check(tmp_path):
    store = ox.Store(str(tmp_path / "store"))
    text = "".join(f"<{EX}s{i}> <{EX}p> <{EX}o{i}> .\n" for i in range(200))
    store.bulk_load(text.encode(), ox.RdfFormat.N_TRIPLES)
    store.flush()
    del store
    (tmp_path / "all.nt").write_text(text)
    opened = ox.Store.read_only(str(tmp_path / "store"))
    probes = store_tables.choose_probes(opened, tmp_path / "store", [tmp_path / "all.nt"])
    assert len(probes) >= store_tables.FEWEST_PROBES


def test_probes_are_whole_statements_however_long_others_are(tmp_path):
    text = "".join(f'<{EX}s{i}> <{EX}p> "{"x" * 30_000 if i % 3 else i}" .\n' for i in range(60))
    store = ox.Store(str(tmp_path / "store"))
    store.bulk_load(text.encode(), ox.RdfFormat.N_TRIPLES)
    store.flush()
    del store
    (tmp_path / "all.nt").write_text(text)
    opened = ox.Store.read_only(str(tmp_path / "store"))
    probes = store_tables.choose_probes(opened, tmp_path / "store", [tmp_path / "all.nt"])
    assert probes
    assert len(store_tables.quads_of(probes)) == len(probes)


def _in_a_walled_process(store, missing, attempt):
    """Return what `attempt` returns in a process with the sandbox layers of a worker around it."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            size = sandbox.open_size()
            landlock = "landlock" not in missing and sandbox.allow_reading_below(store)
            opening = sandbox.may_open_tables(landlock=landlock, missing=missing)
            opened = ox.Store.read_only(str(store))
            if not opening:
                store_tables.read_each(opened, store, ())
            openable = 1000 if opening else None
            sandbox.apply(
                size=size, memory=1 << 30, file_bytes=1 << 20, reusable=write, openable=openable, missing=missing
            )
            os.write(write, json.dumps(attempt()).encode())
        finally:
            os._exit(0)
    os.close(write)
    answer = b"".join(iter(lambda: os.read(read, 65536), b""))
    os.close(read)
    os.waitpid(pid, 0)
    return json.loads(answer)


def _attempts(paths, flags):
    def attempt():
        refused = []
        for path in paths:
            try:
                os.close(os.open(path, flags))
            except OSError as error:
                refused.append(error.errno)
            else:
                refused.append(0)
        return refused

    return attempt


@pytest.mark.parametrize("missing", [(), ("landlock",), ("seccomp",)], ids="-".join)
def test_no_file_outside_the_store_can_be_opened(many_tables, tmp_path, missing):
    store = many_tables / "store"
    (tmp_path / "secret").write_text("secret")
    link = store / "link"
    link.symlink_to(tmp_path / "secret")
    try:
        outside = [
            tmp_path / "secret",
            many_tables / "all.nq",
            store / ".." / "all.nq",
            link,
            "/etc/passwd",
            "/proc/self/mem",
            "/dev/null",
            "/",
        ]
        refused = _in_a_walled_process(store, missing, _attempts([str(path) for path in outside], os.O_RDONLY))
    finally:
        link.unlink()
    assert all(refused), dict(zip(map(str, outside), refused, strict=True))


@pytest.mark.parametrize("flags", [os.O_WRONLY, os.O_RDWR, os.O_RDWR | os.O_CREAT, os.O_RDONLY | os.O_TRUNC])
def test_no_file_of_the_store_can_be_opened_for_writing(many_tables, tmp_path, flags):
    store = tmp_path / "store"
    shutil.copytree(many_tables / "store", store)
    table = next(store.glob("*.sst"))
    size = table.stat().st_size
    assert all(_in_a_walled_process(store, (), _attempts([str(table), str(store / "new")], flags)))
    assert table.stat().st_size == size
    assert not (store / "new").exists()


def test_what_the_walls_leave_open_can_be_read(many_tables):
    table = next((many_tables / "store").glob("*.sst"))
    assert _in_a_walled_process(many_tables / "store", (), _attempts([str(table)], os.O_RDONLY)) == [0]


@pytest.fixture
def break_store():
    """Take away the tables of a store that a worker does not open when it begins."""
    return _take_tables


@pytest.fixture
def copied(many_tables, tmp_path):
    shutil.copytree(many_tables / "store", tmp_path / "store")
    return tmp_path / "store"


def _take_tables(store):
    opened = ox.Store.read_only(str(store))
    list(opened.query(worker._WARM))
    names = {path.readlink() for path in Path("/proc/self/fd").iterdir() if path.exists()}
    for table in store.glob("*.sst"):
        if table not in names:
            table.unlink()


@pytest.mark.parametrize(
    "text", ["SELECT * { GRAPH ?g { ?s ?p ?o } }", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?s ?q ?o }"]
)
def test_a_table_that_cannot_be_read_is_no_fault_of_the_query(pool_on, copied, break_store, probes, caplog, text):
    notes, budgets = Notes(), Budgets(seconds=10.0, errors=1)
    pool = pool_on(copied, probes, budgets=budgets, notes=notes, memory=128)
    break_store(copied)
    for _ in range(2):  # a failure charged to the client would end its budget of one
        with pytest.raises(EngineFailed) as failed:
            ask(pool, text, client="a")
        assert str(copied) not in failed.value.message
        assert failed.value.retry_after > 0
    assert notes.deaths["engine"] in (1, 2)  # a worker that takes the place of the first may fail before it is asked
    assert ".sst" in caplog.text


def test_a_health_check_notices_a_table_that_cannot_be_read(pool_on, copied, break_store, probes, monkeypatch):
    monkeypatch.setattr("ckg.query.store_check._FRESH_S", 0.0)
    pool = pool_on(copied, probes)
    break_store(copied)
    problems = {pool.problem for _ in range(len(probes))}
    assert any(problem.startswith("queries fail") for problem in problems)


def test_a_health_check_is_no_load(pool_on, many_tables, probes):
    notes = Notes()
    pool = pool_on(many_tables / "store", probes, notes=notes)
    evaluated = []
    ask_ = pool._store_check._ask
    pool._store_check._ask = lambda text: evaluated.append(text) or ask_(text)
    began = time.monotonic()
    while time.monotonic() - began < 0.5:
        assert pool.problem == ""
    assert len(evaluated) == 1


def test_a_worker_that_aborts_is_said_to_want_memory_only_where_it_does(pool_on, many_tables):
    notes = Notes()
    pool = pool_on(many_tables / "store", notes=notes)

    def abort():
        time.sleep(0.3)
        busy = [each for each in pool.evaluator.workers._all.values() if each not in pool.evaluator.workers._idle]
        os.kill(busy[0].pid, signal.SIGABRT)

    threading.Thread(target=abort).start()
    with pytest.raises(EngineFailed):
        ask(pool, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert notes.deaths == {"crash": 1}
