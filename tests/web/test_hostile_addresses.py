"""Hostile addresses: not found, nothing of them echoed as markup, no way to another host or another file."""

from __future__ import annotations

import re
from contextlib import closing
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import make_release
import pytest
import sample
from runnable_markup import Markup

from ckg.web import create_app


@pytest.mark.parametrize(
    "path",
    [
        "/doc/%00",
        "/doc/%FF",
        "/doc/../../etc/passwd",
        "/dump/../manifest.json",
        "/dump/..%2Fmanifest.json",
        "/dump/%2Fetc%2Fpasswd",
        "/static/../app.py",
        "/static/..%2Fapp.py",
        "/doc/" + "a/" * 500,
        "/doc/" + "%2F" * 500,
        "/doc/a?" + "b=1&" * 500,
        "/doc/\u202e",
        "/doc/a%0d%0aSet-Cookie:b=1",
        "/%5C%5Cevil.example",
        "/id/?x",
        "/doc/",
        "/.ttl",
        "/doc/.ttl",
        "/doc/<script>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
def test_a_hostile_address_is_not_found_and_its_text_is_not_echoed_as_markup(hostile, path, accept):
    _assert_harmless(hostile.get(path, headers={"Accept": accept}))


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/%2e%2e", "/\\evil.example/", "no-slash"])
def test_a_path_that_looks_like_another_host_is_not_followed(hostile, path):
    _assert_harmless(hostile.get("/", environ_overrides={"PATH_INFO": path}))


def _assert_harmless(answer):
    assert answer.status_code in (400, 404, 308), answer.status
    assert "Set-Cookie" not in answer.headers
    if answer.headers["Content-Type"].startswith("text/html"):
        markup = Markup()
        markup.feed(answer.text)
        assert not markup.dangers
    assert "root:" not in answer.text and "sha256" not in answer.text
    location = answer.headers.get("Location", "/")
    assert location.startswith("/") and not location.startswith("//")


OTHER_HOST = f"{sample.BASE}/evil.example/"
"""An IRI below the base whose path is `//evil.example/`: a link to that alone would lead to another host."""

_LINKED = f"""
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<{OTHER_HOST}> a <{sample.BASE}ontology#Place> , <{OTHER_HOST}Kind> ; rdfs:label "Other host"@en ;
    rdfs:seeAlso <{sample.BASE}id/city/a> , <{OTHER_HOST}#part> , <{OTHER_HOST}?q=1> .
<{sample.BASE}id/city/a> a <{sample.BASE}ontology#Place> ; rdfs:label "A city"@en ;
    <{OTHER_HOST}property> <{OTHER_HOST}> ; owl:sameAs <{OTHER_HOST}same> .
<{OTHER_HOST}Kind> a owl:Class ; rdfs:label "Kind"@en .
<{OTHER_HOST}property> a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Property> .
"""


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """A client of a site whose things are linked with one that lies at `//evil.example/`."""
    project = make_release.project(tmp_path_factory.mktemp("linked"), {"data/linked.ttl": _LINKED})
    make_release.build(project)
    with closing(create_app(project / "release")) as app:
        yield app.test_client()


class _Addresses(HTMLParser):
    """Every attribute value of a page: what is an address of something is among them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {word for _, value in attrs if value for word in (value, *value.replace(",", " ").split())}


def test_no_page_link_or_field_leads_from_an_iri_below_the_base_to_another_host(linked):
    waiting = ["/", "/.//evil.example/", "/doc/city/a", "/ontology", "/search?q=host", "/sitemap.xml", "/catalog"]
    seen, of_the_thing = set(), 0
    while waiting and len(seen) < 150:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = linked.get("/", environ_overrides=_asked(path), headers={"Accept": "text/html"})
        assert answer.status_code in (200, 300, 303, 308, 400, 404), path  # 400: an address without its arguments
        text = answer.text if answer.mimetype in ("text/html", "application/xml") else ""
        of_the_thing += answer.status_code == 200 and "Other host" in text
        page = _Addresses()
        page.feed(text)
        in_fields = [answer.headers.get(name, "") for name in ("Location", "Content-Location")]
        in_fields += re.findall(r"<([^>]*)>", ",".join(answer.headers.getlist("Link")))
        in_text = re.findall(r"<loc>([^<]*)</loc>", text)
        for address in {*page.found, *in_fields, *in_text}:
            try:
                target = urlsplit(urljoin(f"http://localhost{path}", address))
            except ValueError:
                continue
            assert target.hostname != "evil.example", f"{path} leads to {address}"
            if target.netloc == "localhost" and address.startswith("/"):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    assert of_the_thing >= 3, "the thing at //evil.example/ and those it is linked with are shown"


def _asked(path: str) -> dict[str, str]:
    """Return what a server says of a request for a path, as a browser that follows a link asks for it."""
    path, _, query = path.partition("?")
    return {"PATH_INFO": unquote(path.removeprefix("/.")), "QUERY_STRING": query}


def test_the_page_of_such_a_thing_is_found_where_its_links_lead(linked):
    answer = linked.get("/", environ_overrides=_asked("/.//evil.example/"), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "Other host" in answer.text
