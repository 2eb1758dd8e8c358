"""Ninety seconds of hell, and whether its judge would notice: run the whole with `pytest -m hell tests/benchmarks`."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SECONDS = 90
RATE = 100.0  # documents a second: client and server share the machine, which may be a slow one


@pytest.fixture
def strangers(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import hell
    from shop import data, queries
    from strangers import connection, light, oracle, watch

    return SimpleNamespace(
        hell=hell, data=data, queries=queries, connection=connection, light=light, oracle=oracle, watch=watch
    )


@pytest.mark.hell
def test_polite_visitors_notice_nothing_of_everything_at_once():
    length = ["--seconds", str(SECONDS), "--triples", "4000", "--rate", str(RATE), "--anywhere"]
    command = [sys.executable, str(BENCHMARKS / "hell.py"), *length]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS + 500, check=False)
    print(ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture
def oracle(strangers):
    sizes = strangers.data.Sizes.of(4000)
    known = strangers.oracle.Oracle(("1-a", "2-b"), sizes)
    for number, release in enumerate(known.releases):
        known.documents.setdefault("/doc/x.nt", {})[f'"{release}"'] = release, hashlib.sha256(release.encode()).digest()
        known.stores[release] = store = ox.Store()
        store.load(
            f"{strangers.data.HEAD}<id/product/1> rdfs:label '{number}', '{number}!' .".encode(), ox.RdfFormat.TURTLE
        )
    return known


def reply(strangers, body: bytes, etag: str = "") -> object:
    return strangers.connection.Reply(200, {"etag": etag}, body)


@pytest.mark.parametrize(
    ("etag", "body", "release", "right"),
    [
        ('"1-a"', b"1-a", "1-a", True),
        ('"2-b"', b"2-b", "2-b", True),
        ('"1-a"', b"2-b", "1-a", False),
        ('"1-a"', b"1-", "1-a", False),
        ('"3-c"', b"1-a", "", False),
    ],
)
def test_a_document_is_held_against_the_release_of_its_entity_tag(strangers, oracle, etag, body, release, right):
    found, problem = oracle.document("/doc/x.nt", reply(strangers, body, etag))
    assert (found, not problem) == (release, right)


@pytest.mark.parametrize(
    ("rows", "release"), [(("0", "0!"), "1-a"), (("1", "1!"), "2-b"), (("0", "1!"), ""), (("0",), ""), ((), "")]
)
def test_rows_of_neither_release_or_of_both_mixed_are_noticed(strangers, oracle, rows, release):
    asked = strangers.queries.Asked("label", "SELECT ?l { ?s ?p ?l }")
    bindings = ",".join(f'{{"l":{{"type":"literal","value":"{row}"}}}}' for row in rows)
    body = f'{{"head":{{"vars":["l"]}},"results":{{"bindings":[{bindings}]}}}}'.encode()
    found, problem = oracle.rows(asked, reply(strangers, body))
    assert (found, not problem) == (release, bool(release))
    assert oracle.rows(asked, reply(strangers, body[:-4]))[0] == ""


def test_rows_of_another_release_than_the_answer_names_are_noticed(strangers, oracle):
    asked = strangers.queries.Asked("label", "SELECT ?l { ?s ?p ?l }")
    body = b'{"head":{"vars":["l"]},"results":{"bindings":[%s]}}'
    body %= b",".join(b'{"l":{"type":"literal","value":"%s"}}' % row for row in (b"0", b"0!"))
    for named, problem in (("1-a", ""), ("2-b", "2-b"), ("3-c", "3-c")):
        found = strangers.connection.Reply(200, {"ckg-release": named}, body)
        assert problem in oracle.rows(asked, found)[1]
        assert bool(problem) == bool(oracle.rows(asked, found)[1])


def test_on_a_slow_machine_want_of_time_is_no_fault_but_wrong_and_half_answers_are(strangers):
    def judged(
        *, anywhere: bool = True, wrong: int = 0, failed: dict[str, int] | None = None, right: int = 1000
    ) -> str:
        course = strangers.hell.Course(answers_after=True)
        for tally in course.light.values():
            tally.right = right
        course.light["documents"] = strangers.light.Tally(right=right, times_ms=[500.0] * 1000)
        course.light["documents"].failed.update({strangers.light.NOT_SENT: 100} | (failed or {}))
        course.light["queries"].wrong.update(rows=wrong)
        return "\n".join(strangers.hell.judge(course, strangers.watch.Watch(1, None), anywhere=anywhere))

    assert judged(failed={"query: 503 every worker is busy": 50, strangers.light.NOT_ANSWERED: 9}) == ""
    assert "3 times: cut short" in judged(failed={"cut short": 3})
    assert "1 times: document: 500" in judged(failed={"document: 500 a fault": 1})
    assert "none of the queries was answered" in judged(right=0)
    assert "1 answers with status 200 were wrong" in judged(wrong=1)
    strict = judged(anywhere=False)
    assert "99.95% are wanted" in strict
    assert "within 500 ms" in strict


def test_an_answer_from_a_release_that_is_long_gone_is_stale(strangers):
    clock = strangers.light.Clock(end=1e9, current="2-b", since=100.0)
    assert not clock.stale("1-a", 100.0 + strangers.light.STALE_S / 2)
    assert clock.stale("1-a", 100.0 + 2 * strangers.light.STALE_S)
    assert not clock.stale("2-b", 1000.0)
    assert not clock.stale("any", 1000.0)


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
)
def test_an_answer_that_ends_too_early_is_no_answer(strangers, sent):
    async def serve_half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        writer.close()

    async def ask() -> None:
        server = await asyncio.start_server(serve_half, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            connection = strangers.connection.Connection("127.0.0.1", port, "127.0.0.1")
            with pytest.raises(strangers.connection.CutShort):
                await connection.ask("/", seconds=5)

    asyncio.run(ask())


def test_what_was_due_and_never_sent_counts_as_not_answered(strangers):
    async def slow(_: object) -> tuple[str, str]:
        await asyncio.sleep(0.3)
        return "any", ""

    async def ask() -> object:
        tally, clock = strangers.light.Tally(), strangers.light.Clock(asyncio.get_running_loop().time() + 0.2, "any")
        connection = strangers.connection.Connection("127.0.0.1", 1, "127.0.0.1")
        await strangers.light.steady(tally, clock, connection, 0.05, 0.0, slow)
        return tally

    tally = asyncio.run(ask())
    assert tally.count == 4
    assert tally.failed["not sent in time"] == 3


def test_memory_and_descriptors_that_grow_are_noticed(strangers):
    def watched(memory: float, descriptors: int) -> list[str]:
        watch = strangers.watch.Watch(1, None)
        for n in range(30):
            watch.looks.append(strangers.watch.Look(n, 900 - 9 * n, 200 + memory * n, 100 + descriptors * n, 6, 0))
        return watch.growth()

    assert watched(0, 0) == []
    assert watched(0.5, 0) == []
    assert [line.split()[0] for line in watched(20, 0)] == ["memory"]
    assert [line.split()[0] for line in watched(0, 9)] == ["descriptors"]
