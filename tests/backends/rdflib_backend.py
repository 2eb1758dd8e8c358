"""A second backend, in memory on rdflib: it shows that nothing in front of an engine needs Oxigraph's store.

It is small, slow, and cannot stop an evaluation: for tests, not for strangers.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import rdflib
from pyparsing import ParseException
from rdflib.plugins.sparql.processor import prepareQuery

from ckg.backends import ReleaseData
from ckg.backends.pattern_lookup import PatternLookup
from ckg.errors import QueryError, QueryMalformed
from ckg.formats import GraphFormat
from ckg.model.staged import Role
from ckg.query import results
from ckg.query.describe import describe
from ckg.query.guard.checker import Form, ParsedQuery
from ckg.query.job import QueryJob, QueryResult
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import MetricsSink
from ckg.query.spool import Spool

_UNION = ox.DefaultGraph()


class RdflibQuads:
    """The statements of a release: the union of its published graphs as the default graph, and every graph by name."""

    def __init__(self, data: ReleaseData) -> None:
        self.graphs = {graph.name: rdflib.Graph() for graph in data.graphs}
        self.union = rdflib.Graph()
        for graph in data.graphs:
            self.graphs[graph.name].parse(io.BytesIO(_triples(graph.path)), format="nt11")
            if graph.role is not Role.SHAPES:
                self.union += self.graphs[graph.name]

    def quads_for_pattern(self, subject, predicate, object, graph_name=None) -> Iterator[ox.Quad]:  # noqa: A002
        pattern = tuple(None if term is None else _to_rdflib(term) for term in (subject, predicate, object))
        if graph_name is None or isinstance(graph_name, ox.DefaultGraph):
            yield from (_quad(triple, _UNION) for triple in self.union.triples(pattern))
        for name, graph in self.graphs.items():
            if graph_name is None or graph_name == ox.NamedNode(name):
                yield from (_quad(triple, ox.NamedNode(name)) for triple in graph.triples(pattern))

    def __contains__(self, quad: ox.Quad) -> bool:
        return any(True for _ in self.quads_for_pattern(quad.subject, quad.predicate, quad.object, quad.graph_name))


class RdflibEvaluator:
    """Evaluates each query in the thread that asks; see `ckg.query.evaluator.Evaluator`."""

    healthy = True
    sandbox = ()
    count = 1
    away_seconds = None

    def __init__(self, data: ReleaseData, limits: QueryLimits) -> None:
        self.quads = RdflibQuads(data)
        self.data = data
        self.limits = limits

    def start(self, question: QueryJob, checked: ParsedQuery, deadline: float, *, demoted: bool):
        return RdflibEvaluation(self, question, checked)

    def start_at_once(self, question: QueryJob, checked: ParsedQuery) -> None:
        return None

    def fault(self) -> str:
        return ""

    def close(self) -> None:
        pass


class RdflibEvaluation:
    """One query, evaluated when its result is asked for; see `ckg.query.evaluator.Evaluation`."""

    def __init__(self, evaluator: RdflibEvaluator, question: QueryJob, checked: ParsedQuery) -> None:
        self.evaluator, self.question, self.checked = evaluator, question, checked

    def wait(self, seconds: float) -> bool:
        return True

    def used_seconds(self) -> float:
        return 0.0

    def demote(self) -> None:
        pass

    def result(self) -> QueryResult:
        began = time.monotonic()
        spool = Spool()
        sink = self._evaluate(spool.fileno())
        body = sink.finish()
        file = spool if sink.spooled else None
        return QueryResult(self.question.format, sink.size, time.monotonic() - began, None if file else body, file)

    def close(self) -> None:
        pass

    def _evaluate(self, spool: int) -> results.Sink:
        data, limits, wanted = self.evaluator.data, self.evaluator.limits, self.question.format
        if self.checked.form is Form.DESCRIBE:
            store = ox.Store()
            store.extend(self.evaluator.quads.quads_for_pattern(None, None, None))
            options = {"prefixes": dict(data.prefixes), "base_iri": data.base.iri}
            triples = describe(store, self.checked.text, default_graphs=None, **options)
            return results.write_graph(triples, wanted, data.prefixes, spool, limits)
        try:
            query = prepareQuery(self.checked.text, initNs=dict(data.prefixes), base=data.base.iri)
        except ParseException as error:
            raise QueryMalformed(str(error), line=error.lineno, column=error.column) from None
        except Exception as error:  # noqa: BLE001  rdflib raises Exception itself
            raise QueryMalformed(str(error)) from None
        try:
            found = self._dataset(query).query(query)
        except Exception as error:  # noqa: BLE001  whatever an evaluation may raise
            raise QueryError(f"the query cannot be evaluated: {error}") from None
        if isinstance(wanted, GraphFormat):
            triples = (_quad(triple, _UNION).triple for triple in found.graph)
            return results.write_graph(triples, wanted, data.prefixes, spool, limits)
        solutions = ox.parse_query_results(found.serialize(format="json"), format=ox.QueryResultsFormat.JSON)
        return results.write_table(solutions, wanted, spool, limits)

    def _dataset(self, query) -> rdflib.Dataset:
        """Return the dataset of a query: what FROM or the request names, else the union and every graph."""
        quads, given = self.evaluator.quads, self.question.dataset
        clauses = query.algebra.datasetClause or ()
        default = given.default or tuple(str(clause.default) for clause in clauses if clause.default)
        named = given.named or tuple(str(clause.named) for clause in clauses if clause.named)
        query.algebra.datasetClause = None
        dataset = rdflib.Dataset()
        chosen = [quads.graphs[name] for name in default if name in quads.graphs]
        for graph in chosen if default or named else [quads.union]:
            for triple in graph:
                dataset.default_graph.add(triple)
        for name in named if default or named else quads.graphs:
            for triple in quads.graphs.get(name, ()):
                dataset.graph(rdflib.URIRef(name)).add(triple)
        return dataset


class RdflibBackend:
    """See `ckg.backends.Backend`."""

    name = "rdflib"

    def lookup(self, data: ReleaseData) -> PatternLookup:
        return PatternLookup(RdflibQuads(data), data.base, data.graphs)

    def evaluator(self, data: ReleaseData, limits: QueryLimits, observer: MetricsSink) -> RdflibEvaluator:
        return RdflibEvaluator(data, limits)

    def local_evaluator(self, data: ReleaseData, limits: QueryLimits) -> RdflibEvaluator:
        return RdflibEvaluator(data, limits)


def _triples(path: Path) -> bytes:
    triples = (quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _to_rdflib(term):
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=None if term.language else term.datatype.value)


def _to_oxigraph(term):
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or rdflib.XSD.string)))


def _quad(triple, graph) -> ox.Quad:
    return ox.Quad(*map(_to_oxigraph, triple), graph)
