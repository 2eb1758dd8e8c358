"""The W3C's SPARQL 1.1 tests, read from their manifests."""

import csv
import io
from functools import cache
from pathlib import Path
from typing import NamedTuple

import outside
import pyoxigraph as ox

SUITE = outside.suite("sparql11")
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


class Graph:
    """A small graph with look-ups by pattern."""

    def __init__(self, path: Path) -> None:
        syntax = ox.RdfFormat.RDF_XML if path.suffix == ".rdf" else ox.RdfFormat.TURTLE
        self.triples = [
            (q.subject, q.predicate.value, q.object) for q in ox.parse(path=path, format=syntax, base_iri=iri(path))
        ]

    def objects(self, subject, predicate):
        return [o for s, p, o in self.triples if s == subject and p == predicate]

    def object(self, subject, predicate):
        return next(iter(self.objects(subject, predicate)), None)

    def list(self, node):
        found = []
        while node is not None and node != ox.NamedNode(RDF + "nil"):
            found.append(self.object(node, RDF + "first"))
            node = self.object(node, RDF + "rest")
        return found


def iri(path: Path) -> str:
    return BASE + str(path.relative_to(SUITE))


def file(node) -> Path:
    return SUITE / node.value.removeprefix(BASE)


class Evaluation(NamedTuple):
    name: str
    query: Path
    default: tuple[Path, ...]
    named: tuple[tuple[str, Path], ...]
    result: Path
    kind: str


@cache
def manifests(top: str) -> tuple[Path, ...]:
    graph = Graph(SUITE / top)
    here = ox.NamedNode(BASE + top)
    included = [n for head in graph.objects(here, MF + "include") for n in graph.list(head)]
    included += [n for s, p, head in graph.triples if p == MF + "conformanceRequirement" for n in graph.list(head)]
    return tuple(dict.fromkeys(file(node) for node in included))


@cache
def evaluations() -> tuple[Evaluation, ...]:
    """Return the evaluation tests of the query language and of the CSV, TSV and JSON formats."""
    found = []
    for path in (*manifests("manifest-sparql11-query.ttl"), *manifests("manifest-sparql11-results.ttl")):
        graph = Graph(path)
        for head in graph.objects(ox.NamedNode(iri(path)), MF + "entries"):
            for test in graph.list(head):
                kind = graph.object(test, RDF + "type").value.removeprefix(MF)
                if kind not in ("QueryEvaluationTest", "CSVResultFormatTest"):
                    continue
                action = graph.object(test, MF + "action")
                named = []
                for node in graph.objects(action, QT + "graphData"):
                    inner = graph.object(node, QT + "graph")
                    label = graph.object(node, RDFS + "label")
                    named.append((label.value if label else (inner or node).value, file(inner or node)))
                found.append(
                    Evaluation(
                        f"{path.parent.name}/{test.value.rpartition('#')[2]}",
                        file(graph.object(action, QT + "query")),
                        tuple(file(node) for node in graph.objects(action, QT + "data")),
                        tuple(named),
                        file(graph.object(test, MF + "result")),
                        kind,
                    )
                )
    return tuple(found)


def syntax_tests() -> list[tuple[str, Path, bool]]:
    """Return name, query file and whether it is a query, for the syntax tests of the query language."""
    found = []
    for path in manifests("manifest-sparql11-query.ttl"):
        graph = Graph(path)
        for s, p, kind in graph.triples:
            if p == RDF + "type" and kind.value in (MF + "PositiveSyntaxTest11", MF + "NegativeSyntaxTest11"):
                query = file(graph.object(s, MF + "action"))
                found.append((f"{path.parent.name}/{s.value.rpartition('#')[2]}", query, "Positive" in kind.value))
    return sorted(found)


def quads(path: Path, graph: str):
    """Read a data file into a named graph."""
    syntax = {".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}.get(path.suffix, ox.RdfFormat.TURTLE)
    for quad in ox.parse(path=path, format=syntax, base_iri=iri(path), rename_blank_nodes=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))


def comparable(rows) -> ox.Dataset:
    """Return solutions as a graph: the same one for the same bag, whatever its blank nodes are called."""
    said = []
    for number, row in enumerate(rows):
        node = ox.BlankNode(f"solution{number}")
        said.append(ox.Quad(node, ox.NamedNode(RDF + "type"), ox.NamedNode("x:solution")))
        said += [ox.Quad(node, ox.NamedNode(f"x:{name}"), value) for name, value in row.items()]
    dataset = ox.Dataset(said)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def by_value(answer):
    """Return an answer with every literal as the store would write it."""
    if not isinstance(answer, ox.Dataset):
        return answer
    store = ox.Store()
    store.extend(answer)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def graph_of(data: bytes | Path, syntax: ox.RdfFormat, base: str | None = None) -> ox.Dataset:
    data = data.read_bytes() if isinstance(data, Path) else data
    dataset = ox.Dataset(ox.parse(data, format=syntax, base_iri=base))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def solutions(answer):
    """Return a truth value, or what makes a table comparable."""
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    names = [variable.value for variable in answer.variables]
    return comparable([{n: row[n] for n in names if row[n] is not None} for row in answer])


def csv_rows(data: bytes):
    """Return the rows of CSV as texts, blank nodes as such."""
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
    kinds = [
        {n: ox.BlankNode(v[2:]) if v.startswith("_:") else ox.Literal(v) for n, v in zip(header, row, strict=True) if v}
        for row in rows
    ]
    return comparable(kinds)


def expected(test: Evaluation):
    """Return what a test expects, in the form that `solutions` and `graph_of` give."""
    path = test.result
    syntaxes = {
        ".srx": ox.QueryResultsFormat.XML,
        ".srj": ox.QueryResultsFormat.JSON,
        ".tsv": ox.QueryResultsFormat.TSV,
    }
    if path.suffix == ".csv":
        return csv_rows(path.read_bytes())
    if path.suffix in syntaxes:
        return solutions(ox.parse_query_results(path=path, format=syntaxes[path.suffix]))
    graph = Graph(path)
    result = next((s for s, p, o in graph.triples if p == RDF + "type" and o == ox.NamedNode(RS + "ResultSet")), None)
    if result is None:
        syntax = ox.RdfFormat.RDF_XML if path.suffix == ".rdf" else ox.RdfFormat.TURTLE
        return graph_of(path, syntax, iri(path))
    truth = graph.object(result, RS + "boolean")
    if truth is not None:
        return truth.value == "true"
    rows = []
    for solution in graph.objects(result, RS + "solution"):
        bindings = graph.objects(solution, RS + "binding")
        rows.append({graph.object(b, RS + "variable").value: graph.object(b, RS + "value") for b in bindings})
    return comparable(rows)
