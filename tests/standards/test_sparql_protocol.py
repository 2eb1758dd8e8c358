"""SPARQL 1.1 Protocol and Graph Store Protocol as clients use them, and CORS (Fetch, 3.2)."""

import json

import pyoxigraph as ox
import pytest
from SPARQLWrapper import SPARQLWrapper

FORMS = {
    "SELECT": ("SELECT ?o { <http://example.org/id/s> ?p ?o }", ["json", "xml", "csv", "tsv"]),
    "ASK": ("ASK { <http://example.org/id/s> ?p ?o }", ["json", "xml", "csv", "tsv"]),
    "CONSTRUCT": (
        "CONSTRUCT WHERE { <http://example.org/id/s> ?p ?o }",
        ["turtle", "n3", "xml", "rdf+xml", "json-ld"],
    ),
    "DESCRIBE": ("DESCRIBE <http://example.org/id/s>", ["turtle", "n3", "xml", "rdf+xml", "json-ld"]),
}
READ = {
    "json": "json",
    "xml": "xml",
    "csv": "csv",
    "tsv": "tab-separated",
    "turtle": "turtle",
    "n3": "n3",
    "rdf+xml": "rdf+xml",
    "json-ld": "ld+json",
}
CASES = [(form, word, method) for form, (_, words) in FORMS.items() for word in words for method in ("GET", "POST")]


def test_there_are_as_many_combinations_as_clients_use():
    assert len(CASES) >= 30


@pytest.mark.parametrize(("form", "word", "method"), CASES)
def test_sparqlwrapper_gets_what_it_asks_for(server, form, word, method):
    asked = SPARQLWrapper(server.endpoint)
    asked.setMethod(method)
    asked.setQuery(FORMS[form][0])
    asked.setReturnFormat(word)
    answer = asked.query()
    assert READ[word] in answer.response.headers["Content-Type"]
    assert answer.response.read()


def test_the_first_format_that_is_understood_counts(server):
    for query, expected in (
        ("format=nonsense&output=csv&results=json", "text/csv"),
        ("format=xml&format=json", "application/sparql-results+xml"),
        ("output=json", "application/sparql-results+json"),
    ):
        assert server.get(f"/sparql?query=ASK%20%7B%7D&{query}").type == expected
    assert server.get("/sparql?query=ASK%20%7B%7D&format=nonsense").status == 406


def triples(reply):
    assert reply.status == 200, reply.body
    return len(set(ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)))


def test_row_28_a_graph_is_read_by_its_iri(server):
    nt = {"Accept": "application/n-triples"}
    assert triples(server.get("/sparql?graph=http://example.org/graph/a", **nt)) == 3
    assert triples(server.get("/sparql?default", **nt)) > 9
    answer = server.get("/sparql?graph=http%3A%2F%2Fexample.org%2Fgraph%2Fb")
    assert (answer.status, answer.type) == (200, "text/turtle")
    again = server.get("/sparql?graph=http%3A%2F%2Fexample.org%2Fgraph%2Fb", If_None_Match=answer.headers["etag"])
    assert again.status == 304


def test_a_graph_that_cannot_be_written_so_falls_back(server):
    path = "/sparql?graph=http://example.org/graph/noname"
    assert server.get(path, Accept="application/rdf+xml, text/turtle;q=0.1").type == "text/turtle"
    assert server.get(path, Accept="application/rdf+xml").status == 406


def test_row_28_a_graph_that_is_not_there_is_404_and_two_of_them_400(server):
    assert server.get("/sparql?graph=http://example.org/graph/none").status == 404
    assert server.get("/sparql?graph=none").status == 400
    assert server.get("/sparql?graph=http://example.org/graph/a&default").status == 400
    assert server.get("/sparql?default&query=ASK%20%7B%7D").status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_row_28_a_graph_is_not_written(server, method):
    assert server.send(method, "/sparql?default", b"" if method == "PUT" else None).status == 405


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/sparql/", "/sparql"),
        ("/sparql/?query=ASK%20%7B%7D", "/sparql?query=ASK%20%7B%7D"),
        ("/ontology/", "/ontology"),
        ("/void/", "/void"),
        ("/doc/s/", "/doc/s"),
        ("/doc/s/?page=1", "/doc/s?page=1"),
    ],
)
def test_row_27_a_slash_at_the_end_is_308(server, path, target):
    reply = server.get(path)
    assert (reply.status, reply.headers["location"]) == (308, target)
    assert server.get("/doc/nothing/").status == 404


def test_a_script_may_send_any_header_and_read_what_it_needs(server):
    asked = "x-requested-with, sentry-trace, authorization"
    reply = server.send(
        "OPTIONS",
        "/sparql",
        Origin="http://elsewhere.example",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers=asked,
    )
    assert reply.headers["access-control-allow-headers"] == asked
    exposed = server.get("/sparql").headers["access-control-expose-headers"]
    assert {"Content-Range", "Accept-Ranges", "Repr-Digest", "Link", "ETag"} <= set(exposed.split(", "))


def test_an_error_of_a_client_is_still_told(server):
    reply = server.get("/sparql?query=ASK")
    assert json.loads(reply.body)["status"] == 400
