"""What a document says: a thing, what points to it, and what is needed to understand both.

A concise bounded description (blank nodes are followed) of the thing and of what shares its document (hash IRIs), the
quotations and sources that its statements rest on, and the names of everything mentioned; all of it bounded, with pages
for a hub.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode

from ckg.model.vocabulary import DCTERMS_NS, OWL_NS, RDFS_NS
from ckg.query.lookup import Lookup, Node, Statement

_OA = "http://www.w3.org/ns/oa#"
_PROV = "http://www.w3.org/ns/prov#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

EVIDENCE: Final = frozenset(
    {
        f"{_OA}hasSource",
        f"{_OA}hasSelector",
        f"{_OA}hasTarget",
        f"{_PROV}wasQuotedFrom",
        f"{_PROV}wasDerivedFrom",
        f"{_PROV}hadPrimarySource",
        f"{_PROV}wasAttributedTo",
        f"{DCTERMS_NS}source",
    }
)
"""Properties (with those below them) whose values are described along with a thing: what it rests on."""

QUOTATION: Final = f"{_OA}SpecificResource"
"""The class of quotations; one that a statement points to is described along with it."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How much one page of a document holds: statements each way, hash IRIs, things described beside the subject."""

    statements: int = 500
    described: int = 5_000
    beside: int = 200
    depth: int = 8


@dataclass(frozen=True, slots=True)
class Document:
    """What a document about `about` says; pages are counted from 1, and `more` says that another one follows.

    `said` is what is said of the thing and of what shares its document, `pointing` what points to the thing, `context`
    the rest: blank nodes, quotations, sources, names. No statement is in two of them.
    """

    about: str
    said: tuple[Statement, ...]
    pointing: tuple[Statement, ...]
    context: tuple[Statement, ...]
    page: int
    more: bool

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement of the document."""
        return (*self.said, *self.pointing, *self.context)


class DocumentBuilder:
    """Makes documents of one release.

    `parts` maps the IRI of a document to the hash IRIs below it that are defined in the release.
    """

    def __init__(
        self, lookup: Lookup, parts: Mapping[str, tuple[str, ...]], limits: DocumentLimits = DocumentLimits()
    ) -> None:
        self._lookup = lookup
        self._parts = parts
        self._limits = limits
        self._evidence = frozenset(_below(lookup, EVIDENCE))

    def write(self, iri: str, page: int = 1) -> Document:
        """Return a page of the document about an IRI; a page after the last one is empty."""
        limit = self._limits.statements
        offset = (page - 1) * limit
        lookup = self._lookup
        if lookup.is_graph(iri):
            own = lookup.outgoing(iri, offset=offset, limit=limit)
            content = lookup.within(iri, offset=offset, limit=limit)
            said = [*own.rows, *content.rows]
            more = own.more or content.more
        else:
            found = lookup.outgoing(iri, offset=offset, limit=limit)
            said, more = list(found.rows), found.more
        described, further = self._shared(iri, page)
        for part in described:
            rows = lookup.outgoing(part, limit=limit)
            said += rows.rows
        said = [row for row in said if not _is_anonymous_type(row)]
        pointing = lookup.incoming(iri, offset=offset, limit=limit)
        kept = set(said)
        pointing_rows = [row for row in pointing.rows if row not in kept]
        kept.update(pointing_rows)
        context = dict.fromkeys(row for row in self._context(said, pointing_rows) if row not in kept)
        return Document(
            about=iri,
            said=tuple(dict.fromkeys(said)),
            pointing=tuple(pointing_rows),
            context=tuple(context),
            page=page,
            more=more or pointing.more or further,
        )

    def more(self, iri: str, page: int) -> bool:
        """Say whether another page follows a page of the document about an IRI, without writing it."""
        offset = page * self._limits.statements
        if self._lookup.is_graph(iri) and self._lookup.within(iri, offset=offset, limit=1).rows:
            return True
        beyond = (
            self._lookup.outgoing(iri, offset=offset, limit=1),
            self._lookup.incoming(iri, offset=offset, limit=1),
        )
        return any(found.rows for found in beyond) or self._shared(iri, page)[1]

    def _shared(self, iri: str, page: int) -> tuple[tuple[str, ...], bool]:
        """Return what else a page of an IRI's document describes: hash IRIs, the terms of an ontology or a module."""
        subjects: dict[str, None] = dict.fromkeys(self._parts.get(iri, ()))
        for ontology in self._lookup.subjects(f"{OWL_NS}versionIRI", iri):
            subjects[ontology.value] = None
            subjects.update(dict.fromkeys(self._parts.get(ontology.value, ())))
            subjects.update(dict.fromkeys(self._terms_of(ontology.value)))
        subjects.update(dict.fromkeys(self._terms_of(iri)))
        subjects.pop(iri, None)
        size = self._limits.described
        rows = tuple(subjects)
        return rows[(page - 1) * size : page * size], len(rows) > page * size

    def _terms_of(self, iri: str) -> list[str]:
        found = self._lookup.subjects(f"{RDFS_NS}isDefinedBy", iri, limit=20 * self._limits.described)
        return [node.value for node in found if isinstance(node, NamedNode)]

    def _context(self, said: Iterable[Statement], pointing: Iterable[Statement]) -> Iterator[Statement]:
        rows = list(said)
        beside = list(self._beside(rows))
        yield from beside
        mentioned: dict[str, None] = {}
        for row in (*rows, *pointing, *beside):
            for term in (row.subject, row.object):
                if isinstance(term, NamedNode):
                    mentioned[term.value] = None
        for iri in mentioned:
            yield from self._lookup.naming(iri)

    def _beside(self, rows: Iterable[Statement]) -> Iterator[Statement]:
        """Describe the blank nodes, quotations and sources that statements lead to, step by step."""
        seen: set[Node] = {row.subject for row in rows}
        frontier = list(rows)
        left = self._limits.beside
        for _ in range(self._limits.depth):
            found: list[Statement] = []
            for row in frontier:
                node = row.object
                if not isinstance(node, NamedNode | BlankNode) or node in seen or not self._carries(row, node):
                    continue
                if isinstance(node, NamedNode):
                    if left == 0:
                        continue
                    left -= 1
                seen.add(node)
                # What was inferred of a thing stands in its own document; here it would drown what was asserted.
                about = self._lookup.outgoing(node, limit=self._limits.statements).rows
                found += (row for row in about if not row.inferred)
            if not found:
                return
            yield from found
            frontier = found

    def _carries(self, row: Statement, node: Node) -> bool:
        if isinstance(node, BlankNode) or row.predicate.value in self._evidence:
            return True
        return QUOTATION in self._lookup.types(node.value)


def _is_anonymous_type(row: Statement) -> bool:
    """Say whether a statement only repeats that a thing falls under a class expression without a name."""
    return row.inferred and row.predicate.value == _TYPE and isinstance(row.object, BlankNode)


def _below(lookup: Lookup, properties: Iterable[str]) -> Iterator[str]:
    """Yield properties and all properties below them."""
    seen: set[str] = set()
    waiting = list(properties)
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        below = lookup.subjects(f"{RDFS_NS}subPropertyOf", current)
        waiting += [node.value for node in below if isinstance(node, NamedNode)]
