"""Requests are read the same however their bytes arrive."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckg.web.front.front_limits import FrontLimits
from ckg.web.front.reading import Reader
from ckg.web.front.request import Request
from ckg.web.front.threads import Threads

LIMITS = FrontLimits(8, 8, 1.0, 1.0, 2, 2, "none", 0, "", {"/sparql": 1000})
STREAM = (
    b"POST /sparql?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nCookie: a=1\r\nCookie: b=2\r\n\r\nASK{}"
    b"GET /%C3%A9?x HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 1.2.3.4\r\nAccept: a\r\nAccept: b\r\n\r\n"
    b"QUERY /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nASK\r\n2;x=y\r\n{}\r\n0\r\nHost: z\r\n\r\n"
    b"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"
)


def in_a_thread(coroutine):
    """Run a coroutine where no other event loop is running, as a browser's may in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def read(pieces):
    reader = Reader(LIMITS, lambda: Request(("p", 1), ("l", 2)), lambda: None, lambda _: None)
    found = []
    for piece in pieces:
        complete, ended = reader.feed(piece)
        found += [(r.method, r.path, r.query, r.fields, r.body, r.keep_alive) for r in complete]
        if ended is not None:
            return found, ended.status
    return found, None


WHOLE = read([STREAM])


def test_what_a_stream_of_requests_holds():
    found, ended = WHOLE
    assert ended is None
    assert [row[:3] for row in found] == [
        ("POST", "/sparql", "a=b"),
        ("GET", "/%C3%A9", "x"),
        ("QUERY", "/sparql", ""),
        ("GET", "/a", ""),
    ]
    assert [row[4] for row in found] == [b"ASK{}", b"", b"ASK{}", b""]
    assert found[0][3]["cookie"] == "a=1; b=2"
    assert found[1][3] == {"host": "x", "accept": "a, b"}  # a field with `_` could pass for another
    assert found[2][3]["host"] == "x"  # a trailer is no header field


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
@settings(deadline=None)
def test_a_stream_cut_anywhere_holds_the_same_requests(places):
    cuts = sorted({0, len(STREAM), *places})
    assert read([STREAM[a:b] for a, b in itertools.pairwise(cuts)]) == WHOLE


@given(st.binary(max_size=300), st.integers(0, len(STREAM)))
@settings(deadline=None)
def test_whatever_comes_is_read_or_refused(noise, place):
    _, ended = read([STREAM[:place], noise, STREAM[place:]])
    assert ended in (None, 0) or 400 <= ended < 600


def test_one_client_does_not_get_more_than_half_of_the_threads():
    async def run():
        threads = Threads(asyncio.get_running_loop(), "test", 4, 100)
        release, started, done = threading.Event(), [], []

        def compute(client):
            started.append(client)
            release.wait(10)
            return client

        for _ in range(10):
            assert threads.submit("greedy", lambda: compute("greedy"), done.append)
        assert threads.submit("other", lambda: compute("other"), done.append)
        until = time.monotonic() + 5
        while len(started) < 3 and time.monotonic() < until:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert sorted(started) == ["greedy", "greedy", "other"]
        release.set()
        while len(done) < 11:
            await asyncio.sleep(0.01)
        threads.stop()

    in_a_thread(run())


@pytest.mark.parametrize("waiting_max", [2, 6])
def test_requests_beyond_the_queue_are_turned_away(waiting_max):
    async def run():
        threads = Threads(asyncio.get_running_loop(), "test", 1, waiting_max)
        release, done = threading.Event(), []
        taken = [threads.submit("a", lambda: release.wait(10), done.append) for _ in range(20)]
        assert taken.count(True) == 1 + waiting_max // 2
        release.set()
        while len(done) < taken.count(True):
            await asyncio.sleep(0.01)
        threads.stop()

    in_a_thread(run())
