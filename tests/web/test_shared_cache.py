"""A shared cache (RFC 9111) in front of the server: whoever asks after whom, nobody gets the wrong thing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from ckg.formats import DOCUMENT_FORMATS
from ckg.model.negotiation import negotiate, negotiate_language
from ckg.web.entities import DEFAULT

pytestmark = pytest.mark.gone_on  # what it asks is answered before the store, or alike by any

ACCEPTS = (
    None,
    "*/*",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html",
    "text/turtle",
    "text/turtle;q=0.5, application/ld+json",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples, text/html;q=0.1",
    "application/trig",
    "image/png",
)
LANGUAGES = (None, "en", "ja", "ja, en;q=0.5", "ru", "fr")
COOKIES = (None, "lang=ja", "lang=ru")
PATHS = (
    "/doc/state/japan",
    "/doc/state/japan.ttl",
    "/doc/state/japan.html",
    "/doc/state/japan?format=jsonld",
    "/ontology",
    "/doc/no/such",
    "/report",
)


@dataclass
class SharedCache:
    """Stores what may be stored, chooses by the headers that `Vary` nominates (4.1), revalidates by ETag (4.3)."""

    client: object
    now: int = 0
    stored: dict[str, list[tuple[dict[str, str | None], int, object]]] = field(default_factory=dict)
    hits: int = 0
    revalidated: int = 0

    def get(self, path: str, headers: dict[str, str]):
        candidates = []
        for selecting, kept_at, answer in self.stored.get(path, []):
            if all(headers.get(name) == value for name, value in selecting.items()):
                candidates.append((kept_at, answer))
        # Of several that fit, the most recent one (4.1).
        if candidates:
            kept_at, answer = max(candidates, key=lambda pair: pair[0])
            if self.now - kept_at < self.max_age(answer):
                self.hits += 1
                return answer
        tags = [answer.headers["ETag"] for *_, answer in self.stored.get(path, []) if "ETag" in answer.headers]
        asked = {**headers, **({"If-None-Match": ", ".join(dict.fromkeys(tags))} if tags else {})}
        fresh = self.client.get(path, headers=asked)
        if fresh.status_code == 304:
            self.revalidated += 1
            fresh = next(a for *_, a in self.stored[path] if a.headers.get("ETag") == fresh.headers["ETag"])
        self.store(path, headers, fresh)
        return fresh

    def store(self, path: str, headers: dict[str, str], answer) -> None:
        control = answer.headers.get("Cache-Control", "")
        if "no-store" in control or "private" in control:
            return
        assert "Set-Cookie" not in answer.headers
        names = [name.strip() for name in answer.headers.get("Vary", "").split(",") if name.strip()]
        assert "*" not in names
        self.stored.setdefault(path, []).append(({name: headers.get(name) for name in names}, self.now, answer))

    @staticmethod
    def max_age(answer) -> int:
        control = answer.headers.get("Cache-Control", "")
        return next((int(part.partition("=")[2]) for part in control.split(", ") if part.startswith("max-age=")), 0)


def expected_type(path: str, accept: str | None) -> str:
    for key, kind in ((".ttl", "text/turtle"), (".html", "text/html"), ("format=jsonld", "application/ld+json")):
        if path.endswith(key):
            return kind
    wanted = negotiate(accept, DOCUMENT_FORMATS, DEFAULT)
    return wanted.media_type if wanted else "application/problem+json"


@pytest.mark.parametrize("seed", range(4))
def test_no_reader_gets_another_readers_format_or_language(app, seed):
    chance = random.Random(seed)
    cache = SharedCache(app.test_client(use_cookies=False))
    offered = ("en", "ja", "ru")
    for _ in range(600):
        cache.now += chance.choice((0, 0, 1, 5, 40))
        accept, language, cookie = chance.choice(ACCEPTS), chance.choice(LANGUAGES), chance.choice(COOKIES)
        path = chance.choice(PATHS)
        headers = {"Accept": accept, "Accept-Language": language, "Cookie": cookie}
        answer = cache.get(path, {name: value for name, value in headers.items() if value is not None})
        kind = answer.headers["Content-Type"].partition(";")[0]
        if path == "/doc/no/such":
            assert answer.status_code == 404
            continue
        assert kind == expected_type(path, accept), (path, headers)
        if kind == "text/html":
            wanted = cookie.partition("=")[2] if cookie else negotiate_language(language, offered, "en")
            assert answer.headers["Content-Language"] == wanted
    assert cache.hits > 30
    assert cache.revalidated > 30


def test_an_answer_that_sets_a_cookie_is_never_stored(client):
    answer = client.post("/language", data={"lang": "ja", "return": "/doc/state/japan?page=1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/doc/state/japan?page=1"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "lang=ja" in answer.headers["Set-Cookie"]
    assert client.get("/doc/state/japan", headers={"Accept": "text/html"}).headers["Content-Language"] == "ja"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_choosing_a_language_never_leads_to_another_site(client, target):
    assert client.post("/language", data={"lang": "ja", "return": target}).headers["Location"] == "/"


def test_a_language_the_project_has_not_is_refused(client):
    assert client.post("/language", data={"lang": "xx"}).status_code == 400


def test_an_unchanged_document_is_confirmed_by_etag_but_a_date_alone_confirms_no_negotiated_one(client):
    first = client.get("/doc/state/japan.ttl")
    date, tag = first.headers["Last-Modified"], first.headers["ETag"]
    for wanted in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = client.get("/doc/state/japan.ttl", headers={"If-None-Match": wanted})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get("/doc/state/japan.ttl", headers={"If-Modified-Since": date}).status_code == 304
    assert client.get("/doc/state/japan", headers={"If-Modified-Since": date}).status_code == 200
    later = "Fri, 31 Dec 2100 23:59:59 GMT"
    assert client.get("/doc/state/japan.ttl", headers={"If-Modified-Since": later}).status_code == 200
    both = {"If-None-Match": '"other"', "If-Modified-Since": date}
    assert client.get("/doc/state/japan.ttl", headers=both).status_code == 200


def test_what_the_caches_of_the_server_give_is_what_it_would_make_afresh(releases):
    """Whatever was asked before, and whichever ETag two answers share: the same bytes."""
    from ckg.web import create_app

    kept, fresh = (create_app(releases, {"limits.cache": size}) for size in (64, 0))
    requests = [
        (path, {"Accept": accept, "Accept-Language": language} if language else {"Accept": accept})
        for path in (
            *PATHS,
            "/doc/state/japan?lang=ja",
            "/doc/state/japan?format=html",
            "/ontology?page=1",
            "/",
            "/dump/",
        )
        for accept in ("text/html", "text/turtle", "*/*")
        for language in (None, "ja")
    ]
    bodies: dict[str, bytes] = {}
    for _ in range(2):
        for path, headers in requests:
            one = kept.test_client().get(path, headers=headers)
            other = fresh.test_client().get(path, headers=headers)
            assert (one.status, one.data) == (other.status, other.data), (path, headers)
            assert list(one.headers) == list(other.headers), (path, headers)
            if one.status_code == 200:
                assert bodies.setdefault(one.headers["ETag"], one.data) == one.data, (path, headers)
    for app in (kept, fresh):
        app.close()
