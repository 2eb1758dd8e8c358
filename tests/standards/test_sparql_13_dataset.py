"""SPARQL 1.1 Query, 13.1 and 13.2.1: a default graph of several graphs is their merge; a triple in it is one."""

import pytest

GRAPH = "http://example.org/graph/"
COUNT = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"


def count(server, text, **parameters):
    reply = server.query(text, "text/csv", **parameters)
    assert reply.status == 200, reply.body
    return int(reply.body.split()[1])


@pytest.mark.parametrize(
    ("graphs", "triples"),
    [(["a", "b"], 4), (["a", "c"], 4), (["a", "a"], 3), (["a", "b", "c"], 5), (["a"], 3), (["none", "b"], 2)],
)
def test_a_triple_that_stands_in_two_graphs_counts_once(server, graphs, triples):
    clauses = " ".join(f"FROM <{GRAPH}{name}>" for name in graphs)
    assert count(server, COUNT.format(clauses)) == triples
    assert count(server, COUNT.format(""), **{"default-graph-uri": [GRAPH + name for name in graphs]}) == triples


def test_the_graphs_may_be_written_as_prefixed_and_relative_names(server):
    assert count(server, "PREFIX g: <http://example.org/graph/> " + COUNT.format("FROM g:a FROM <graph/b>")) == 4


def test_the_named_graphs_of_the_dataset_stay_beside_the_merge(server):
    dataset = f"FROM <{GRAPH}a> FROM <{GRAPH}b> FROM NAMED <{GRAPH}b>"
    text = f"SELECT (COUNT(*) AS ?n) {dataset} {{ ?s ?p ?o GRAPH ?g {{ ?s ?p ?o }} }}"
    assert count(server, text) == 2


def test_the_dataset_of_the_protocol_takes_the_place_of_from(server):
    text = COUNT.format(f"FROM <{GRAPH}a> FROM <{GRAPH}c>")
    assert count(server, text, **{"default-graph-uri": [f"{GRAPH}a", f"{GRAPH}b"]}) == 4


def test_construct_and_describe_take_the_merge_too(server):
    dataset = f"FROM <{GRAPH}a> FROM <{GRAPH}b>"
    for text in (
        f"CONSTRUCT {{ ?s ?p ?o }} {dataset} WHERE {{ ?s ?p ?o }}",
        f"DESCRIBE <http://example.org/id/s> {dataset}",
    ):
        lines = server.query(text, "application/n-triples").body.splitlines()
        assert len(lines) == len(set(lines)) == 4


def test_a_syntax_error_beside_several_graphs_has_its_place(server):
    reply = server.query(f"SELECT * FROM <{GRAPH}a> FROM <{GRAPH}b> {{ ?s ?p }}")
    assert reply.status == 400
    assert b'"line": 1' in reply.body
