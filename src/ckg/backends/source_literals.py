"""Statements as they were written: the store rewrites literals (`01` becomes `1`), the staged graphs do not.

A staged graph is a sorted file of N-Quads, so the lines of one subject are found by bisection, without an index.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from ckg.model.byte_lru import Memo
from ckg.model.sorted_lines import SortedLines
from ckg.model.vocabulary import XSD_NS
from ckg.query.lookup import Node, Term

_MAX_BYTES = 1 << 20  # bytes of one subject's lines that are read from one graph


class SourceStatements:
    """The staged graphs of a release, mapped into memory; safe to use from several threads."""

    def __init__(self, graphs: Iterable[tuple[str, Path]]) -> None:
        """Map the files of `graphs`, pairs of a graph's IRI and its sorted N-Quads file."""
        self._files = {name: SortedLines(path) for name, path in graphs}

    def close(self) -> None:
        """Unmap the files."""
        for lines in self._files.values():
            lines.close()
        self._files.clear()

    def quads(self, subject: Node, graph: str) -> list[Quad]:
        """Return the statements about a subject in one named graph, with their literals as they were written."""
        lines = self._files.get(graph)
        if lines is None:
            return []
        found, size = [], 0
        for line in lines.starting_with(f"{subject} ".encode()):
            found.append(line)
            size += len(line) + 1
            if size >= _MAX_BYTES:
                break
        return list(parse(BytesIO(b"\n".join(found)), format=RdfFormat.N_QUADS))


_KEPT: Final = frozenset({f"{XSD_NS}string", f"{XSD_NS}anyURI"})
_CACHE_MAX_BYTES: Final = 8 << 20


def may_differ(term: Term) -> bool:
    """Say whether the store may give a literal back in another lexical form than the one it was given.

    >>> may_differ(Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    True
    >>> may_differ(Literal("Tokyo"))
    False
    """
    if not isinstance(term, Literal):
        return False
    return bool(term.language) or (term.datatype.value.startswith(XSD_NS) and term.datatype.value not in _KEPT)


def _stored_form(literal: Literal) -> Literal:
    store = Store()
    node = NamedNode("x:")
    store.add(Quad(node, node, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, Literal)
    return stored


stored_form: Final = Memo(_stored_form, max_bytes=_CACHE_MAX_BYTES)
"""Return a literal as the store gives it back.

>>> stored_form(Literal("01", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))).value
'1'
"""


class SourceLiterals:
    """The literals of the staged graphs as they were written; what was read is remembered, so make one for a page."""

    def __init__(self, originals: SourceStatements) -> None:
        self._source_statements = originals
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
                self._read[key] = _by_stored_form(self._source_statements.quads(*key))
            forms |= self._read[key].get((predicate.value, value), set())
        return sorted(forms, key=str)


def _by_stored_form(quads: Iterable[Quad]) -> dict[tuple[str, Term], set[Literal]]:
    forms: dict[tuple[str, Term], set[Literal]] = {}
    for quad in quads:
        if isinstance(quad.object, Literal) and may_differ(quad.object):
            forms.setdefault((quad.predicate.value, stored_form(quad.object)), set()).add(quad.object)
    return forms
