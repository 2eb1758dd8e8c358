"""SPARQL 1.1 Query, 8.3.1 and 18.5: MINUS takes away only what shares a variable, in a named graph as elsewhere."""

import pytest

COUNT = "PREFIX : <http://example.org/> PREFIX g: <http://example.org/graph/> SELECT (COUNT(*) AS ?n) { %s }"


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("GRAPH ?g { ?s :p <id/o> MINUS { ?x :p ?y } }", 3),
        ("GRAPH ?g { ?s :p <id/o> MINUS { ?s :p ?y } }", 0),
        ("GRAPH ?g { ?s :p <id/o> MINUS { ?s :q ?y } }", 2),
        ("GRAPH ?g { ?s :p <id/o> MINUS { ?x :p ?y FILTER(TRUE) } FILTER(TRUE) # minus { nothing }\n}", 3),
        ("GRAPH ?g { { ?s :q ?o MINUS { ?x :p ?y } } ?s :p ?z }", 1),
        ("GRAPH ?g { ?s :p <id/o> MINUS { ?x :p ?y MINUS { ?x :q ?z } } }", 3),
        ("GRAPH g:b { ?s :p <id/o> MINUS { ?x :p ?y } }", 1),
        ("?s :p <id/o> MINUS { ?x :p ?y }", 2),
    ],
)
def test_minus_takes_away_what_shares_a_variable_and_nothing_else(server, pattern, number):
    reply = server.query(COUNT % pattern, "text/csv")
    assert (reply.status, reply.body) == (200, f"n\r\n{number}\r\n".encode())
