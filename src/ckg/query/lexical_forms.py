"""Lexical forms of literals: which the store may rewrite (`01` becomes `1`), and into what."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from ckg.query.lookup import Node, Term
from ckg.query.originals import Originals

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_KEPT: Final = frozenset({f"{_XSD}string", f"{_XSD}anyURI"})
_REMEMBERED: Final = 65_536


def may_differ(term: Term) -> bool:
    """Say whether the store may give a literal back in another lexical form than the one it was given.

    >>> may_differ(Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    True
    >>> may_differ(Literal("Tokyo"))
    False
    """
    if not isinstance(term, Literal):
        return False
    return bool(term.language) or (term.datatype.value.startswith(_XSD) and term.datatype.value not in _KEPT)


@lru_cache(_REMEMBERED)
def stored_form(literal: Literal) -> Literal:
    """Return a literal as the store gives it back.

    >>> stored_form(Literal("01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))).value
    '1'
    """
    store = Store()
    node = NamedNode("x:")
    store.add(Quad(node, node, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, Literal)
    return stored


class WrittenForms:
    """The literals of the staged graphs as they were written; what was read is remembered, so make one for a page."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._read: dict[tuple[Node, str], dict[tuple[str, Term], set[Literal]]] = {}

    def of(self, subject: Node, predicate: NamedNode, value: Term, graphs: Iterable[str]) -> list[Literal]:
        """Return what the store gives as `value` as it was written in the named graphs, sorted.

        It is empty where the store keeps the form, and where the statement stands in none of the graphs.
        """
        if not may_differ(value):
            return []
        forms: set[Literal] = set()
        for graph in graphs:
            key = (subject, graph)
            if key not in self._read:
                self._read[key] = _by_stored_form(self._originals.quads(*key))
            forms |= self._read[key].get((predicate.value, value), set())
        return sorted(forms, key=str)


def _by_stored_form(quads: Iterable[Quad]) -> dict[tuple[str, Term], set[Literal]]:
    forms: dict[tuple[str, Term], set[Literal]] = {}
    for quad in quads:
        if isinstance(quad.object, Literal) and may_differ(quad.object):
            forms.setdefault((quad.predicate.value, stored_form(quad.object)), set()).add(quad.object)
    return forms
