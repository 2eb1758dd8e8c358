"""The query page without a browser's script: ready questions, answers, downloads, a link that says its release."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

Page = Callable[..., str]
QUESTIONS = sorted((Path(__file__).parents[1] / "competency").glob("*.rq"))

BOUND = """SELECT ?state ?label (COUNT(?c) AS ?commitments)
WHERE { ?state a ckg:State ; rdfs:label ?label ; ^ckg:binds ?c FILTER(LANG(?label) = "en") }
GROUP BY ?state ?label ORDER BY DESC(?commitments) ?label"""


def ready(html: str) -> list[str]:
    """Return the addresses of the ready questions."""
    listed = html[html.index("Ready questions") :]
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
    assert '<td><a href="/doc/state/japan">Japan</a></td>' in html
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


def test_a_link_says_its_release_and_the_page_says_when_it_is_another(client, page: Page) -> None:
    html = client.get("/sparql", query_string={"query": BOUND}).text
    link = unescape(re.search(r'<a href="([^"]+)" id="permalink">', html)[1])
    assert "made on release" not in page(link)
    assert "made on release" in client.get("/sparql", query_string={"query": BOUND, "release": "0.0.1-abc"}).text


def test_a_wrong_query_comes_back_with_what_is_wrong(client) -> None:
    answer = client.get("/sparql", query_string={"query": "SELECT * WHERE { ?s ?p "})
    assert answer.status_code == 400
    assert re.search(r"Line 1, column \d+", answer.text)
    assert "<textarea" in answer.text
    assert "SELECT * WHERE { ?s ?p" in answer.text


def test_a_question_for_a_graph_is_answered_in_turtle(client) -> None:
    html = client.get("/sparql", query_string={"query": "CONSTRUCT { ?s a ckg:State } WHERE { ?s a ckg:State }"}).text
    assert "a ckg:State" in unescape(html[html.index("<pre") :])


def test_yes_and_no_are_said_in_words(client) -> None:
    assert ">Yes<" in client.get("/sparql", query_string={"query": "ASK { ?s a ckg:State }"}).text
    assert ">No<" in client.get("/sparql", query_string={"query": "ASK { ?s a ckg:Nothing }"}).text


def test_the_editor_completes_from_this_release_alone(client) -> None:
    known = client.get("/completions").get_json()
    assert "https://w3id.org/ckg/ontology#Claim" in known["classes"]
    assert "https://w3id.org/ckg/ontology#binds" in known["properties"]
    assert known["prefixes"]["ckg"] == "https://w3id.org/ckg/ontology#"
