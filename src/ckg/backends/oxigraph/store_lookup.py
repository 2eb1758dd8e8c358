"""Look-ups in an Oxigraph store, in the serving process: trusted and bounded.

A page asks some fifty times for what is said of one thing, property by property, and for what points to it. So the
statements around a thing that has few are read at once and remembered for a while; the rest is asked for by pattern.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, Store, Variable

from ckg.backends.pattern_lookup import Pattern, PatternLookup, as_node, order
from ckg.model.byte_lru import Memo
from ckg.model.iris import Base
from ckg.model.staged import StagedGraph
from ckg.query.lookup import Node, Statement, Statements, Term

_FEW_QUADS: Final = 400
_REMEMBERED_BYTES: Final = 16 << 20
_ENTRY_BYTES: Final = 200
_STATEMENT_BYTES: Final = 600  # with its terms, which the engine keeps where Python does not see them


class _Data:
    """A store without the graphs that describe it, unless one of them is asked for by its name."""

    def __init__(self, store: Store, base: Base) -> None:
        self._store = store
        self._description = frozenset((NamedNode(base.void_graph), NamedNode(base.examples_graph)))

    def quads_for_pattern(
        self,
        subject: Node | None,
        predicate: NamedNode | None,
        object: Term | None,  # noqa: A002  the engine's name of it
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads of a pattern."""
        found = self._store.quads_for_pattern(subject, predicate, object, graph_name)
        if graph_name is not None:
            return found
        description = self._description
        return (quad for quad in found if quad.graph_name not in description)

    def __contains__(self, quad: Quad, /) -> bool:
        """Say whether a quad is there."""
        return quad in self._store


@dataclass(frozen=True, slots=True)
class _Around:
    """All statements about a thing, or all that point to it: `rows` sorted, with the graphs that they stand in.

    `ends` are the other ends of those that the union or a graph apart from it has, by property, sorted by their text.
    """

    rows: tuple[Statement, ...]
    ends: Mapping[NamedNode, tuple[Term, ...]]


class OxigraphLookup(PatternLookup):
    """Look-ups in the finished store in a folder; see `ckg.query.lookup.Lookup`."""

    def __init__(self, store: Path, base: Base, graphs: Sequence[StagedGraph] = ()) -> None:
        self._read = Store.read_only(str(store))
        self._about = Memo(self._read_about, max_bytes=_REMEMBERED_BYTES, size=_size)
        self._pointing = Memo(self._read_pointing, max_bytes=_REMEMBERED_BYTES, size=_size)
        self._whole = Memo(self._read_whole, max_bytes=_REMEMBERED_BYTES, size=_size_of_page)
        super().__init__(_Data(self._read, base), base, graphs)

    @property
    def remembered_bytes(self) -> int:
        """Bytes of the statements, names, types and forms of literals that are remembered."""
        return super().remembered_bytes + self._about.held + self._pointing.held + self._whole.held

    def outgoing(self, node: str | Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements about a thing (an IRI or a blank node), those of the shapes included."""
        subject = as_node(node)
        about = self._about(subject) if subject is not None else None
        if subject is None or about is None:
            return super().outgoing(node, offset=offset, limit=limit)
        if offset >= len(about.rows):
            return _NOTHING
        if offset == 0 and limit >= len(about.rows):
            return self._whole(subject)
        rows = list(about.rows[offset : offset + limit])
        return Statements(tuple(sorted(self._as_written(rows), key=order)), len(about.rows) > offset + limit)

    def incoming(self, node: str | Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements that point to a thing."""
        value = as_node(node)
        pointing = self._pointing(value) if value is not None else None
        if pointing is None:
            return super().incoming(node, offset=offset, limit=limit)
        return Statements(pointing.rows[offset : offset + limit], len(pointing.rows) > offset + limit)

    def values(self, subject: str | Node, predicate: str | NamedNode, *, limit: int = 1000) -> list[Term]:
        """Return the objects of one property of a thing, sorted by their text, literals as the store has them."""
        node, property_ = as_node(subject), as_node(predicate)
        about = self._about(node) if node is not None and property_ is not None else None
        found = about.ends.get(property_, ()) if about is not None and property_ is not None else None
        if found is None or len(found) > limit:
            return super().values(subject, predicate, limit=limit)
        return list(found)

    def subjects(self, predicate: str, value: Term | str, *, limit: int = 1000) -> list[Node]:
        """Return the things that have a value of a property, sorted by their text; a text value is taken as an IRI."""
        property_, node = as_node(predicate), as_node(value)
        pointing = self._pointing(node) if isinstance(node, NamedNode | BlankNode) else None
        found = pointing.ends.get(property_, ()) if pointing is not None and property_ is not None else None
        if found is None or len(found) > limit:
            return super().subjects(predicate, value, limit=limit)
        return [end for end in found if isinstance(end, NamedNode | BlankNode)]

    def _describes(self, node: str | Node) -> bool:
        subject = as_node(node)
        about = self._about(subject) if subject is not None else None
        if about is None:
            return super()._describes(node)
        return any(row.graphs and not row.inferred for row in about.rows)

    def _named_by(self, subject: Node, predicate: NamedNode) -> list[Statement]:
        about = self._about(subject)
        if about is None:
            return super()._named_by(subject, predicate)
        return [row for row in about.rows if row.predicate == predicate]

    def _texts(self, subject: Node, predicate: NamedNode) -> list[Term]:
        about = self._about(subject)
        found = about.ends.get(predicate, ()) if about is not None else ()
        return list(found) if about is not None and len(found) <= 200 else super()._texts(subject, predicate)

    def _read_about(self, node: Node) -> _Around | None:
        quads = list(islice(self._source.quads_for_pattern(node, None, None, None), _FEW_QUADS + 1))
        return self._around(quads, outward=True) if len(quads) <= _FEW_QUADS else None

    def _read_pointing(self, node: Node) -> _Around | None:
        quads = list(islice(self._source.quads_for_pattern(None, None, node, None), _FEW_QUADS + 1))
        return self._around(quads, outward=False) if len(quads) <= _FEW_QUADS else None

    def _around(self, quads: list[Quad], *, outward: bool) -> _Around:
        ends: dict[NamedNode, set[Term]] = {}
        for quad in quads:
            graph = quad.graph_name
            if isinstance(graph, DefaultGraph) or graph in self._apart:
                ends.setdefault(quad.predicate, set()).add(quad.object if outward else quad.subject)
        in_order = {
            predicate: tuple(sorted(found, key=str)) if len(found) > 1 else tuple(found)
            for predicate, found in ends.items()
        }
        return _Around(tuple(self._sorted_rows(quads)), in_order)

    def _read_whole(self, node: Node) -> Statements:
        about = self._about(node)
        rows = list(about.rows) if about is not None else []
        return Statements(tuple(sorted(self._as_written(rows), key=order)), False)

    def _some(self, pattern: Pattern, graph: NamedNode | DefaultGraph, offset: int, limit: int) -> list[Quad]:
        """Return quads of a graph from `offset` on; the store itself skips the others, ten times as fast as we could.

        It goes through the same index in the same order as for a pattern.
        """
        inner = "?s ?p ?o" if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ ?s ?p ?o }}"
        known = {Variable(name): term for name, term in zip("spo", pattern, strict=True) if term is not None}
        rows = self._read.query(
            f"SELECT ?s ?p ?o WHERE {{ {inner} }} OFFSET {offset:d} LIMIT {limit:d}", substitutions=known
        )
        assert isinstance(rows, QuerySolutions)
        return [Quad(row["s"], row["p"], row["o"], graph) for row in rows]


_NOTHING: Final = Statements((), False)


def _size(around: _Around | None) -> int:
    return _ENTRY_BYTES if around is None else _ENTRY_BYTES + _STATEMENT_BYTES * len(around.rows)


def _size_of_page(page: Statements) -> int:
    return _ENTRY_BYTES + _STATEMENT_BYTES * len(page.rows)
