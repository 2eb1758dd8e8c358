"""An rdflib store over the triple table that fetches what is asked for, when it is asked for.

pyshacl sees the whole graph through it, so whatever it looks at is right; what it will surely look at is fetched ahead
in bulk.
"""

# ruff: noqa: S608 - the pieces of SQL are numbers and names made here

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox
from rdflib import Graph, Literal
from rdflib.plugins.stores.memory import Memory
from rdflib.term import IdentifiedNode, Node

from ckg.validate.prefilter.triple_table import TripleTable
from ckg.validate.rdflib_graphs import QueriedGraph, from_rdflib, to_rdflib

_Triple = tuple[Node, Node, Node]
_Pattern = tuple[Node | None, Node | None, Node | None]


class LazyStore(Memory):
    """The triples of a table, read only; namespace bindings are kept as rdflib's own store keeps them."""

    def __init__(self, table: TripleTable) -> None:
        super().__init__()
        self._table = table
        self.graph = QueriedGraph(self)
        self._made: dict[ox.NamedNode | ox.BlankNode | ox.Literal, IdentifiedNode | Literal] = {}
        self._of_subject: dict[Node, dict[Node, list[Node]]] = {}
        self._of_object: dict[Node, dict[Node, list[Node]]] = {}
        self._of_predicate: dict[Node, list[_Triple]] = {}
        self._size: int | None = None

    def fetch(self, nodes: str, *, steps: int = 1) -> None:
        """Fetch the triples of the subjects in table `nodes(n)`, and of what they lead to, `steps` times."""
        for step in range(steps):
            self._keep(self._select(f"s IN (SELECT n FROM {nodes})"), self._of_subject, 0, 2)
            if step + 1 < steps:
                nodes = self._table.table(
                    f"SELECT DISTINCT o AS n FROM triple JOIN term ON id = o"
                    f" WHERE s IN (SELECT n FROM {nodes}) AND ascii(text) <> 34"
                )

    def triples(  # type: ignore[override]
        self, triple_pattern: _Pattern, context: Graph | None = None
    ) -> Iterator[tuple[_Triple, Iterator[Graph]]]:
        """Yield the triples that match; as rdflib's stores do, each with an iterator over its contexts: the graph."""
        subject, predicate, value = triple_pattern
        for found in self._matching(subject, predicate, value):
            yield found, iter((self.graph,))

    def __len__(self, context: Graph | None = None) -> int:
        """Return the number of triples; pyshacl asks again and again whether there are any."""
        if self._size is None:
            self._size = self._table.number("SELECT count(*) FROM triple")
        return self._size

    def _matching(self, subject: Node | None, predicate: Node | None, value: Node | None) -> Iterator[_Triple]:
        if subject is not None:
            if isinstance(subject, Literal):
                return
            by_predicate = self._around(subject, self._of_subject, "s", 0, 2)
            for p in (predicate,) if predicate is not None else tuple(by_predicate):
                yield from ((subject, p, o) for o in by_predicate.get(p, ()) if value is None or o == value)
        elif value is not None:
            by_predicate = self._around(value, self._of_object, "o", 2, 0)
            for p in (predicate,) if predicate is not None else tuple(by_predicate):
                yield from ((s, p, value) for s in by_predicate.get(p, ()))
        elif predicate is not None:
            if predicate not in self._of_predicate:
                self._of_predicate[predicate] = list(self._read(self._select("p = hash(?)"), [_text(predicate)]))
            yield from self._of_predicate[predicate]
        else:
            yield from self._read(self._select("TRUE"))

    def _around(
        self, node: Node, known: dict[Node, dict[Node, list[Node]]], column: str, near: int, far: int
    ) -> dict[Node, list[Node]]:
        if node not in known:
            known[node] = {}
            self._keep(self._select(f"{column} = hash(?)"), known, near, far, [_text(node)])
        return known[node]

    def _keep(
        self,
        select: str,
        known: dict[Node, dict[Node, list[Node]]],
        near: int,
        far: int,
        parameters: Iterable[object] = (),
    ) -> None:
        """Put triples where they are looked up by their `near` end, but for nodes that were there before."""
        added: dict[Node, dict[Node, list[Node]]] = {}
        for triple in self._read(select, parameters):
            added.setdefault(triple[near], {}).setdefault(triple[1], []).append(triple[far])
        for node, by_predicate in added.items():
            if not known.get(node):
                known[node] = by_predicate

    def _select(self, condition: str) -> str:
        return (
            "SELECT string_agg(a.text || ' ' || b.text || ' ' || c.text || ' .', chr(10)) FROM triple"
            f" JOIN term a ON a.id = s JOIN term b ON b.id = p JOIN term c ON c.id = o WHERE {condition}"
        )

    def _read(self, select: str, parameters: Iterable[object] = ()) -> Iterator[_Triple]:
        ((text,),) = self._table.rows(select, list(parameters))
        if text is None:
            return
        for quad in ox.parse(str(text).encode(), format=ox.RdfFormat.N_TRIPLES):
            yield self._node(quad.subject), self._node(quad.predicate), self._node(quad.object)

    def _node(self, term: Any) -> IdentifiedNode | Literal:
        node = self._made.get(term)
        if node is None:
            node = self._made[term] = to_rdflib(term)
        return node


def _text(node: Node) -> str:
    return str(from_rdflib(node))
