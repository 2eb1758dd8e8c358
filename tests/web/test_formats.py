"""Every format at every route: what is offered answers with its media type and says the same; the rest is refused."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from ckg.formats import (
    ANSWER_FORMATS,
    BOOLEAN_FORMATS,
    DOCUMENT_FORMATS,
    DUMP_FORMATS,
    FORMATS,
    GRAPH_FORMATS,
    HTML,
    MARKDOWN,
    N_QUADS,
    N_TRIPLES,
    RESULT_FORMATS,
    DatasetFormat,
)

DOCUMENTS = ["/doc/state/japan", "/ontology", "/graph/states", "/shapes", "/void", "/catalog"]
SELECT = "SELECT * { <https://data.example/kg/id/state/japan> ?p ?o } ORDER BY ?p ?o"
FORMS = {
    SELECT: RESULT_FORMATS,
    "ASK { ?s ?p ?o }": BOOLEAN_FORMATS,
    "CONSTRUCT WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }": GRAPH_FORMATS,
    "DESCRIBE <https://data.example/kg/id/state/japan>": GRAPH_FORMATS,
}
KEYS = {"ids": lambda form: form.key}


def sparql(text: str, form=None) -> str:
    return f"/sparql?{urlencode({'query': text} | ({'format': form.key} if form else {}))}"


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("form", GRAPH_FORMATS, **KEYS)
def test_a_document_says_the_same_in_every_format_and_by_every_way_to_ask_for_it(client, statements, path, form):
    by_suffix = client.get(f"{path}.{form.key}")
    assert by_suffix.status_code == 200
    assert by_suffix.headers["Content-Type"] == form.content_type
    reference = N_QUADS if isinstance(form, DatasetFormat) else N_TRIPLES
    expected = statements(reference, client.get(f"{path}.{reference.key}").data)
    assert statements(form, by_suffix.data) == expected
    assert len(expected) > 3
    for answer in (
        client.get(path, headers={"Accept": form.media_type}),
        client.get(f"{path}?format={form.key}"),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, form.content_type)
        assert answer.data == by_suffix.data


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_links_to_each_of_its_formats(client, path):
    links = ", ".join(client.get(path, headers={"Accept": HTML.media_type}).headers.getlist("Link"))
    others = GRAPH_FORMATS if path in ("/void", "/catalog") else DOCUMENT_FORMATS[1:]
    assert links.count('rel="alternate"') == len(others)
    assert all(f'rel="alternate"; type="{form.media_type}"' in links for form in others)


@pytest.mark.parametrize("form", [f for f in FORMATS if f not in GRAPH_FORMATS], **KEYS)
def test_a_document_in_a_format_without_graphs_is_refused(client, form):
    for path in DOCUMENTS:
        assert client.get(f"{path}?format={form.key}").status_code == 406
        assert client.get(f"{path}.{form.key}").status_code == 404


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("form", ANSWER_FORMATS, **KEYS)
def test_a_query_is_answered_in_the_formats_of_its_form_and_in_no_other(client, text, form):
    for answer in (client.get(sparql(text, form)), client.get(sparql(text), headers={"Accept": form.media_type})):
        if form in FORMS[text]:
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, form.content_type)
            continue
        # `application/xml` and other aliases are shared, media types of their own are not.
        assert answer.status_code == 406
        rows = json.loads(answer.data)["available"]
        assert [row["type"] for row in rows] == [f.media_type for f in (*FORMS[text], HTML)]


@pytest.mark.parametrize("text", [text for text, offered in FORMS.items() if offered is GRAPH_FORMATS])
@pytest.mark.parametrize("form", GRAPH_FORMATS, **KEYS)
def test_a_graph_that_is_asked_for_is_the_same_in_every_format(client, statements, text, form):
    expected = statements(N_TRIPLES, client.get(sparql(text, N_TRIPLES)).data)
    assert statements(form, client.get(sparql(text, form)).data) == expected
    assert len(expected) > 3


def test_a_graph_that_a_format_has_no_form_for_is_refused_and_offered_in_the_others(client):
    text = "CONSTRUCT { ?s <http://e.example/1> ?o } WHERE { ?s ?p ?o } LIMIT 5"
    refused = client.get(sparql(text), headers={"Accept": "application/rdf+xml"})
    assert refused.status_code == 406
    assert "cannot be written as the name of an XML element" in refused.json["detail"]
    assert client.get(sparql(text), headers={"Accept": "text/turtle"}).status_code == 200


def test_json_ld_is_compacted_wherever_it_comes_from(client):
    for path in ("/doc/state/japan.jsonld", sparql(f"DESCRIBE <{'https://data.example/kg/id/state/japan'}>")):
        document = json.loads(client.get(path, headers={"Accept": "application/ld+json"}).data)
        assert set(document) == {"@context", "@graph"}
        assert "rdfs" in document["@context"]
        assert any("rdfs:label" in node for node in document["@graph"])


@pytest.mark.parametrize("form", GRAPH_FORMATS, **KEYS)
def test_the_service_description_says_the_same_in_every_format_and_names_the_formats(client, statements, form):
    answer = client.get("/sparql", headers={"Accept": form.media_type})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, form.content_type)
    reference = N_QUADS if isinstance(form, DatasetFormat) else N_TRIPLES
    expected = statements(reference, client.get("/sparql", headers={"Accept": reference.media_type}).data)
    assert statements(form, answer.data) == expected
    named = {line.split()[2] for line in expected if "#resultFormat>" in line}
    assert named == {f"<{form.iri}>" for form in ANSWER_FORMATS if form.iri}


@pytest.mark.parametrize("form", GRAPH_FORMATS, **KEYS)
def test_what_is_not_there_is_said_in_the_format_asked_for(client, statements, form):
    answer = client.get("/doc/state/atlantis", headers={"Accept": form.media_type})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, form.content_type)
    assert len(statements(form, answer.data)) > 3


@pytest.mark.parametrize("form", [f for f in FORMATS if f in DUMP_FORMATS or f in GRAPH_FORMATS], **KEYS)
def test_a_dump_is_there_in_the_formats_that_are_dumps_and_in_no_other(client, statements, form):
    answer = client.get(f"/dump/small.{form.key}", buffered=True)
    if form not in DUMP_FORMATS:
        assert answer.status_code == 404
        return
    reference = N_QUADS if isinstance(form, DatasetFormat) else N_TRIPLES
    expected = client.get(f"/dump/small.{reference.key}", buffered=True).data
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, form.content_type)
    assert len(statements(form, answer.data)) == len(expected.splitlines())
    for moved in (f"/dump/{form.key}",):
        assert client.get(moved).headers["Location"].endswith(f"/dump/small.{form.key}")


def test_the_description_for_programs_names_every_format_of_an_answer(client):
    described = client.get("/openapi.json").json["paths"]["/sparql"]["get"]
    offered = {f.media_type for f in (*ANSWER_FORMATS, HTML)}
    assert set(described["responses"]["200"]["content"]) == offered
    words = next(p["schema"]["enum"] for p in described["parameters"] if p["name"] == "format")
    assert words == sorted(f.key for f in (*ANSWER_FORMATS, HTML))


def test_documents_are_offered_in_html_in_every_graph_format_and_in_markdown():
    assert (HTML, *GRAPH_FORMATS, MARKDOWN) == DOCUMENT_FORMATS
