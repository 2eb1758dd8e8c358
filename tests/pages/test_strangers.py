"""Other people's projects: any vocabulary gets readable pages, and hostile data do no harm."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

BASE = "https://other.example/kg/"

LIBRARY = """
@prefix id: <https://other.example/kg/id/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
id:book a <https://other.example/kg/ontology#Book> ;
    dcterms:title "On maps"@en , "地図について"@ja ;
    dcterms:creator id:author ;
    dcterms:issued "1987"^^<http://www.w3.org/2001/XMLSchema#gYear> .
id:author a foaf:Person ; foaf:name "A. Author" ; foaf:based_near [ geo:asWKT "POINT(10 50)"^^geo:wktLiteral ] .
"""

SCHEMA = """
@prefix o: <https://other.example/kg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://other.example/kg/ontology> a owl:Ontology ; rdfs:label "A library's terms"@en .
o:Book a owl:Class ; rdfs:label "book"@en ; rdfs:comment "Something to read."@en ;
    rdfs:isDefinedBy <https://other.example/kg/ontology> .
"""

SHIPPED_PAGES = Path(__file__).parents[2] / "pages"
PREFIXES = (SHIPPED_PAGES.parent / "ontology" / "prefixes.ttl").read_text(encoding="utf-8")

SCRIPTS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "a\\u0000b",
    "Set-Cookie: a=b\\r\\nLocation: https://evil.example/",
    "\\u202Etxt.exe",
    "\\u2066\\u2067\\u2068hidden\\u2069",
    "\\uFEFF\\u200B\\u00AD",
    "%00%0d%0aX: y",
    "http://[::1",
    "\\\\u003cscript\\\\u003e",
    "`${alert(1)}`",
]
PREDICATES = ["rdfs:label", "skos:definition", "rdfs:comment", "ckg:codingNote", "oa:exact", "dcterms:title"]
IRIS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "https://evil.example/%22%3E%3Cscript%3E",
    "https://user:pass@evil.example/",
    "https://other.example/kg/id/..%2F..%2Fetc",
    "https://other.example/kg/id/a%0d%0ab",
    "https://other.example/kg/id/\u202eb",
    "urn:x:y",
]


def hostile() -> str:
    """Return 220 hostile literals and IRIs on things of every kind that has a page of its own."""
    kinds = ["Claim", "Conflict", "Commitment", "Source", "Quotation", "State", "Meeting", "Clause", "Declaration", "X"]
    lines = [
        "@prefix id: <https://other.example/kg/id/> .",
        "@prefix ckg: <https://w3id.org/ckg/ontology#> .",
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
        "@prefix oa: <http://www.w3.org/ns/oa#> .",
        "@prefix schema: <https://schema.org/> .",
    ]
    for number, kind in enumerate(kinds):
        node = f"id:h{number}"
        lines.append(f"{node} a ckg:{kind} .")
        for place, text in enumerate(SCRIPTS):
            literal = text.replace('"', '\\"')
            lines.append(f'{node} {PREDICATES[place % len(PREDICATES)]} "{literal}" .')
        for place, iri in enumerate(IRIS):
            predicate = ("schema:url", "ckg:about", "ckg:restsOn", "ckg:statedIn")[place % 4]
            lines.append(f"{node} {predicate} <{iri}> .")
    lines.append(f'id:long a ckg:Claim ; rdfs:label "{"long " * 200_000}" .')
    lines.append(
        f'id:wide a ckg:Source ; rdfs:label "{"字" * 100_000}"@ja ; schema:datePublished "x" ; schema:value "9e9999" .'
    )
    return "\n".join(lines)


class Markup(HTMLParser):
    """Collects what in a page could run or lead astray."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if (
            tag == "script"
            and not values.get("src", "").startswith("/static/")
            and values.get("type") != "application/ld+json"
        ):
            self.bad.append(f"script {values}")
        self.bad += [f"{tag} {name}" for name in values if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "xlink:href"):
            if name in values and not re.match(r"(https?://|/|\?|#)", values[name]):
                self.bad.append(f"{tag} {name}={values[name]}")
        if tag in ("iframe", "object", "embed", "base", "img"):
            self.bad.append(tag)


def bad_markup(html: str) -> list[str]:
    """Return what a page holds that it must not."""
    parser = Markup()
    parser.feed(html)
    return parser.bad


@pytest.fixture
def library(other_project, serve):
    """A project that knows nothing of our ontology."""
    return serve(other_project("library", {"data/books.ttl": LIBRARY, "ontology/o.ttl": SCHEMA}))


@pytest.fixture
def besieged(other_project, serve):
    """A project full of hostile text, shown by the pages of the core and by those of the shipped project."""
    files = {"data/h.ttl": hostile(), "ontology/o.ttl": SCHEMA, "ontology/prefixes.ttl": PREFIXES}
    return serve(other_project("hostile", files, pages=SHIPPED_PAGES))


def test_a_thing_of_another_vocabulary_gets_a_page_with_its_names(library) -> None:
    html = library.get("/doc/book").text
    assert "<h1>On maps</h1>" in html
    assert '<bdi lang="ja">地図について</bdi>' in html
    assert '<a href="/doc/author">A. Author</a>' in html
    assert '<time datetime="1987">1987</time>' in html


def test_another_project_has_a_first_page_and_ways_in(library) -> None:
    html = library.get("/").text
    assert "Somebody else's project" in unescape(html)
    assert "/browse?class=https%3A//other.example/kg/ontology%23Book" in html
    assert "The promise that is disputed most" not in html


@pytest.mark.parametrize(
    "path",
    ["/browse", "/search?q=maps", "/catalog", "/report", "/sparql", "/dump/", "/ontology", "/coverage", "/sources"],
)
def test_pages_without_our_terms_are_there_and_say_so_plainly(library, path: str) -> None:
    assert library.get(path).status_code == 200


@pytest.mark.parametrize("number", range(10))
def test_hostile_text_runs_nothing_and_breaks_nothing(besieged, number: int) -> None:
    answer = besieged.get(f"/doc/h{number}")
    assert answer.status_code == 200
    assert bad_markup(answer.text) == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u0000]", answer.text)


@pytest.mark.parametrize("name", ["long", "wide"])
def test_a_name_of_a_megabyte_is_cut(besieged, name: str) -> None:
    answer = besieged.get(f"/doc/{name}")
    assert answer.status_code == 200
    assert len(answer.data) < 60_000


@pytest.mark.parametrize(
    "path", ["/", "/browse", "/conflicts", "/sources", "/timeline", "/catalog", "/search?q=script"]
)
def test_lists_of_hostile_things_are_safe(besieged, path: str) -> None:
    answer = besieged.get(path)
    assert answer.status_code == 200
    assert bad_markup(answer.text) == []


@pytest.mark.parametrize("typed", [*SCRIPTS, '"', "%", "a" * 5_000, "\u202e", "' OR 1=1 --", "* NEAR"])
def test_hostile_searches_are_answered(besieged, typed: str) -> None:
    for path in ("/search", "/suggest"):
        answer = besieged.get(path, query_string={"q": typed})
        assert answer.status_code == 200
    assert bad_markup(besieged.get("/search", query_string={"q": typed}).text) == []


@pytest.mark.parametrize("iri", IRIS)
def test_hostile_addresses_get_an_answer(besieged, iri: str) -> None:
    for path in ("/neighbourhood?of=", "/browse?class="):
        assert besieged.get(path + quote(iri, safe="")).status_code in (200, 404)


def test_hostile_answers_of_a_query_are_safe(besieged) -> None:
    query = "SELECT * WHERE { ?s ?p ?o } LIMIT 900"
    answer = besieged.get("/sparql", query_string={"query": query})
    assert answer.status_code == 200
    assert bad_markup(answer.text) == []


def test_a_query_full_of_markup_comes_back_as_text(besieged) -> None:
    answer = besieged.get("/sparql", query_string={"query": "</textarea><script>alert(1)</script>"})
    assert answer.status_code == 400
    assert bad_markup(answer.text) == []


def test_the_neighbourhood_of_a_hostile_thing_is_safe(besieged) -> None:
    answer = besieged.get(f"/neighbourhood?of={quote(BASE + 'id/h0', safe='')}")
    assert answer.status_code in (200, 404)
    assert bad_markup(answer.text) == []
