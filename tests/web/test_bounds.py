"""What strangers send is bounded: in memory, on the disk, and in where it may lead."""

from __future__ import annotations

import io
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ckg.model.byte_lru import ByteLru, Memo
from ckg.query.guard import checker
from ckg.query.limits import QueryLimits

MB = 1 << 20


@given(st.lists(st.text(max_size=2000), max_size=60))
def test_a_memo_holds_no_more_than_its_bytes_and_returns_what_the_function_returns(texts):
    memo = Memo(lambda text: text[::-1], max_bytes=100_000)
    for text in texts:
        assert memo(text) == text[::-1]
        assert memo.held <= 100_000


def test_a_memo_counts_an_emoji_as_the_bytes_it_takes():
    plain, wide = (Memo(len, max_bytes=100 * MB) for _ in range(2))
    plain("x" * 60_000)
    wide("\N{GRINNING FACE}" + "x" * 60_000)
    assert wide.held > 3.5 * plain.held


def test_addresses_that_lead_nowhere_are_not_remembered_without_bound(app):
    current = app.extensions["ckg"]
    lease = current.acquire()
    find = lease.serving.finder.find_fixed
    for number in range(250):
        assert find(f"id/{number}\N{GRINNING FACE}" + "x" * 10_000) is None
    assert 4 * MB < find.held <= 8 * MB
    current.release(lease)


def test_the_cache_of_documents_counts_its_keys():
    cache = ByteLru[bytes](10 * MB, share_divisor=8)
    for number in range(500):
        cache.make((f"{number}", "x" * 60_000), lambda: b"small", len)
    assert 5 * MB < cache.held <= 10 * MB


def test_checked_queries_are_remembered_within_bounds():
    for number in range(300):
        checker.check(f"ASK {{}} #{number}{'x' * 60_000}", QueryLimits())
    assert 0 < checker.remembered_bytes() <= 8 * MB


CACHES = (
    "answers",
    "documents",
    "requests",
    "addresses",
    "links",
    "names",
    "checks",
    "pages",
    "proofs",
    "header fields",
    "compressed files",
    "compressed static files",
)


def test_metrics_show_what_every_cache_holds(client):
    text = client.get("/metrics").text
    for cache in CACHES:
        assert f'ckg_cache_bytes{{cache="{cache}"}}' in text


def test_an_upload_is_refused_before_it_is_read(client):
    form = {"lang": "en", "file": (io.BytesIO(b"x" * 5000), "name")}
    assert client.post("/language", data=form, content_type="multipart/form-data").status_code == 415
    assert client.post("/language", data={"lang": "en", "return": "x" * 20_000}).status_code == 413
    assert client.post("/language", data={"lang": "en"}).status_code == 303


@pytest.mark.parametrize("target", ["//[", "//evil.example", "/\\evil.example", "https://evil.example", "["])
def test_the_choice_of_a_language_leads_back_here_only(client, target):
    answer = client.post("/language", data={"lang": "en", "return": target})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def status(client, path, host):
    """Ask past the test client, which does not send such hosts."""
    environ = EnvironBuilder(path).get_environ() | {"HTTP_HOST": host}
    return int(run_wsgi_app(client.application.wsgi_app, environ)[1][:3])


@pytest.mark.parametrize("host", ["xn--", "xn--.example", "a b", "evil.example/x", "x@y", "x:y", "[::1", "a" * 300])
@pytest.mark.parametrize("path", ["/sparql", "/robots.txt", "/doc/state/japan.ttl"])
def test_a_host_that_is_none_is_400(client, host, path):
    assert status(client, path, host) == 400


@pytest.mark.parametrize("host", ["example.org", "example.org:8443", "[::1]:80", "xn--fsq.example", "my_service:8000"])
def test_a_host_that_is_one_is_answered(client, host):
    assert status(client, "/robots.txt", host) == 200


def test_what_a_cache_holds_can_be_listed_while_others_use_it():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    cache = ByteLru[int](1 << 20, share_divisor=2)
    for number in range(500):
        cache.put(number, number, size=1)
    stopped = threading.Event()

    def use():
        while not stopped.is_set():
            for number in range(500):
                cache.get(number)

    with ThreadPoolExecutor(2) as threads:
        users = [threads.submit(use) for _ in range(2)]
        try:
            for _ in range(300):
                assert sorted(cache.latest()) == [(number, number) for number in range(500)]
        finally:
            stopped.set()
            sys.setswitchinterval(usual)
        assert [user.result() for user in users] == [None, None]
    cache.get(7)
    assert cache.latest()[0] == (7, 7)
