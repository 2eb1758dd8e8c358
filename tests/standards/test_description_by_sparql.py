"""VoID, SPARQL 1.1 Service Description, SHACL 5.1: what editors and models ask an endpoint about itself, by SPARQL.

The queries are of the kind that the editor of the Swiss Institute of Bioinformatics and sparql-llm send to endpoints.
"""

import csv
import io

import pytest

BASE = "http://example.org/"
VOID = f"{BASE}void"
EXAMPLES = f"{BASE}.well-known/sparql-examples"
HEAD = """PREFIX void: <http://rdfs.org/ns/void#> PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX void-ext: <http://ldf.fi/void-ext#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> """

QUERIES = """SELECT DISTINCT ?comment ?query { ?q a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?query"""
PARTITIONS = """SELECT DISTINCT ?class ?property { ?c void:class ?class ; void:propertyPartition ?p .
    ?p void:property ?property . OPTIONAL { { ?p void:classPartition [ void:class ?other ] }
    UNION { ?p void-ext:datatypePartition [ void-ext:datatype ?type ] } } }"""


def rows(server, query, **parameters):
    reply = server.query(HEAD + query, "text/csv", **parameters)
    assert reply.status == 200, reply.body
    return list(csv.reader(io.StringIO(reply.body.decode(), newline="")))[1:]


@pytest.fixture(scope="module")
def partitions(server):
    return {tuple(row) for row in rows(server, PARTITIONS)}


def test_example_queries_are_found_without_naming_a_graph(server):
    assert rows(server, QUERIES) == [["Is there?", "ASK { ?s ?p ?o }"], ["Everything", "SELECT * { ?s ?p ?o }"]]


def test_example_queries_stand_in_a_graph_of_their_own(server):
    inside = f"SELECT ?kind ?from {{ GRAPH <{EXAMPLES}> {{ ?q a ?kind ; <http://purl.org/dc/terms/source> ?from }} }}"
    found = {(kind.rpartition("#")[2], source.rpartition("/")[2]) for kind, source in rows(server, inside)}
    assert found == {
        ("SPARQLExecutable", "q1"),
        ("SPARQLSelectExecutable", "q1"),
        ("SPARQLExecutable", "q2"),
        ("SPARQLAskExecutable", "q2"),
    }


def test_prefixes_are_found(server):
    found = rows(server, "SELECT DISTINCT ?prefix ?namespace { [] sh:prefix ?prefix ; sh:namespace ?namespace }")
    assert ["rdfs", "http://www.w3.org/2000/01/rdf-schema#"] in found


def test_classes_and_their_properties_are_found(partitions):
    select = "http://www.w3.org/ns/shacl#SPARQLSelectExecutable"
    assert (select, "http://www.w3.org/2000/01/rdf-schema#label") in partitions


def test_the_description_and_the_data_are_asked_together(server):
    joined = "SELECT ?label { ?part void:class ?class . ?q a ?class ; rdfs:label ?label } ORDER BY ?label"
    assert {"Anything", "Everything"} <= {label for (label,) in rows(server, joined)}


def test_who_counts_the_data_counts_the_data(server):
    ((counted,),) = rows(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    ((said,),) = rows(server, f"SELECT ?n {{ GRAPH <{VOID}> {{ <{VOID}#dataset> void:triples ?n }} }}")
    assert counted == said
    assert rows(server, "SELECT ?s { ?s a ?class FILTER(STRSTARTS(STR(?class), 'http://rdfs.org/ns/void')) }") == []


def test_no_triple_counts_twice_where_both_are_asked(server):
    ((both, once),) = rows(server, "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT CONCAT(STR(?s), STR(?p), STR(?o))) AS ?m)"
                                   " { ?s ?p ?o FILTER(ISIRI(?s) && ISIRI(?o) && ?p != void:triples) }")  # fmt: skip
    assert both == once


def test_a_dataset_that_the_query_names_is_what_it_names(server):
    assert rows(server, QUERIES.replace("{", f"FROM <{BASE}graph/queries> {{", 1)) == []
    assert rows(server, QUERIES, **{"default-graph-uri": f"{BASE}graph/queries"}) == []
    assert len(rows(server, QUERIES.replace("{", f"FROM <{EXAMPLES}> {{", 1))) == 2


def test_pages_and_documents_show_the_data_alone(server):
    document = server.get("/doc/q1.nq").body
    assert b"Everything" in document
    assert b"void#class" not in document
    assert b"sparql-examples" not in document
    listed = server.get("/browse?class=http://www.w3.org/ns/shacl%23SPARQLSelectExecutable").body
    assert (b"Everything" in listed, b"sparql-examples" in listed) == (True, False)


def test_the_graphs_are_read_by_their_names_and_described_where_the_endpoint_is(server):
    examples = server.get(f"/sparql?graph={EXAMPLES}", Accept="application/n-triples")
    assert (examples.status, b"SPARQLExecutable" in examples.body) == (200, True)
    assert server.get("/.well-known/sparql-examples.nt").status == 200
    described = server.get("/sparql", Accept="application/n-triples").body
    assert {f"<{VOID}>".encode(), f"<{EXAMPLES}>".encode()} <= set(described.split())
