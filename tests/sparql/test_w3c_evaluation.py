"""The W3C's evaluation tests through a live server: the dataset by the protocol, the answer in the format given."""

import tomllib
from pathlib import Path

import outside
import pyoxigraph as ox

from . import w3c

outside.need_suite("sparql11", __name__)

LEDGER = tomllib.loads((Path(__file__).parent / "ledger.toml").read_text())
NOTHING = "http://example.org/no-such-graph"

TYPES = {
    ".srx": ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    ".srj": ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    ".tsv": ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
}


def pytest_generate_tests(metafunc):
    if "test" in metafunc.fixturenames:
        metafunc.parametrize("test", w3c.evaluations(), ids=lambda test: test.name)
    if "valid" in metafunc.fixturenames:
        found = w3c.syntax_tests()
        metafunc.parametrize(("path", "valid"), [row[1:] for row in found], ids=[name for name, _, _ in found])


def test_all_evaluation_tests_are_there():
    results = [test for test in w3c.evaluations() if test.name.startswith(("csv-tsv-res", "json-res"))]
    assert (len(w3c.evaluations()) - len(results), len(results)) == (225, 10)


def test_the_ledger_names_tests_that_exist_and_why_they_fail():
    names = {test.name for test in w3c.evaluations()}
    assert set(LEDGER) <= names
    assert all(
        row["reason"] and row["upstream"] and row["kind"] in ("lexical", "deviation", "refused")
        for row in LEDGER.values()
    )


def answer(server, test):
    text = test.query.read_text(encoding="utf-8")
    parameters = {}
    if "FROM" not in text.upper():
        parameters["default-graph-uri"] = [w3c.iri(path) for path in test.default] or [NOTHING]
        parameters["named-graph-uri"] = [name for name, _ in test.named]
    text = f"BASE <{w3c.iri(test.query)}> {text}"
    form = test.result.suffix
    expected = w3c.expected(test)
    graph = isinstance(expected, ox.Dataset) and form in (".ttl", ".rdf") and "CONSTRUCT" in text.upper()
    if graph:
        reply = server.query(text, "application/n-triples", **parameters)
        assert reply.status == 200, reply.body
        return w3c.graph_of(reply.body, ox.RdfFormat.N_TRIPLES), expected
    accept, syntax = TYPES.get(form, TYPES[".srj"])
    accept = "text/csv" if form == ".csv" else accept
    reply = server.query(text, accept, **parameters)
    assert reply.status == 200, reply.body
    assert reply.type == accept
    if form == ".csv":
        return w3c.csv_rows(reply.body), expected
    return w3c.solutions(ox.parse_query_results(reply.body, format=syntax)), expected


def test_evaluation(test, w3c_server):
    row = LEDGER.get(test.name)
    if row is not None and row["kind"] == "refused":
        reply = w3c_server.query(f"BASE <{w3c.iri(test.query)}> {test.query.read_text(encoding='utf-8')}")
        assert (reply.status, b'"detail"' in reply.body) == (400, True)
        return
    found, expected = answer(w3c_server, test)
    if row is None:
        assert found == expected
    elif row["kind"] == "lexical":
        assert found != expected, f"{test.name} passes now: take it out of the ledger"
        assert w3c.by_value(found) == w3c.by_value(expected)
    else:
        assert w3c.by_value(found) != w3c.by_value(expected), f"{test.name} passes now: take it out of the ledger"


def test_syntax(path, valid, w3c_server):
    reply = w3c_server.query(f"BASE <{w3c.iri(path)}> {path.read_text(encoding='utf-8')}")
    malformed = reply.status == 400 and b'"Query malformed"' in reply.body
    assert malformed != valid, reply.body
    assert reply.status in (200, 400)
