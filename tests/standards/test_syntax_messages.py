"""What is told of a query that is no SPARQL: what is wrong, in words to act on, with the place."""

import re

import pyoxigraph as ox
import pytest

from ckg.query.guard.syntax_errors import explain

PREFIXES = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "foaf": "http://xmlns.com/foaf/0.1/"}


def told(text):
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text, prefixes=PREFIXES)
    found = re.match(r"error at (\d+):(\d+): (.*)", str(caught.value), re.DOTALL)
    return explain(text, found[3], int(found[1]), int(found[2]), PREFIXES)


@pytest.mark.parametrize(
    ("text", "words", "at"),
    [
        ("ASK { ?s foa:name 1 }", "the prefix `foa:` is not declared; did you mean `foaf:`?", "foa:"),
        ("PREFIX ex: <x:> ASK { ?s exx:name 1 }", "did you mean `ex:`?", "exx:"),
        ("ASK { ?s zzzz:name 1 }", "begin with PREFIX zzzz:", "zzzz:"),
        ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", "?x has a value here already", "?x) }"),
        ("SELECT * { ?s ?p ?o BIND(2 AS ?o) }", "?o has a value here already", "?o) }"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", "selected twice", "SELECT"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "add GROUP BY ?s", "?s (C"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "name the variables", "SELECT"),
        ("SELECT ?s WEHRE { ?s ?p ?o }", "did you mean WHERE?", "WEHRE"),
        ("SELECT ?s { ?s ?p ?o } ODER BY ?s", "did you mean ORDER?", "ODER"),
        ("SELECT ?s { ?s ?p ?o FLITER(?s) }", "did you mean FILTER?", "FLITER"),
        ("ASK { FILTER(STRLENGTH('a') = 1) }", "no function of SPARQL; did you mean STRLEN?", "STRLENGTH"),
        ("ASK { FILTER(isLitteral(?a)) }", "did you mean isLITERAL?", "isLitteral"),
        ("SELECT COUNT(?x) { ?x ?y ?z }", "(COUNT(...) AS ?name)", "COUNT"),
        ("ASK { ?s ?p ?o", "this `{` is not closed", "{"),
        ("ASK { FILTER(?s = 1 }", "`}` cannot close the `(`", "}"),
        ("ASK { ?s a ?o ; ?p }", "the object is missing", "}"),
        ("ASK { ?s ?p }", "the object is missing", "}"),
        ("ASK { FILTER(?s = ) }", "`)` cannot stand here", ") }"),
    ],
)
def test_a_mistake_is_named_at_its_place(text, words, at):
    found = told(text)
    assert words in found.message
    assert (found.line, found.column) == (1, text.index(at) + 1)
    assert found.message.splitlines()[1:] == [f"    {text}", " " * (3 + found.column) + "^"]


def test_the_place_of_a_later_line_is_shown_with_that_line():
    found = told("SELECT ?s\n{ ?s rdf:type ?o }\nLIMT 1")
    assert (found.line, found.column) == (3, 1)
    assert found.message.endswith("did you mean LIMIT?\n    LIMT 1\n    ^")


@pytest.mark.parametrize(
    "text",
    ["ASK", "ASK {", "SELECT {}", "ASK { ?s ?p }", "ASK { . . }", "SELECT ?x", "ASK {} LIMIT", "ASK { a a }"],
)
def test_the_list_of_the_parser_is_never_told(text):
    message = told(text).message
    assert "expected" not in message
    assert "[_]" not in message


def test_the_endpoint_tells_it(server):
    reply = server.query("ASK { ?s ow:sameAs ?o }")
    assert reply.status == 400
    assert b"the prefix `ow:` is not declared" in reply.body
    assert b'"column": 10' in reply.body
