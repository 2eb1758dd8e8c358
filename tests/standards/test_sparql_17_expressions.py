"""SPARQL 1.1 Query, 17.6, 18.5.1.7, 18.6 and 19.8: what expressions give, and how their words may be written."""

import json

import pytest

EX = "http://example.org/"


def rows(server, text):
    reply = server.query(text, "application/sparql-results+json")
    assert reply.status == 200, reply.body
    return [{k: v["value"] for k, v in row.items()} for row in json.loads(reply.body)["results"]["bindings"]]


def test_an_unknown_function_is_an_error_of_its_expression(server):
    assert rows(server, "SELECT (<x:f>(1) AS ?x) (1 AS ?y) {}") == [{"y": "1"}]
    assert rows(server, "SELECT ?x { VALUES ?x { 1 2 } FILTER(<x:f>(?x) || ?x = 2) }") == [{"x": "2"}]
    assert rows(server, "SELECT (COALESCE(<x:f>(1), <x:g>(2), 3) AS ?x) {}") == [{"x": "3"}]
    assert rows(server, "SELECT ?x { VALUES ?x { 1 } FILTER(!<x:f>(?x)) }") == []


@pytest.mark.parametrize("word", ["TRUE", "True", "true"])
def test_truth_values_may_be_written_in_any_case(server, word):
    assert rows(server, f"SELECT ?x {{ VALUES ?x {{ {word} }} FILTER({word}) }}") == [{"x": "true"}]
    assert rows(server, 'SELECT ("TRUE" AS ?x) {}') == [{"x": "TRUE"}]


def test_function_names_may_be_written_in_any_case(server):
    assert rows(server, "SELECT (sTrLen(UCase('ab')) AS ?n) (IsIrI(<x:a>) AS ?i) {}") == [{"n": "2", "i": "true"}]


def test_group_concat_gives_a_literal_without_language(server):
    text = (
        f"SELECT (LANG(GROUP_CONCAT(?x; separator=')')) AS ?l) (group_concat(?x) AS ?t) {{ <{EX}id/s> rdfs:label ?x }}"
    )
    reply = server.query("PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " + text, "text/tab-separated-values")
    language, words = reply.body.decode().splitlines()[1].split("\t")
    assert language == '""'
    assert sorted(words.strip('"').split()) == ["one", "two"]


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("FILTER(BOUND(?g))", 0),
        ("?s ?p ?o FILTER(BOUND($g))", 0),
        ("?s <http://example.org/value> ?o FILTER(?s = ?s && BOUND(?s))", 4),
        ("VALUES ?g { <http://example.org/graph/a> } ?s ?p ?o FILTER(BOUND(?g))", 3),
    ],
)
def test_the_variable_of_graph_has_no_value_yet_inside_its_group(server, group, expected):
    assert len(rows(server, f"SELECT * {{ GRAPH ?g {{ {group} }} }}")) == expected


def test_the_variable_of_graph_has_its_value_behind_the_group(server):
    assert len(rows(server, f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(?g = <{EX}graph/a>) }}")) == 3


def test_a_syntax_error_is_placed_in_the_text_that_was_sent(server):
    reply = server.query("SELECT (GROUP_CONCAT(?x) AS ?y)\n{ ?x ?p }")
    assert (reply.status, json.loads(reply.body)["line"]) == (400, 2)


def test_graph_around_values_goes_through_the_graphs(server):
    named = {row["g"] for row in rows(server, "SELECT * { GRAPH ?g {} }")}
    assert {row["g"] for row in rows(server, "SELECT * { GRAPH ?g { VALUES ?x { 1 } } }")} == named


def test_a_sub_select_inside_graph_names_its_graph_or_is_refused(server):
    text = "SELECT * {{ GRAPH ?g {{ SELECT {} (COUNT(*) AS ?n) {{ ?s <http://example.org/p> ?o }} {} }} }}"
    refused = server.query(text.format("", ""))
    assert refused.status == 400
    assert "name ?g in its SELECT" in json.loads(refused.body)["detail"]
    found = {row["g"].rpartition("/")[2]: row["n"] for row in rows(server, text.format("?g", "GROUP BY ?g"))}
    assert found == {"a": "1", "b": "1", "c": "1"}


def test_a_sub_select_inside_graph_goes_through_the_graphs(server):
    text = "SELECT ?g ?s { GRAPH ?g { SELECT DISTINCT ?s { ?s <http://example.org/p> ?o } } }"
    found = sorted((row["g"].rpartition("/")[2], row["s"].rpartition("/")[2]) for row in rows(server, text))
    assert found == [("a", "s"), ("b", "s"), ("c", "t")]


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 30, "1" + "0" * 5000])
def test_a_number_beyond_64_bits_is_refused_in_an_expression(server, number):
    refused = server.query(f"SELECT * {{ ?s ?p ?o FILTER(?o > {number}) }}")
    assert refused.status == 400
    assert "64 bits" in json.loads(refused.body)["detail"]


def test_a_number_beyond_64_bits_is_a_term_like_any_other(server):
    assert rows(server, f"SELECT * {{ ?s ?p {'9' * 30} }}") == []
    assert rows(server, f"SELECT * {{ VALUES (?x) {{ ({'9' * 30}) }} }}") == [{"x": "9" * 30}]
    assert rows(server, "SELECT * { VALUES ?x { 9223372036854775807 } FILTER(?x = 9223372036854775807) }")
