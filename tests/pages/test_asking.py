"""The query page without a browser's script: example queries, answers, downloads, a link that says its release."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from ckg.pages.short_links import packed, unpacked

Page = Callable[..., str]
QUESTIONS = sorted((Path(__file__).parents[1] / "competency").glob("*.rq"))

BOUND = """SELECT ?state ?label (COUNT(?c) AS ?commitments)
WHERE { ?state a ckg:State ; rdfs:label ?label ; ^ckg:binds ?c FILTER(LANG(?label) = "en") }
GROUP BY ?state ?label ORDER BY DESC(?commitments) ?label"""


def ready(html: str) -> list[str]:
    """Return the addresses of the example queries."""
    listed = html[html.index("Example queries") :]
    return [unescape(href) for href in re.findall(r'href="(/sparql\?query=[^"]+)"', listed)]


def test_every_question_of_the_data_is_offered_in_words(page: Page) -> None:
    html = page("/sparql")
    assert len(ready(html)) == len(QUESTIONS)
    assert "Who is bound by each commitment: all, some, or one?" in html


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_a_ready_question_gives_a_table(page: Page, number: int) -> None:
    address = ready(page("/sparql"))[number]
    assert "PREFIX" in parse_qs(urlsplit(address).query)["query"][0]
    assert re.search(r"\d+ rows?", page(address))


def test_an_answer_shows_names_numbers_a_chart_and_a_map(client) -> None:
    html = client.get("/sparql", query_string={"query": BOUND}).text
    assert '<td data-iri="state:japan"><a href="/doc/state/japan">Japan</a></td>' in html
    assert re.search(r'<td class="number">.*?\d', html)
    assert '<svg viewBox="0 0 760' in html[html.index('id="chart"') :]
    assert ">Kazakhstan</text>" in html[html.index('id="map"') :]


def test_every_download_of_an_answer_works(client) -> None:
    html = client.get("/sparql", query_string={"query": BOUND}).text
    downloads = re.findall(r'<a href="([^"]+)" download="answer">', html)
    types = [client.get(unescape(href)).content_type.partition(";")[0] for href in downloads]
    assert types == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ]


def test_days_of_an_answer_are_on_a_line_and_what_is_no_day_is_counted(client) -> None:
    rows = '("a" "2025-12-19"^^xsd:date) ("b" "2026-01-02"^^xsd:date) ("c" "2026"^^xsd:gYear)'
    query = f"SELECT ?name ?when {{ VALUES (?name ?when) {{ {rows} }} }}"
    html = client.get("/sparql", query_string={"query": query}).text
    line = html[html.index('id="days"') :]
    assert "<title>a, 19 December 2025</title>" in line
    assert "Rows without a whole day, not drawn: 1." in line
    assert "<title>c" not in line


def test_a_link_says_its_release_and_never_gives_the_rows_of_another(client, page: Page) -> None:
    html = client.get("/sparql", query_string={"query": BOUND}).text
    link = unescape(re.search(r'<a href="([^"]+)" id="permalink">', html)[1])
    assert "Kazakhstan" in page(link)
    other = client.get("/sparql", query_string={"query": BOUND, "release": "0.0.1-abc"})
    assert (other.status_code, "0.0.1-abc" in other.text) == (404, True)


def test_a_short_link_to_a_query_holds_it_and_leads_to_its_result(client, page: Page) -> None:
    query = f"{BOUND} # 東京"
    html = client.get("/sparql", query_string={"query": query}).text
    link = unescape(re.search(r'<a href="(/q/[^"]+)"', html)[1])
    answer = client.get(link)
    assert (answer.status_code, "#" in answer.location) == (303, False), "the fragment of the link names the view"
    assert parse_qs(urlsplit(answer.location).query)["query"] == [query]
    assert "Kazakhstan" in page(answer.location)
    for example in client.get("/examples").json:
        assert unpacked(packed(example["query"])) == example["query"]
        assert len(packed(example["query"])) < 0.6 * len(quote(example["query"], safe=""))


@pytest.mark.parametrize("link", ["x", "c3x", "not*base64", "1" * 40, "AwA", packed("SELECT * {}")[:-2]])
def test_a_short_link_that_was_cut_or_changed_is_refused_in_words(client, link: str) -> None:
    answer = client.get(f"/q/{link}")
    assert answer.status_code == 400
    assert "This short link cannot be read" in answer.text


def test_a_query_too_long_for_a_short_link_has_none(client) -> None:
    assert packed("#" * 2_001) == ""
    assert packed(f"ASK {{ VALUES ?x {{ {' '.join(map(str, range(9_000, 10_000)))} }} }}") == ""
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    written = bomb.compress(b" " * 900_000) + bomb.flush()
    answer = client.get(f"/q/{base64.urlsafe_b64encode(written).decode().rstrip('=')}")
    assert (answer.status_code, "longer than 6000 characters" in answer.text) == (400, True)


def test_a_wrong_query_comes_back_with_what_is_wrong(client) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT * WHERE { ?s ?p "})
    assert answer.status_code == 400
    assert re.search(r"line 1, column \d+", answer.text)
    assert "<textarea" in answer.text
    assert "SELECT * WHERE { ?s ?p" in answer.text


def test_a_question_for_a_graph_is_answered_in_turtle(client) -> None:
    html = client.get("/sparql", query_string={"query": "CONSTRUCT { ?s a ckg:State } WHERE { ?s a ckg:State }"}).text
    assert "a ckg:State" in unescape(html[html.index("<pre") :])
    assert ">Kazakhstan</text>" in html[html.index('id="graph"') :]
    assert '<th scope="col">predicate</th>' in html


def test_yes_and_no_are_said_in_words(client) -> None:
    assert ">Yes<" in client.get("/sparql", query_string={"query": "ASK { ?s a ckg:State }"}).text
    assert ">No<" in client.get("/sparql", query_string={"query": "ASK { ?s a ckg:Nothing }"}).text


def offered(client, **asked: str) -> list[dict]:
    return client.get("/completions", query_string=asked).get_json()


def test_the_editor_knows_the_prefixes_of_this_release(client) -> None:
    assert client.get("/completions").get_json()["ckg"] == "https://w3id.org/ckg/ontology#"


def test_completion_of_a_name_gives_names_that_begin_so(client) -> None:
    found = offered(client, q="ckg:Com", at="class")
    assert found
    assert all(row["text"].startswith("ckg:Com") for row in found)
    commitment = next(row for row in found if row["text"] == "ckg:Commitment")
    assert (commitment["label"], commitment["count"] > 0, bool(commitment["definition"])) == ("commitment", True, True)


def test_completion_finds_a_term_by_its_label(client) -> None:
    assert "ckg:restsOn" in [row["text"] for row in offered(client, q="rests o", at="property")]


def test_the_properties_of_the_class_of_the_subject_come_first(client) -> None:
    found = offered(client, q="", at="property", of="ckg:Claim")
    assert {"ckg:assertedBy", "ckg:restsOn"} & {row["text"] for row in found[:25]}
    assert [row["text"] for row in found] != [row["text"] for row in offered(client, q="", at="property")]


def test_completion_offers_things_by_name_within_a_namespace(client) -> None:
    assert [row["text"] for row in offered(client, q="state:kaz", at="thing")] == ["state:kazakhstan"]
    assert "state:kazakhstan" in [row["text"] for row in offered(client, q="Kazakh", at="thing")]


def test_a_place_that_completion_does_not_know_is_refused(client) -> None:
    assert client.get("/completions?q=x&at=verb").status_code == 400


MONEY = """SELECT ?who ?currency (SUM(?n) AS ?money) {
  VALUES (?who ?currency ?n) { ("Japan" "JPY" 3000000000000) ("EU" "EUR" 12000000000) ("Germany" "EUR" 2000000000) }
} GROUP BY ?who ?currency"""


def drawings(client, query: str) -> list[str]:
    html = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
    return re.findall(r'<svg[^>]*class="[^"]*chart.*?</svg>', html, re.DOTALL)


def test_amounts_of_different_currencies_never_share_an_axis(client) -> None:
    found = drawings(client, MONEY)
    assert sorted(("in JPY" in one, "in EUR" in one) for one in found) == [(False, True), (True, False)]
    assert any("3 trillion" in one for one in found)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?clause ?number { VALUES (?clause ?number) { ("a" 1) ("b" 2) ("c" 3) } }',
        'SELECT ?what ?year { VALUES (?what ?year) { ("a" 2019) ("b" 2025) } }',
        'SELECT ?who ?value { VALUES (?who ?value) { ("a" 10.5) ("a" 20.5) } }',
        'SELECT ?who ?a ?b { VALUES (?who ?a ?b) { ("x" 1.5 2.5) ("y" 3.5 4.5) } }',
        "SELECT (COUNT(*) AS ?n) { ?s a ckg:State }",
    ],
    ids=["ordinals", "years", "a name twice", "two measures", "no category"],
)
def test_what_cannot_be_compared_is_not_drawn(client, query: str) -> None:
    assert drawings(client, query) == []


def test_counts_by_category_are_drawn_and_a_missing_name_is_called_so(client) -> None:
    query = """SELECT ?day (COUNT(*) AS ?n) {
      VALUES (?day ?x) { ("2025-12-19" 1) ("2025-12-19" 2) (UNDEF 3) }
    } GROUP BY ?day"""
    (found,) = drawings(client, query)
    assert "not stated" in found
    assert "2025-12-19: 2" in found
