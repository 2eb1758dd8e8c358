"""Forty queries for any project: every form, every index of the store, named graphs, paths, aggregates, documents.

They are written for a thing, a class, a property that leads from thing to thing, and a graph of the project. What they
answer does not depend on the order in which a store finds things.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from string import Template

from flask.testing import FlaskClient

from ckg.formats import N_TRIPLES, SPARQL_JSON

_SELECT = """
SELECT * { ?s ?p $thing }
SELECT * { $thing ?p ?o }
SELECT * { ?s $property ?o }
SELECT * { ?s ?p "$label"@en }
SELECT ?p { $thing ?p ?o . ?o ?q ?r }
SELECT (COUNT(*) AS ?n) { ?s ?p ?o }
SELECT (COUNT(*) AS ?n) { ?s ?p $thing }
SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }
SELECT (COUNT(*) AS ?n) { ?s a ?c }
SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }
SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g
SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING (COUNT(*) > 1)
SELECT ?c (COUNT(?s) AS ?n) (MIN(STR(?s)) AS ?first) (MAX(STR(?s)) AS ?last) { ?s a ?c } GROUP BY ?c
SELECT ?g { GRAPH ?g {} }
SELECT * { GRAPH $graph { ?s ?p ?o } }
SELECT ?g ?p { GRAPH ?g { ?s ?p $thing } }
SELECT ?g ?p ?o { GRAPH ?g { $thing ?p ?o } }
SELECT ?g ?s { GRAPH ?g { ?s $property ?o } }
SELECT ?g ?s { GRAPH ?g { ?s rdfs:label "$label"@en } }
SELECT * FROM $graph { ?s ?p ?o }
SELECT * FROM NAMED $graph { GRAPH ?g { ?s ?p ?o } }
SELECT ?a ?c { ?a $property ?b . ?b $property ?c }
SELECT ?x { $thing ($property|^$property)+ ?x }
SELECT ?x { ?x a/rdfs:subClassOf* $class }
SELECT ?x { ?x !($property|rdfs:label) $thing }
SELECT ?s ?l { ?s a $class OPTIONAL { ?s rdfs:label ?l } }
SELECT ?s { ?s a $class MINUS { ?s $property ?o } }
SELECT ?s { ?s a $class FILTER NOT EXISTS { ?s $property ?o } }
SELECT ?s { { ?s $property $thing } UNION { $thing $property ?s } }
SELECT ?s ?l { ?s rdfs:label ?l FILTER(CONTAINS(LCASE(STR(?l)), "a") && LANG(?l) = "en") }
SELECT DISTINCT ?l { ?s rdfs:label ?label BIND(LANG(?label) AS ?l) }
SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } ?s a $class }
SELECT ?s ?o { VALUES ?s { $thing $class } ?s ?p ?o FILTER(!isBlank(?o)) }
SELECT ?s ?l { ?s rdfs:label ?l } ORDER BY ?l ?s LIMIT 20
"""

SELECTS = _SELECT.strip().splitlines()
ASKS = ["ASK { ?s ?p $thing }", "ASK { GRAPH $graph { ?s a $class } }"]
GRAPHS = [
    "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o FILTER(!isLiteral(?o)) }",
    "CONSTRUCT WHERE { ?s a $class ; rdfs:label ?l }",
    "DESCRIBE $thing",
    "DESCRIBE ?s { ?s a $class }",
]
FORTY = [*SELECTS, *ASKS, *GRAPHS]
PREFIX = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "


Ask = Callable[[str, str], tuple[int, bytes]]
"""Send a query and the media type wanted to an endpoint; return the status and the body."""


def by(client: FlaskClient) -> Ask:
    """Ask the endpoint of an application in this process."""

    def ask(text: str, wanted: str) -> tuple[int, bytes]:
        reply = client.post("/sparql", data={"query": text}, headers={"Accept": wanted})
        return reply.status_code, reply.data

    return ask


def answers(ask: Ask, terms: Mapping[str, str], only: Sequence[str] = FORTY) -> dict[str, object]:
    """Ask each of the forty and return the answers, comparable whatever the order of rows or triples.

    `terms` has a value for each of `thing`, `class`, `property`, `graph` (in SPARQL) and `label`.
    """
    return {text: _answer(ask, PREFIX + Template(text).substitute(terms)) for text in only}


def _answer(ask: Ask, text: str) -> object:
    """Return one answer: lines of N-Triples, sorted, or the truth value, or the rows, sorted where they have no order.

    What is no answer is returned with its status, so that a comparison shows it.
    """
    graph = text.removeprefix(PREFIX).startswith(("CONSTRUCT", "DESCRIBE"))
    wanted = N_TRIPLES if graph else SPARQL_JSON
    status, body = ask(text, wanted.media_type)
    if status != 200:
        return status, body
    if graph:
        return sorted(body.splitlines())
    found = json.loads(body)
    if "boolean" in found:
        return bool(found["boolean"])
    rows = [json.dumps(row, sort_keys=True) for row in found["results"]["bindings"]]
    return rows if "ORDER BY" in text else sorted(rows)
