"""Queries that the event loop answers itself: the same answers, fields and refusals as the application gives."""

from __future__ import annotations

import asyncio
import gc
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from tests import histories

from ckg.formats import ANSWER_FORMATS
from ckg.web import create_app
from ckg.web.front import wsgi
from ckg.web.front.connection import Connection
from ckg.web.front.server import Front
from ckg.web.front_application import FrontApplication

pytestmark = pytest.mark.parametrize("releases", [histories.AT_ONCE], indirect=True)

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
ASK_THE_APPLICATION = {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}
ROWS = "SELECT ?s ?o { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } ORDER BY ?s ?o"
SPOOLED = "SELECT * { VALUES ?n { " + " ".join(map(str, range(9))) + " } ?a ?b ?c . ?d ?e ?f } LIMIT 2000"
QUERIES = {
    "rows": ROWS,
    "no rows": "SELECT ?s { ?s <a:b> ?s }",
    "yes": "ASK { ?s ?p ?o }",
    "a graph": f"CONSTRUCT {{ ?s <a:b> ?o }} WHERE {{ {{ {ROWS} LIMIT 9 }} }}",
    "a description": "DESCRIBE <https://data.example/kg/id/state/japan>",
    "a moment": "SELECT (NOW() AS ?now) { FILTER(false) }",
    "large": SPOOLED,
    "no query": "ASK {",
    "nothing declared": "ASK { ?s no:such ?o }",
    "nothing known": "SELECT (STRLANG('a', ?o) AS ?a) { FILTER(99999999999999999999 > 1) }",
    "SERVICE": "ASK { SERVICE <http://example.org/> {} }",
    "too deep": "ASK " + "{" * 200 + "}" * 200,
    "an update": "DROP ALL",
    "long": f"ASK {{ ?s ?p '{'x' * 5000}' }}",
    "an update's words in a query": "SELECT (UUID() AS ?drop) { FILTER(false) }",
}
ACCEPTED = (None, *(f.media_type for f in ANSWER_FORMATS), "text/html", "image/png", "text/turtle;q=0.2, */*;q=0.1")
CODINGS = (None, "gzip", "br, zstd;q=0.5", "identity;q=0, gzip", "identity;q=0, *;q=0")


class Site:
    """A front in this process: its port, and which requests the application was asked."""

    def __init__(self, app, port: int, asked: list[str]) -> None:
        self.app, self.port, self.asked = app, port, asked

    def ask(self, method: str, target: str, fields: dict[str, str], body: bytes | None = None):
        """Return status, sorted header fields but for the date, and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, body, fields)
            answer = connection.getresponse()
            return answer.status, sorted(f for f in answer.getheaders() if f[0] != "Date"), answer.read()
        finally:
            connection.close()


@contextmanager
def site(app, monkeypatch) -> Iterator[Site]:
    asked: list[str] = []
    call = wsgi.call

    def noted(application, request, *more):
        asked.append(request.query)
        return call(application, request, *more)

    monkeypatch.setattr(wsgi, "call", noted)
    served = FrontApplication(app)
    listening = socket.create_server(("127.0.0.1", 0))
    started, stop = threading.Event(), []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        front = Front(loop, served, served.limits)
        server = await loop.create_server(lambda: Connection(front), sock=listening)
        ended = asyncio.Event()
        stop.append(partial(loop.call_soon_threadsafe, ended.set))
        started.set()
        await ended.wait()
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    started.wait()
    try:
        yield Site(app, listening.getsockname()[1], asked)
    finally:
        stop[0]()
        thread.join()


SETTINGS = {"limits.budget_seconds": 0.0, "limits.budget_errors": 0}


@pytest.fixture(scope="module")
def forgetful(releases):
    """An application that keeps no answer, so that every query is evaluated."""
    app = create_app(releases, {**SETTINGS, "limits.cache": 0})
    FrontApplication(app).sandbox(10.0)
    yield app
    app.close()


@pytest.fixture
def keeping(releases):
    app = create_app(releases, SETTINGS)
    FrontApplication(app).sandbox(10.0)
    yield app
    app.close()


def both(here: Site, method: str, target: str, fields: dict[str, str], body: bytes | None = None):
    """Ask as it is, and by way of the application; return the answer, and whether the first had to go there too."""
    before = len(here.asked)
    direct = here.ask(method, target, fields, body)
    was_asked = len(here.asked) > before
    before = len(here.asked)
    by_application = here.ask(method, target, {**fields, **ASK_THE_APPLICATION}, body)
    assert len(here.asked) > before
    assert direct == by_application, (method, target[:100], fields)
    return direct, was_asked


@pytest.mark.parametrize("name", QUERIES)
def test_the_loop_and_the_application_give_the_same_answer_in_every_format(forgetful, monkeypatch, name):
    text, direct, seen = QUERIES[name], 0, set()
    with site(forgetful, monkeypatch) as here:
        for accept in ACCEPTED:
            fields = {} if accept is None else {"Accept": accept}
            (status, _, _), was_asked = both(here, "GET", f"/sparql?query={quote(text)}", fields)
            direct += not was_asked
            seen.add(status)
    if name == "long" or seen <= {400, 403, 406, 413}:
        assert not direct, "refusals are the application's"
    else:
        assert 200 in seen
        assert direct > len(ACCEPTED) // 3


@pytest.mark.parametrize("name", ["rows", "yes", "large", "no query", "a moment"])
@pytest.mark.parametrize("coding", CODINGS)
def test_the_loop_and_the_application_give_the_same_answer_in_every_coding(forgetful, monkeypatch, name, coding):
    fields = {} if coding is None else {"Accept-Encoding": coding}
    with site(forgetful, monkeypatch) as here:
        both(here, "GET", f"/sparql?query={quote(QUERIES[name])}", fields)


REQUESTS = {
    "a form": ("POST", "/sparql", {"Content-Type": FORM}, urlencode({"query": ROWS}).encode()),
    "a text": ("POST", "/sparql", {"Content-Type": QUERY}, ROWS.encode()),
    "QUERY": ("QUERY", "/sparql", {"Content-Type": QUERY}, ROWS.encode()),
    "a dataset": ("GET", f"/sparql?query={quote(ROWS)}&default-graph-uri=a:b&named-graph-uri=a:c", {}, None),
    "a format": ("GET", f"/sparql?query={quote(ROWS)}&format=csv&output=xml", {}, None),
    "no such format": ("GET", f"/sparql?query={quote(ROWS)}&format=pdf", {}, None),
    "a page": ("GET", f"/sparql?query={quote(ROWS)}&format=html", {}, None),
    "another site": ("GET", f"/sparql?query={quote(ROWS)}", {"Origin": "https://elsewhere.example"}, None),
    "a language": ("GET", f"/sparql?query={quote(ROWS)}", {"Cookie": "lang=ja"}, None),
    "who asks": ("GET", f"/sparql?query={quote(ROWS)}", {"Cookie": "session=1"}, None),
    "a token": ("GET", f"/sparql?query={quote(ROWS)}", {"Authorization": "Bearer x"}, None),
    "no host": ("GET", f"/sparql?query={quote(ROWS)}", {"Host": "a/b"}, None),
    "twice": ("GET", f"/sparql?query={quote(ROWS)}&query=ASK", {}, None),
    "an empty query": ("GET", "/sparql?query=", {}, None),
    "no UTF-8": ("GET", "/sparql?query=ASK%7B%7D%ff", {}, None),
    "another charset": ("POST", "/sparql", {"Content-Type": f"{QUERY}; charset=latin-1"}, ROWS.encode()),
    "another type": ("POST", "/sparql", {"Content-Type": "text/plain"}, ROWS.encode()),
    "no type": ("POST", "/sparql", {}, ROWS.encode()),
    "an update": ("POST", "/sparql", {"Content-Type": FORM}, b"update=DROP+ALL"),
    "a graph": ("GET", "/sparql?default", {}, None),
    "no query, by POST": ("POST", "/sparql", {"Content-Type": FORM}, b"format=csv"),
    "HEAD": ("HEAD", f"/sparql?query={quote(ROWS)}", {}, None),
    "OPTIONS": ("OPTIONS", "/sparql", {}, None),
    "PUT": ("PUT", "/sparql", {"Content-Type": FORM}, b"query=ASK"),
    "a slash": ("GET", f"/sparql/?query={quote(ROWS)}", {}, None),
    "an address in other words": ("GET", f"/%73parql?query={quote(ROWS)}", {}, None),
}
DIRECT = {"a form", "a text", "QUERY", "a dataset", "a format", "another site", "a language"}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_loop_and_the_application_give_the_same_answer_to_every_kind_of_request(forgetful, monkeypatch, name):
    with site(forgetful, monkeypatch) as here:
        _, was_asked = both(here, *REQUESTS[name])
    assert was_asked == (name not in DIRECT)


def test_below_a_prefix_answers_are_the_same(releases, monkeypatch):
    app = create_app(releases, {**SETTINGS, "serve.prefix": "/kg", "limits.cache": 0})
    FrontApplication(app).sandbox(10.0)
    with site(app, monkeypatch) as here:
        for path in ("/kg/sparql", "/sparql"):
            (status, fields, _), was_asked = both(here, "GET", f"{path}?query={quote(ROWS)}", {})
            assert (status, was_asked) == (200, False)
            assert any("/kg/void" in value for name, value in fields if name == "Link")
    app.close()


def test_an_answer_of_the_loop_is_kept_and_given_again_with_and_without_it(keeping, monkeypatch):
    target = f"/sparql?query={quote(ROWS)}"
    with site(keeping, monkeypatch) as here:
        first = here.ask("GET", target, {})
        assert here.ask("GET", target, {}) == first, "kept as a response"
        posted = here.ask("POST", "/sparql", {"Content-Type": QUERY}, ROWS.encode())
        assert posted == first, "kept as an answer"
        assert not here.asked
        assert here.ask("GET", target, ASK_THE_APPLICATION) == first
        (tag,) = (value for name, value in first[1] if name == "ETag")
        assert here.ask("GET", target, {"If-None-Match": tag})[0] == 304
        metrics = here.ask("GET", "/metrics", {})[2].decode()
    assert 'ckg_http_requests_total{method="GET",route="/sparql",status="200"} 3.0' in metrics
    assert 'ckg_queries_total{form="SELECT",outcome="answered"} 1.0' in metrics
    assert 'ckg_queries_total{form="SELECT",outcome="cached"} 3.0' in metrics


def test_queries_that_take_long_wait_in_turn_or_are_ended_do_not_keep_the_loop(releases, monkeypatch):
    app = create_app(releases, {**SETTINGS, "limits.seconds": 1.5, "limits.workers": 1, "limits.cache": 0})
    FrontApplication(app).sandbox(10.0)
    never = "FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g))) < 0)"
    endless = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i {never} }}"
    found: list[int] = []
    with site(app, monkeypatch) as here:

        def ask(text: str) -> None:
            found.append(here.ask("GET", f"/sparql?query={quote(text)}", {})[0])

        threads = [threading.Thread(target=ask, args=(f"{endless} # {n}",)) for n in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        began = time.monotonic()
        assert here.ask("GET", "/healthz", {})[0] == 200
        assert time.monotonic() - began < 0.3
        for thread in threads:
            thread.join()
        assert set(found) == {503}
        assert here.ask("GET", f"/sparql?query={quote(ROWS)}", {})[0] == 200
    app.close()


def test_an_answer_in_a_file_is_let_go_of_when_it_is_sent(keeping, monkeypatch):
    rows = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    gc.collect()
    gc.disable()  # nothing may be left to it: a file would stay open for as long
    try:
        with site(keeping, monkeypatch) as here:
            status, _, body = here.ask("GET", f"/sparql?query={quote(rows)}", {})
            assert (status, len(body) > 1 << 18, here.asked) == (200, True, [])
            deadline = time.monotonic() + 5
            while (held := spool_files()) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert not held
    finally:
        gc.enable()


def spool_files() -> int:
    """Count the bytes of answers in files that this process holds open."""
    total = 0
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            total += link.stat().st_size if "ckg-answer-" in str(link.readlink()) else 0
    return total


def test_as_soon_as_somebody_elses_code_has_a_say_the_application_is_asked(keeping, monkeypatch):
    target = f"/sparql?query={quote(ROWS)}"
    with site(keeping, monkeypatch) as here:
        here.ask("GET", target, {})
        assert not here.asked

        @keeping.after_request
        def signed(response):
            response.headers["X-Signed"] = "yes"
            return response

        _, fields, _ = here.ask("GET", f"{target}%20", {})
        assert ("X-Signed", "yes") in fields
        assert len(here.asked) == 1
