"""Lists and blank nodes that are the value of one statement, written where that statement is: `( )`, `[ ]`, `@list`.

That can be told only of a graph that is at hand as a whole, as documents and the answers of queries are. A blank node
that several statements refer to, or that leads back to itself, keeps its label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ckg.formats.statement_lines import RDF, Rows

DEEPEST: Final = 20
"""How deep blank nodes are written inside each other; what lies deeper keeps its label."""

_FIRST, _REST, NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"
ANONYMOUS: Final = "[]"
"""The subject of a blank node that nothing refers to."""


@dataclass(frozen=True, slots=True)
class BlankNode:
    """A blank node with what is said of it."""

    rows: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """An RDF list with its members."""

    members: tuple[Value, ...]


Value = str | BlankNode | Collection
"""An object: the text of a term of N-Triples, or what is written in its place."""

NestedRows = Sequence[tuple[str, Value]]
"""Predicates and objects of one subject."""

EMPTY: Final = Collection(())


def nested(groups: Iterable[tuple[str, Rows]]) -> Iterator[tuple[str, NestedRows]]:
    """Yield the subjects of a whole graph that are written by themselves, with what is nested in their statements.

    A blank node that nothing refers to has `ANONYMOUS` as its subject.
    """
    whole = list(groups)
    if not any(subject[0] == "_" or any(value[0] == "_" for _, value in rows) for subject, rows in whole):
        yield from ((subject, [(p, EMPTY if v == NIL else v) for p, v in rows]) for subject, rows in whole)
        return
    yield from _Nesting(whole).groups()


class _Nesting:
    def __init__(self, groups: Sequence[tuple[str, Rows]]) -> None:
        self._groups = groups
        self._rows: Mapping[str, Rows] = {subject: rows for subject, rows in groups if subject[0] == "_"}
        said = Counter(subject for subject, _ in groups if subject[0] == "_")  # a hub comes in several groups
        used = Counter(value for _, rows in groups for _, value in rows if value[0] == "_")
        parents = {value: subject for subject, rows in groups for _, value in rows if value[0] == "_"}
        once = {node for node, number in used.items() if number == 1 and said[node] <= 1}
        self._free = {node for node in self._rows if not used[node] and said[node] == 1}
        self._inside = self._reachable(once, parents)
        self._lists: dict[str, list[str]] = {}
        for node in self._inside:
            if not self._is_cell(node) or self._is_rest(node, parents):
                continue
            cells = self._cells(node)
            if cells is not None:
                self._lists[node] = cells

    @staticmethod
    def _reachable(once: set[str], parents: Mapping[str, str]) -> set[str]:
        """Return the nodes from which a way up ends at a subject that is written by itself: no cycle."""
        ends: dict[str, bool] = {}
        for node in once:
            way: list[str] = []
            on_way: set[str] = set()
            at = node
            while at in once and at not in ends and at not in on_way:
                way.append(at)
                on_way.add(at)
                at = parents[at]
            good = at not in on_way and ends.get(at, True)
            ends.update(dict.fromkeys(way, good))
        return {node for node, good in ends.items() if good}

    def _is_cell(self, node: str) -> bool:
        rows = self._rows.get(node, [])
        return len(rows) == 2 and {predicate for predicate, _ in rows} == {_FIRST, _REST}

    def _is_rest(self, node: str, parents: Mapping[str, str]) -> bool:
        """Say whether a cell is the rest of another one that is a cell too, and so no beginning of a list."""
        parent = parents[node]
        return parent in self._inside and self._is_cell(parent) and dict(self._rows[parent])[_REST] == node

    def _cells(self, node: str) -> list[str] | None:
        """Return the cells of the list that begins at a node, or None where it does not end in nil."""
        cells = []
        while node != NIL:
            if node not in self._inside or not self._is_cell(node):
                return None
            cells.append(node)
            node = dict(self._rows[node])[_REST]
        return cells

    def groups(self) -> Iterator[tuple[str, NestedRows]]:
        """Yield what is written by itself; what lies too deep is written by itself too, and keeps its label."""
        waiting = [(subject, rows) for subject, rows in self._groups if subject not in self._inside]
        while waiting:
            deeper: list[str] = []
            for subject, rows in waiting:
                written = ANONYMOUS if subject in self._free else subject
                yield written, [(predicate, self._value(value, 1, deeper, predicate)) for predicate, value in rows]
            waiting = [(node, self._rows[node]) for node in deeper]

    def _value(self, value: str, depth: int, deeper: list[str], predicate: str = "") -> Value:
        if value == NIL and predicate != _REST:
            return EMPTY
        if value not in self._inside:
            return value
        if depth > DEEPEST:
            if value in self._rows:
                deeper.append(value)
            return value
        if value in self._lists:
            firsts = (dict(self._rows[cell])[_FIRST] for cell in self._lists[value])
            return Collection(tuple(self._value(first, depth + 1, deeper) for first in firsts))
        rows = self._rows.get(value, [])
        return BlankNode(tuple((p, self._value(v, depth + 1, deeper, p)) for p, v in rows))
