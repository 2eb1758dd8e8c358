"""A citation for every answer: an address that names the release, a hash, a date."""

from __future__ import annotations

import json

from ckg.formats import SPARQL_JSON
from ckg.query.answer_hash import of_answer

QUERY = "SELECT ?p { <https://data.example/kg/id/state/japan> ?p ?o }"


def cited(client, **arguments):
    return client.get("/cite", query_string={"query": QUERY, **arguments})


def test_the_address_of_a_citation_gives_the_answer_that_has_the_hash(client) -> None:
    told = cited(client).get_json()
    answer = client.get(told["address"].removeprefix("http://localhost"), headers={"Accept": SPARQL_JSON.media_type})
    assert of_answer(answer.data, SPARQL_JSON) == (told["sha256"], told["rows"])
    assert told["release"] == answer.headers["Ckg-Release"]


def test_an_address_that_names_another_release_is_not_answered_with_this_one(client) -> None:
    answer = client.get("/sparql", query_string={"query": QUERY, "release": "0.0.1-000000000000"})
    assert answer.status_code == 404
    assert "0.0.1-000000000000" in answer.text
    assert cited(client, release="another").status_code == 404


def test_a_citation_comes_as_text_bibtex_and_csl_json(client) -> None:
    told = cited(client).get_json()
    assert cited(client, format="txt").text.strip() == told["text"]
    assert cited(client, format="bibtex").text.startswith("@misc{answer-")
    assert json.loads(cited(client, format="csl").data) == told["csl_json"]
    for text in (told["text"], told["bibtex"], json.dumps(told["csl_json"])):
        assert told["sha256"] in text
        assert told["release"] in text


def test_an_answer_that_depends_on_the_moment_cannot_be_cited(client) -> None:
    answer = client.get("/cite", query_string={"query": "SELECT (NOW() AS ?t) {}"})
    assert answer.status_code == 400
    assert "depends on the moment" in answer.text


def test_what_is_no_query_or_no_format_is_refused(client) -> None:
    assert client.get("/cite").status_code == 400
    assert client.get("/cite?query=SELEC").status_code == 400
    assert cited(client, format="pdf").status_code == 400
