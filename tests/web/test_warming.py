"""What is asked first is rendered before it is asked."""

from __future__ import annotations

import make_release
import pytest

from ckg.release.current import Releases
from ckg.web import create_app, warming
from ckg.web.front import wsgi
from ckg.web.front.request import Request
from ckg.web.front_application import FrontApplication


@pytest.fixture
def application(releases):
    app = create_app(releases, {"limits.workers": 1, "limits.spares": 0})
    yield app
    app.close()


def test_the_first_reader_of_the_first_page_is_given_what_was_rendered_before(application):
    served = application.extensions["ckg"].acquire().serving
    FrontApplication(application).warm()
    made = served.documents.held
    assert made > 10_000
    answer = application.test_client().get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert (served.documents.held, served.documents.hits) == (made, 1)


def test_no_metric_counts_what_was_rendered_before_it_was_asked(application):
    FrontApplication(application).warm()
    assert "ckg_http_requests_total{" not in application.test_client().get("/metrics").text


def test_a_view_that_fails_puts_no_switch_off(application):
    def fails(*_, **__):
        raise RuntimeError("of the project")

    application.view_functions = dict.fromkeys(application.view_functions, fails)
    FrontApplication(application).warm()


BASE = "https://data.example/kg/"
ONE = {"data/a.ttl": f'<{BASE}id/a> <{BASE}ontology#v> "one" . <{BASE}id/b> <{BASE}ontology#v> "one" .'}
TWO = {"data/a.ttl": f'<{BASE}id/a> <{BASE}ontology#v> "two" .'}
BROWSER = {"accept": "text/html,*/*;q=0.8", "accept-language": "en-GB", "accept-encoding": "gzip, deflate, br, zstd"}
READERS = ({}, BROWSER, {"accept-encoding": "gzip"}, {"accept-encoding": "br, identity;q=0"}, {"cookie": "lang=en"})
PROXY = {"x-forwarded-proto": "https", "x-forwarded-host": "data.example", "x-forwarded-prefix": "/kg"}


class Reader:
    """Asks as the front does: what is kept is given again, and what is answered is kept."""

    def __init__(self, app):
        self.app = app
        self.front = FrontApplication(app)
        self.proxies = app.config["CKG"]["serve.proxies"]

    def ask(self, path, fields=None):
        """Return an answer, and whether it was at hand."""
        request = Request(("192.0.2.1", 1), ("192.0.2.2", 80))
        request.method = "GET"
        request.path, _, request.query = path.partition("?")
        request.fields = dict(fields or {})
        key = request.key(forwarded=self.proxies > 0)
        kept = None if key is None else self.front.kept(key, request)
        return kept or wsgi.call(self.front.wsgi, request, key), kept is not None


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two releases of a project; the second lacks a thing that the first one has."""
    folder = tmp_path_factory.mktemp("two")
    for version, files in (("1", ONE), ("2", TWO)):
        make_release.build(make_release.project(folder, files, version))
    return Releases(folder / "release")


@pytest.fixture
def served(two, monkeypatch):
    """Return a function that serves the first release and gives a reader and a way to switch to the second."""
    for bound in ("_FIRST_PAGES_WITHIN_S", "_WITHIN_S"):  # whatever else the machine does
        monkeypatch.setattr(warming, bound, 600.0)
    opened = []
    first, second = (release.id for release in sorted(two.all(), key=lambda release: release.id))

    def serve(settings=None):
        two.switch(first)
        app = create_app(two.root, {"limits.workers": 1, "limits.spares": 0} | (settings or {}))
        current = app.extensions["ckg"]
        opened.append(current)
        current._stopped.set()
        current._watcher.join()
        current._stopped.clear()
        reader = Reader(app)
        reader.front.warm()

        def switch():
            two.switch(second)
            assert current.refresh()

        return reader, switch

    yield serve
    for current in opened:
        current.close()


def test_what_readers_had_asked_for_before_the_switch_is_at_hand_after_it(served):
    reader, switch = served()
    asked = [(path, fields) for path in ("/doc/a", "/doc/a.nt", "/doc/a.html", "/id/a") for fields in READERS]
    for path, fields in asked:
        assert not reader.ask(path, fields)[1]
    switch()
    for path, fields in asked:
        answer, at_hand = reader.ask(path, fields)
        assert at_hand, (path, fields)
        assert b"Ckg-Release: 2-" in answer.head
    assert b"two" in reader.ask("/doc/a.nt")[0].body


def test_what_is_at_hand_after_a_switch_is_what_would_have_been_answered_then(served):
    reader, switch = served()
    for fields in READERS:
        reader.ask("/doc/a", fields)
    switch()
    kept = [reader.ask("/doc/a", fields) for fields in READERS]
    assert all(at_hand for _, at_hand in kept)
    now = reader.app.extensions["ckg"]._lease.serving
    for cache in (now.response_cache._cache, now.documents):
        cache._kept.clear()
    for fields, (answer, _) in zip(READERS, kept, strict=True):
        made, at_hand = reader.ask("/doc/a", fields)
        assert not at_hand
        assert (made.head, made.body) == (answer.head, answer.body)


def test_a_page_that_is_gone_with_the_new_release_is_gone_after_it(served):
    reader, switch = served()
    assert reader.ask("/doc/b.nt")[0].status == 200
    switch()
    answer, at_hand = reader.ask("/doc/b.nt")
    assert (answer.status, at_hand) == (410, False)


def test_an_answer_to_a_query_is_not_asked_for_again(served):
    reader, switch = served()
    for _ in range(2):
        reader.ask("/sparql?query=ASK%7B%7D")
    assert reader.ask("/sparql?query=ASK%7B%7D")[1]
    switch()
    assert not reader.ask("/sparql?query=ASK%7B%7D")[1]


def test_links_in_markdown_lead_to_the_host_that_is_asked(served):
    reader, switch = served()
    reader.ask("/doc/a.md", {"host": "one.example"})
    assert b"//two.example/" in reader.ask("/doc/a.md", {"host": "two.example"})[0].body
    switch()
    assert b"//three.example/" in reader.ask("/doc/a.md", {"host": "three.example"})[0].body


def test_nothing_is_prepared_where_other_code_decides_who_may_read(served):
    reader, switch = served()
    reader.ask("/doc/a.nt")
    seen = []
    reader.app.before_request_funcs[None].append(lambda: seen.append(1))
    switch()
    assert not seen
    assert not reader.app.extensions["ckg"].response_cache.held


def test_what_was_asked_for_through_a_proxy_is_at_hand_there_and_nowhere_else(served):
    reader, switch = served({"serve.proxies": 1, "serve.forwarded_prefix": True, "serve.forwarded_host": True})
    reader.ask("/doc/a.html", PROXY)
    switch()
    answer, at_hand = reader.ask("/doc/a.html", PROXY)
    assert at_hand
    assert b'href="/kg/' in answer.body
    assert not reader.ask("/doc/a.html", PROXY | {"x-forwarded-prefix": "/other"})[1]


def test_no_metric_counts_what_was_prepared_for_readers_of_the_release_before(served):
    reader, switch = served()
    reader.ask("/doc/a.nt")
    counted = [line for line in exposition(reader) if "ckg_http_requests_total{" in line]
    switch()
    assert [line for line in exposition(reader) if "ckg_http_requests_total{" in line and "metrics" not in line] == [
        line for line in counted if "metrics" not in line
    ]


def exposition(reader):
    """Return the lines of the metrics."""
    return reader.app.test_client().get("/metrics").text.splitlines()


def test_a_switch_comes_whatever_happens_while_pages_are_prepared(served, monkeypatch):
    reader, switch = served()

    def fails(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr(warming, "again", fails)
    switch()
    assert b"two" in reader.ask("/doc/a.nt")[0].body


def test_preparing_ends_when_its_time_is_over(served):
    reader, _ = served()
    reader.ask("/doc/a.nt")
    now = reader.app.extensions["ckg"]._lease.serving
    assert warming.again(reader.app, now, now, until=0.0) == 0


def test_a_server_that_ends_prepares_nothing_more(served):
    reader, switch = served()
    reader.ask("/doc/a.nt")
    reader.app.extensions["ckg"]._stopped.set()
    switch()
    assert not reader.ask("/doc/a.nt")[1]


def test_who_goes_round_in_a_cycle_and_who_comes_back_soon_are_served_in_turn():
    latest = [(name,) for name in "abcdef"]  # `a` was asked for last, and whoever goes round will ask for `f` next
    assert "".join(key[0] for key in warming._in_turn(latest, 0)) == "afbecd"
    assert "".join(key[0] for key in warming._in_turn(latest, 2)) == "adbcef"
