"""Parameters of stored queries: what may be one, and that a value changes nothing else."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ckg.model.prefixes import Prefixes
from ckg.query.parameters import ParameterError, parameters, with_values

PREFIXES = Prefixes({"ex": "https://example.org/"})
DATA = """@prefix ex: <https://example.org/> .
ex:a ex:in ex:x ; ex:size 1 . ex:b ex:in ex:x ; ex:size 2 . ex:c ex:in ex:y . ex:d ex:size 3 ."""


def names(text: str) -> list[str]:
    return [parameter.name for parameter in parameters(text, PREFIXES)]


def answer(text: str, **values: list[str]) -> list[tuple[str, ...]]:
    store = ox.Store()
    store.load(DATA, format=ox.RdfFormat.TURTLE)
    found = store.query("PREFIX ex: <https://example.org/>\n" + with_values(text, values, PREFIXES))
    return [tuple(term.value if term else "" for term in row) for row in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?a $b { ?a ?p ?b }", ["a", "b"]),
        ("SELECT DISTINCT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a", ["a"]),
        ("SELECT ?year (COUNT(*) AS ?n) { ?a ?p ?b } GROUP BY (YEAR(?b) AS ?year)", []),
        ("SELECT * { ?a ?p ?b }", []),
        ("ASK { ?a ?p ?b }", []),
        ('SELECT ?a { BIND(5 AS ?most) BIND("x" AS ?w) BIND(ex:x AS ?t) ?a ?p ?b }', ["most", "w", "t", "a"]),
        ("SELECT ?a { { BIND(5 AS ?hidden) } ?a ?p ?b }", ["a"]),
        ("SELECT ?a { BIND(5 + 1 AS ?sum) ?a ?p ?b }", ["a"]),
        ('SELECT ?a { BIND("x"^^ex:own AS ?own) BIND("x"@en AS ?tagged) ?a ?p ?b }', ["a"]),
        ("not a query", []),
    ],
)
def test_columns_and_constants_are_parameters_and_nothing_else(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_row_without_a_value_in_the_column_is_never_given_for_one() -> None:
    query = "SELECT ?a ?s { ?a ex:in ?g OPTIONAL { ?a ex:size ?s } } ORDER BY ?a"
    assert answer(query, s=["2"]) == [("https://example.org/b", "2")]


def test_order_limit_and_aggregates_hold_for_the_rows_that_are_kept() -> None:
    counted = "SELECT ?g (COUNT(?a) AS ?n) { ?a ex:in ?g } GROUP BY ?g ORDER BY ?g"
    assert answer(counted, g=["ex:x"]) == [("https://example.org/x", "2")]
    assert (
        answer("SELECT ?a ?g { ?a ex:in ?g } ORDER BY DESC(?a) LIMIT 1", g=["https://example.org/x"])[0][0][-1] == "b"
    )


def test_a_where_that_is_a_subquery_and_a_union_are_kept_whole() -> None:
    assert answer("SELECT ?a { SELECT ?a { ?a ex:in ?g } }", a=["ex:c"]) == [("https://example.org/c",)]
    either = "SELECT ?a { { ?a ex:in ex:x } UNION { ?a ex:size 3 } }"
    assert answer(either, a=["ex:d"]) == [("https://example.org/d",)]


def test_a_value_is_a_text_and_never_a_part_of_the_query() -> None:
    query = "SELECT ?a { ?a ex:in ?g }"
    assert answer(query, a=['") } # "', "x\\"]) == []
    assert answer('SELECT ?w { BIND("x" AS ?w) }', w=['") . ?s ?p ?o . #']) == [('") . ?s ?p ?o . #',)]


def test_a_constant_keeps_its_datatype() -> None:
    query = "SELECT ?a { BIND(2 AS ?most) ?a ex:size ?s FILTER(?s <= ?most) } ORDER BY ?a"
    assert [row[0][-1] for row in answer(query, most=["1"])] == ["a"]
    with pytest.raises(ParameterError, match="xsd:integer"):
        with_values(query, {"most": ["many"]}, PREFIXES)
    with pytest.raises(ParameterError, match="must be an IRI"):
        with_values("SELECT ?a { BIND(ex:x AS ?t) ?a ex:in ?t }", {"t": ["no iri"]}, PREFIXES)
