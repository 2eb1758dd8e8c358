"""An endpoint as a store that is only read, for one query: with blank nodes, and with the graphs of a release alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from ckg.backends.oxigraph.standard_query import from_clauses
from ckg.backends.sparql_endpoint.dialects import UNION_GRAPH
from ckg.backends.sparql_endpoint.endpoint import OVERHEAD_FACTOR, Endpoint, ReleaseState, table
from ckg.backends.sparql_endpoint.endpoint_query import for_endpoint
from ckg.backends.sparql_endpoint.http_connections import Cancelling, HttpAnswer
from ckg.backends.sparql_endpoint.remote_quads import RemoteQuads
from ckg.backends.sparql_endpoint.skolem_iris import (
    GENID_PREFIX,
    results_with_blank_nodes,
    triple_with_blank_nodes,
)
from ckg.backends.sparql_endpoint.spooled_body import SpooledBody
from ckg.errors import EngineFailed
from ckg.query.guard.checker import Form, check
from ckg.query.guard.tokens import TokenKind, tokens
from ckg.query.limits import QueryLimits

_LOG: Final = logging.getLogger(__name__)
_UNBOUNDED: Final = QueryLimits(text=1 << 30, depth=1 << 20, patterns=1 << 20)
_PIECE_BYTES: Final = 1 << 20
_N_TRIPLES: Final = ("application/n-triples", "text/plain")

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Answer = ox.QuerySolutions | ox.QueryBoolean | Iterator[ox.Triple]


def _with_blank_nodes(file: SpooledBody) -> SpooledBody:
    """Return results in JSON with blank nodes, in another file where there are any."""
    out = SpooledBody()
    rest = b""
    while piece := file.read(_PIECE_BYTES):
        whole, closed, rest = (rest + piece).rpartition(b"}")  # no term has this in it but in a text
        out.write(results_with_blank_nodes(whole + closed))
    out.write(rest)
    return out


def _triples(answer: HttpAnswer, file: SpooledBody) -> Iterator[ox.Triple]:
    if answer.media_type not in _N_TRIPLES:
        _LOG.error("the SPARQL endpoint answered with %s", answer.media_type or "no media type")
        raise EngineFailed
    has_genids = _contains(file, GENID_PREFIX.encode())
    try:
        quads = ox.parse(file, format=ox.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]  # it has what is used of one
        for quad in quads:
            yield triple_with_blank_nodes(quad.triple) if has_genids else quad.triple
    except (SyntaxError, OSError) as error:
        _LOG.error("the answer of the SPARQL endpoint is not what it says: %s", error)
        raise EngineFailed from None


def _contains(file: SpooledBody, text: bytes) -> bool:
    rest = b""
    found = False
    while not found and (piece := file.read(_PIECE_BYTES)):
        found = text in rest + piece
        rest = piece[-len(text) :]
    file.seek(0)
    return found


def _truth_value(rows: ox.QuerySolutions) -> ox.QueryBoolean | ox.QuerySolutions:
    """Return the truth value that Virtuoso writes as a table: one row, or none for false."""
    if [variable.value for variable in rows.variables] != ["__ASK_RETVAL"]:
        return rows
    word = "true" if any(row[0].value == "1" for row in rows) else "false"
    return ox.parse_query_results(f'{{"head":{{}},"boolean":{word}}}', format=ox.QueryResultsFormat.JSON)


def _has_graph(query: str) -> bool:
    """Say whether a query has the keyword GRAPH, and not only IRIs with these letters."""
    return any(token.kind is TokenKind.WORD and token.text.upper() == "GRAPH" for token in tokens(query))


def _refuse_datasets(query: str, default: Sequence[str], named: Sequence[str]) -> None:
    """Refuse what an engine whose default graph is all graphs answers wrongly. Raises `ValueError`."""
    in_default, in_named, _ = from_clauses(query)
    if len(default or in_default) > 1:
        raise ValueError("the engine counts what stands in several graphs of FROM more than once: name one of them")
    if (default or in_default) and not (named or in_named) and _has_graph(query):
        raise ValueError("the engine looks for GRAPH in all graphs, and not in those of FROM NAMED alone: name them")


class RemoteStore:
    """What `pyoxigraph.Store` can do for one query, at an endpoint; used by one thread.

    `graphs` are the named graphs of the release, those that describe it included. `described` is the text of a
    DESCRIBE query, which is not sent: what it asks for is looked up (`ckg.query.describe`).
    """

    def __init__(
        self,
        endpoint: Endpoint,
        graphs: Sequence[str],
        *,
        state: ReleaseState,
        deadline: float,
        max_bytes: int,
        cancelling: Cancelling,
        described: str = "",
    ) -> None:
        self._described = described
        self._endpoint = endpoint
        self._graphs = graphs
        self._state = state
        self._deadline = deadline
        self._max_bytes = max_bytes * OVERHEAD_FACTOR
        self._cancelling = cancelling
        self._quads = RemoteQuads(endpoint, (), deadline=deadline, cancelling=cancelling)

    def contains_named_graph(self, graph: Graph) -> bool:
        """Say whether the release has a graph."""
        return isinstance(graph, ox.NamedNode) and graph.value in self._graphs

    def query(
        self,
        query: str,
        *,
        default_graph: Sequence[Graph] | None = None,
        named_graphs: Sequence[ox.NamedNode] = (),
        prefixes: Mapping[str, str] | None = None,
        base_iri: str = "",
        custom_functions: object = None,
    ) -> Answer:
        """Evaluate a query; the parameters are those of `pyoxigraph.Store.query`, without functions of one's own."""
        if query == self._described:
            return iter(())
        form = check(query, _UNBOUNDED).form
        text = for_endpoint(query, prefixes=prefixes or {}, base=base_iri, has_blank_nodes=self._state.has_blank_nodes)
        default = [graph.value for graph in default_graph or () if isinstance(graph, ox.NamedNode)]
        named = [graph.value for graph in named_graphs]
        if self._endpoint.settings.dialect.union_graph:
            _refuse_datasets(query, default, named)
        if self._endpoint.settings.dialect.union_graph and default_graph is None and "FROM" not in query.upper():
            default, named = [UNION_GRAPH], list(self._graphs) if _has_graph(query) else []
        answer, file = self._endpoint.ask(
            text,
            deadline=self._deadline,
            max_bytes=self._max_bytes,
            default_graphs=default,
            named_graphs=named,
            for_graph=form.gives_graph,
            cancelling=self._cancelling,
        )
        if form.gives_graph:
            return _triples(answer, file)
        found = table(answer, _with_blank_nodes(file) if self._state.has_blank_nodes else file)
        if form is Form.ASK and isinstance(found, ox.QuerySolutions):
            found = _truth_value(found)
        if isinstance(found, ox.QueryBoolean) != (form is Form.ASK):
            raise EngineFailed
        return found

    def quads_for_pattern(self, *pattern: Any) -> Iterator[ox.Quad]:
        """Return the statements of one graph that match a pattern, as `pyoxigraph.Store.quads_for_pattern` does."""
        return self._quads.quads_for_pattern(*pattern)
