"""The quads of a pattern at an endpoint, a page of rows at a time, each page of the release that is served."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from ckg.backends.source_literals import may_differ, stored_form
from ckg.backends.sparql_endpoint.dialects import SERVICE_PREFIX, STATE_GRAPH, UNION_GRAPH
from ckg.backends.sparql_endpoint.endpoint import RELEASE, SERVED, Endpoint, another_release, solutions
from ckg.backends.sparql_endpoint.http_connections import Cancelling
from ckg.backends.sparql_endpoint.skolem_iris import node_with_blank_node, skolemised, with_blank_node
from ckg.query.lookup import Node, Term

_FIRST_ROWS: Final = 200
_MAX_BYTES: Final = 1 << 28
_RELEASE_VARIABLE: Final = "ckg_release"

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Pattern = tuple[Node | None, ox.NamedNode | None, Term | None]


class RemoteQuads:
    """A `ckg.backends.pattern_lookup.PatternSource` at an endpoint; safe to use from several threads.

    A pattern without a graph finds what stands in the named graphs, but not in those that `hidden` names. `deadline`,
    by `time.monotonic()`, is that of a query, None for the settings' time for each request.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        hidden: Sequence[str],
        *,
        deadline: float | None = None,
        cancelling: Cancelling | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._hidden = "".join(f", <{iri}>" for iri in hidden)
        self._deadline = deadline
        self._cancelling = cancelling
        self._keeps_order = endpoint.settings.dialect.keeps_order
        self._has_union = bool(endpoint.settings.dialect.union_graph)

    def quads_for_pattern(
        self,
        subject: Node | None,
        predicate: ox.NamedNode | None,
        object: Term | None,  # noqa: A002  the engine's name of it
        graph_name: Graph | None = None,
    ) -> Iterator[ox.Quad]:
        """Yield the quads of a pattern; they are asked for as they are needed."""
        pattern = (subject, predicate, object)
        first = self.page(pattern, graph_name, 0, _FIRST_ROWS, is_sorted=self._keeps_order)
        yield from first
        if len(first) < _FIRST_ROWS:
            return
        seen = frozenset(() if self._keeps_order else first)  # the sorted pages begin anew
        rows, offset = self._endpoint.settings.page_rows, len(first) if self._keeps_order else 0
        while True:
            page = self.page(pattern, graph_name, offset, rows, is_sorted=True)
            yield from (quad for quad in page if quad not in seen)
            offset += len(page)
            if len(page) < rows:
                return

    def __contains__(self, quad: ox.Quad, /) -> bool:
        """Say whether a quad is there."""
        pattern = (quad.subject, quad.predicate, quad.object)
        return bool(self.page(pattern, quad.graph_name, 0, 1, is_sorted=False))  # type: ignore[arg-type]

    def occurs(self, node: ox.NamedNode) -> bool:
        """Say whether an IRI occurs in a named graph as subject, predicate or object, or is the name of one."""
        places = [
            self._where(pattern, None)[0] for pattern in ((node, None, None), (None, node, None), (None, None, node))
        ]
        places.append(self._where((None, None, None), node)[0])
        parts = " UNION ".join(f"{{ SELECT (1 AS ?x) {{ {where} }} LIMIT 1 }}" for where in places)
        return bool(self._rows(f"SELECT ?x {{ {parts} }}", ("?x",)))

    def some(self, pattern: Pattern, graph: Graph, offset: int, limit: int) -> list[ox.Quad]:
        """Return quads of a graph from `offset` on, in the order of the endpoint, which is the same every time."""
        rows = self._endpoint.settings.page_rows
        found: list[ox.Quad] = []
        while len(found) < limit:
            wanted = min(rows, limit - len(found))
            page = self.page(pattern, graph, offset + len(found), wanted, is_sorted=True)
            found += page
            if len(page) < wanted:
                break
        return found

    def number(self, pattern: Pattern, graph: Graph, most: int) -> int:
        """Return how many quads of a graph match, up to `most`."""
        where, variables = self._where(pattern, graph)
        counted = f"SELECT {' '.join(variables) or '(1 AS ?x)'} {{ {where} }} LIMIT {most:d}"
        rows = self._rows(f"SELECT (COUNT(*) AS ?n) {{ {counted} }}", ("?n",))
        return int(rows[0]["n"].value) if rows else 0

    def triples_anywhere(self, pattern: Pattern, predicates: Sequence[ox.NamedNode], limit: int) -> list[ox.Triple]:
        """Return the triples of named graphs that match, each once; `predicates`, if any, are those to look for."""
        where, variables = self._where(pattern, None)
        values = f"VALUES ?p {{ {' '.join(map(str, predicates))} }} " if predicates else ""
        names = [name for name in variables if name != "?g"]
        if not names:
            found = self.page(pattern, None, 0, 1, is_sorted=False)
            return [ox.Triple(q.subject, q.predicate, q.object) for q in found]
        inner = f"SELECT DISTINCT {' '.join(names)} {{ {values}{where} }} LIMIT {limit:d}"
        return [ox.Triple(*_triple(pattern, row)) for row in self._rows(inner, names)]

    def page(self, pattern: Pattern, graph: Graph | None, offset: int, limit: int, *, is_sorted: bool) -> list[ox.Quad]:
        """Return one page of the quads of a pattern."""
        where, variables = self._where(pattern, graph)
        names = variables or ["?x"]
        chosen = " ".join(variables) or "(1 AS ?x)"
        order = f" ORDER BY {' '.join(variables)}" if is_sorted and variables and not self._keeps_order else ""
        inner = f"SELECT {chosen} {{ {where} }}{order} LIMIT {limit:d}" + (f" OFFSET {offset:d}" if offset else "")
        quads = []
        for row in self._rows(inner, names):
            quads.append(ox.Quad(*_triple(pattern, row), row["g"] if graph is None else graph))
        return quads

    def _where(self, pattern: Pattern, graph: Graph | None) -> tuple[str, list[str]]:
        variables = []
        terms = []
        for name, term in zip(("?s", "?p", "?o"), pattern, strict=True):
            terms.append(name if term is None else str(skolemised(term)))
            variables += [name] if term is None else []
        triple = " ".join(terms)
        if graph is None:
            own = f'!STRSTARTS(STR(?g), "{SERVICE_PREFIX}")'
            names = f" && ?g NOT IN ({self._hidden[2:]})" if self._hidden else ""
            return f"GRAPH ?g {{ {triple} }} FILTER({own}{names})", [*variables, "?g"]
        if isinstance(graph, ox.DefaultGraph):
            return (f"GRAPH <{UNION_GRAPH}> {{ {triple} }}" if self._has_union else triple), variables
        return f"GRAPH {graph} {{ {triple} }}", variables

    def _rows(self, inner: str, names: Sequence[str]) -> list[ox.QuerySolution]:
        """Return the rows of a query. Raises `EngineAway` where the endpoint has another release."""
        settings = self._endpoint.settings
        text = inner
        if settings.check_release:
            state = f"GRAPH <{STATE_GRAPH}> {{ <{SERVED}> <{RELEASE}> ?{_RELEASE_VARIABLE} }}"
            text = f"SELECT {' '.join(names)} ?{_RELEASE_VARIABLE} {{ {{ {inner} }} UNION {{ {state} }} }}"
        deadline = self._deadline if self._deadline is not None else time.monotonic() + settings.timeout_seconds
        answer, file = self._endpoint.ask(text, deadline=deadline, max_bytes=_MAX_BYTES, cancelling=self._cancelling)
        rows = list(solutions(answer, file))
        if not settings.check_release:
            return rows
        releases = {row[_RELEASE_VARIABLE].value for row in rows if row[_RELEASE_VARIABLE] is not None}
        if releases != {self._endpoint.release}:
            raise another_release(self._endpoint.release, ", ".join(sorted(releases)))
        return [row for row in rows if row[_RELEASE_VARIABLE] is None]


def _triple(pattern: Pattern, row: ox.QuerySolution) -> tuple[Node, ox.NamedNode, Term]:
    subject, predicate, value = pattern
    return (
        node_with_blank_node(row["s"]) if subject is None else subject,
        row["p"] if predicate is None else predicate,
        _stored(row["o"]) if value is None else value,
    )


def _stored(term: Term) -> Term:
    """Return a term as the embedded engine has it: engines write literals each in their own way."""
    if isinstance(term, ox.Literal):
        return stored_form(term) if may_differ(term) else term
    return with_blank_node(term)
