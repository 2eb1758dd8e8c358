"""The release as pages read it: a thin face of the look-ups that speaks in terms and never fails on what is absent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeGuard, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ckg.model.byte_lru import ByteLru, Memo
from ckg.model.iris import Base
from ckg.pages.terms import OWL, RDF, SKOSXL
from ckg.query.lookup import Lookup, Statement, Statements

Node: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = NamedNode | BlankNode | Literal

T = TypeVar("T", bound=Node | Literal)

_CARRIERS = (SKOSXL.prefLabel, SKOSXL.altLabel)
_REMEMBERED_BYTES = 32 << 20
MAX_ROWS = 1_000
"""Values that one read takes at most: what has more is paged or counted, never listed whole."""


class Graph:
    """Reads of one release; every answer is a finished list, in an order that does not change.

    Where a thing of the project is the same as a thing of somebody else (owl:sameAs), the closure says everything of
    both. Pages speak of the project's own: its twins elsewhere are left out of every answer but about sameness itself.
    """

    def __init__(self, lookup: Lookup, base: Base) -> None:
        self.lookup = lookup
        self._base = base
        self.is_twin = Memo(self._is_twin, max_bytes=_REMEMBERED_BYTES // 4)
        self.labels = ByteLru[Any](_REMEMBERED_BYTES // 4, share_divisor=64)
        self.in_use = lru_cache(maxsize=100)(self._in_use)
        self.pairs = lru_cache(maxsize=8)(self._pairs)
        self._declared = lru_cache(maxsize=50)(lambda cls: tuple(lookup.pairs(RDF.type.value, cls.value)))

    @property
    def remembered_bytes(self) -> int:
        """Bytes of what is remembered of earlier reads; `labels` has what readers are shown."""
        return self.is_twin.held + self.labels.held

    def _is_twin(self, iri: str) -> bool:
        """Say whether an IRI is somebody else's name for a thing of ours."""
        if iri.startswith(self._base.iri):
            return False
        same = self.lookup.values(iri, OWL.sameAs.value, limit=50)
        return any(isinstance(term, NamedNode) and term.value.startswith(self._base.iri) for term in same)

    def _in_use(self, predicates: tuple[NamedNode, ...]) -> tuple[NamedNode, ...]:
        """Return those of some properties that any statement of the release is made with."""
        return tuple(p for p in dict.fromkeys(predicates) if self.lookup.uses(p.value, limit=1).rows)

    def _pairs(self, predicate: NamedNode) -> tuple[tuple[NamedNode, NamedNode], ...]:
        """Return the things with IRIs that somebody ties by a property."""
        found = self.lookup.pairs(predicate.value)
        return tuple((a, b) for a, b in found if isinstance(a, NamedNode) and isinstance(b, NamedNode))

    def declared(self, *classes: NamedNode) -> list[NamedNode]:
        """Return the things with IRIs that somebody says are of one of the classes, however many; nothing inferred."""
        found = (row[0] for cls in classes for row in self._declared(cls))
        return list(dict.fromkeys(node for node in found if isinstance(node, NamedNode)))

    def own(self, terms: Iterable[T]) -> list[T]:
        """Return terms, each once, without the twins of our own things."""
        base = self._base.iri
        return [
            term
            for term in dict.fromkeys(terms)
            if not isinstance(term, NamedNode) or term.value.startswith(base) or not self.is_twin(term.value)
        ]

    def about(self, subject: Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return what is said of a thing, each statement with the graphs it stands in."""
        return self.lookup.outgoing(subject, offset=offset, limit=limit)

    def pointing_at(self, thing: Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return the statements whose object a thing is."""
        return self.lookup.incoming(thing, offset=offset, limit=limit)

    def made_with(self, predicate: NamedNode, *, limit: int = MAX_ROWS) -> tuple[Statement, ...]:
        """Return the statements made with a property."""
        return self.lookup.uses(predicate.value, limit=limit).rows

    def objects(self, subject: Node, *predicates: NamedNode) -> list[Term]:
        """Return the values that a thing has for one or more properties, each once, in the order of the properties."""
        found: list[Term] = []
        for predicate in predicates:
            found += self._values(subject, predicate)
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def _values(self, subject: Node, predicate: NamedNode) -> Sequence[Term]:
        found = self.lookup.values(subject, predicate, limit=MAX_ROWS)
        if not found:
            return ()
        if predicate in _CARRIERS:  # a label of SKOS-XL is a thing of its own, which has the text
            forms = (self.lookup.values(node, SKOSXL.literalForm.value, limit=10) for node in found if _is_node(node))
            return [term for terms in forms for term in terms if isinstance(term, Literal)]
        terms = [term for term in found if not isinstance(term, Triple)]
        return terms if predicate == OWL.sameAs else self.own(terms)

    def nodes(self, subject: Node, *predicates: NamedNode) -> list[Node]:
        """Return those values of one or more properties that are not literals."""
        return [term for term in self.objects(subject, *predicates) if not isinstance(term, Literal)]

    def named(self, subject: Node, *predicates: NamedNode) -> list[NamedNode]:
        """Return those values of one or more properties that have an IRI."""
        return [term for term in self.objects(subject, *predicates) if isinstance(term, NamedNode)]

    def subjects(self, value: Node, *predicates: NamedNode) -> list[Node]:
        """Return the things that have a value for one or more properties, each once."""
        found = (node for p in predicates for node in self.lookup.subjects(p.value, value, limit=MAX_ROWS))
        return self.own(found)

    def instances(self, *classes: NamedNode) -> list[Node]:
        """Return the members of one or more classes, each once, ordered by IRI."""
        found = {node for cls in classes for node in self.lookup.instances(cls.value, limit=MAX_ROWS)}
        return sorted(self.own(found), key=lambda node: node.value)

    def number_of(self, cls: NamedNode) -> tuple[int, bool]:
        """Return how many members a class has, and whether that is exact."""
        found = self.lookup.instances(cls.value, limit=MAX_ROWS)
        if len(found) < MAX_ROWS:
            return len(self.own(found)), True
        count = self.lookup.count(predicate=RDF.type.value, value=cls.value)
        return count.number, count.exact

    def literals(self, subject: Node, *predicates: NamedNode) -> list[Literal]:
        """Return those values of one or more properties that are literals."""
        return literals(self.objects(subject, *predicates))

    def value(self, subject: Node, *predicates: NamedNode) -> Term | None:
        """Return one value of the first property that has any, always the same where there are several."""
        for predicate in predicates:
            found = self.objects(subject, predicate)
            if found:
                return found[0]
        return None

    def node(self, subject: Node, *predicates: NamedNode) -> Node | None:
        """Return one value that is not a literal, or None."""
        found = self.nodes(subject, *predicates)
        return found[0] if found else None

    def text(self, subject: Node, *predicates: NamedNode) -> str | None:
        """Return the text of one literal, or None."""
        for predicate in predicates:
            found = literals(self.objects(subject, predicate))
            if found:
                return found[0].value
        return None

    def types(self, subject: Node) -> list[NamedNode]:
        """Return the classes of a thing, asserted or inferred."""
        return [NamedNode(iri) for iri in self.lookup.types(subject)]

    def is_a(self, subject: Node, *classes: NamedNode) -> bool:
        """Say whether a thing belongs to one of the classes."""
        types = self.lookup.types(subject)
        return any(cls.value in types for cls in classes)

    def members(self, head: Node) -> list[Term]:
        """Return the members of an RDF collection; a broken or endless one ends where it breaks."""
        members: list[Term] = []
        seen: set[Node] = set()
        node: Node | None = head
        while node is not None and node != RDF.nil and node not in seen and len(members) < MAX_ROWS:
            seen.add(node)
            first = self.value(node, RDF.first)
            if first is not None:
                members.append(first)
            node = self.node(node, RDF.rest)
        return members


def _is_node(term: object) -> TypeGuard[Node]:
    return isinstance(term, NamedNode | BlankNode)


def literals(terms: Iterable[Term]) -> list[Literal]:
    """Return the literals among terms."""
    return [term for term in terms if isinstance(term, Literal)]
