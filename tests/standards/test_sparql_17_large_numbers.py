"""SPARQL 1.1 Query, 15.1, 17.3, 18.5.1: numbers beyond the engine's are right or refused."""

import json

import pytest

L = "<http://example.org/id/l>"
LARGE = "99999999999999999999"
PREFIX = "PREFIX : <http://example.org/> "


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (MAX(?v) AS ?m) {{ {L} :large ?v }}",
        f"SELECT (SUM(DISTINCT ?v) AS ?m) {{ {L} <large> ?v }}",
        f"SELECT ?v {{ {L} :large ?v }} ORDER BY ?v",
        f"SELECT ?v {{ {L} :large ?v }} ORDER BY DESC(?v) LIMIT 1",
        f"SELECT ?v {{ {L} :large ?v FILTER(?v > 10) }}",
        f"SELECT ?v {{ {L} :small|:large ?v FILTER(?v != 5) }}",
        f"SELECT ?v {{ {L} ?p ?v FILTER(?v > 10) }}",
        f"SELECT ?v {{ {L} a ?t ; ?p ?v BIND(?v + 1 AS ?w) }}",
        f"SELECT ?v {{ {L} !:small ?v FILTER(ISNUMERIC(?v)) }}",
        f"SELECT ?v {{ ?v ^:large {L} FILTER(?v IN (5, 6)) }}",
        f"SELECT (?v + 1 AS ?w) {{ {L} :small ?x , 2 ; :large ?y , ?v }}",
    ],
)
def test_what_would_be_computed_with_text_is_refused_with_the_reason(server, query):
    reply = server.query(PREFIX + query)
    assert reply.status == 400
    assert "beyond 64 bits" in json.loads(reply.body)["detail"]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (f"SELECT (COUNT(?v) AS ?n) {{ {L} :large ?v }}", ["2"]),
        (f"SELECT (COUNT(DISTINCT ?v) AS ?n) {{ {L} ?p ?v }}", ["6"]),
        (f"SELECT ?s {{ ?s :large {LARGE} }}", ["http://example.org/id/l"]),
        (f"SELECT ?v {{ {L} :large ?v FILTER(STRLEN(STR(?v)) > 5) }}", [LARGE]),
        (f"SELECT (MAX(?v) AS ?m) {{ {L} :small ?v }}", ["2"]),
        (f"SELECT (MAX(?v) AS ?m) {{ {L} :fits ?v }}", ["12345678901234567890.5"]),
        (f"SELECT ?p {{ {L} ?p ?v }} GROUP BY ?p ORDER BY ?p LIMIT 1", ["http://example.org/fits"]),
    ],
)
def test_what_needs_no_value_of_such_a_number_is_answered(server, query, rows):
    reply = server.query(PREFIX + query, "text/csv")
    assert (reply.status, reply.body.decode().split()[1:]) == (200, rows), reply.body
