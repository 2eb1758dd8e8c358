"""Statements held by subject and property, for what is asked about a shape or a class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ckg.model.staged import StagedGraph
from ckg.model.vocabulary import RDF_NS, RDFS_NS

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node = ox.NamedNode | ox.BlankNode


class TermGraph:
    """Staged graphs in memory: small ones, such as shapes and an ontology."""

    def __init__(self, graphs: Iterable[StagedGraph]) -> None:
        self._by_subject: dict[Term, dict[str, list[Term]]] = {}
        self._by_object: dict[tuple[str, Term], list[Term]] = {}
        for graph in graphs:
            for quad in ox.parse(path=graph.path, format=ox.RdfFormat.N_QUADS, lenient=True):
                self._by_subject.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
                self._by_object.setdefault((quad.predicate.value, quad.object), []).append(quad.subject)

    def __contains__(self, node: Term) -> bool:
        return node in self._by_subject

    def values(self, node: Term, predicate: str) -> list[Term]:
        """Return the values of a property."""
        return self._by_subject.get(node, {}).get(predicate, [])

    def value(self, node: Term, predicate: str) -> Term | None:
        """Return one value of a property, or None."""
        return next(iter(self.values(node, predicate)), None)

    def having(self, predicate: str, value: Term) -> list[Term]:
        """Return the subjects that have a value."""
        return self._by_object.get((predicate, value), [])

    def subjects_and_values(self, predicate: str) -> Iterator[tuple[Term, Term]]:
        """Yield each subject of a property with its values."""
        for subject, own in self._by_subject.items():
            yield from ((subject, value) for value in own.get(predicate, ()))

    def members(self, head: Term | None) -> Iterator[Term]:
        """Yield the members of an RDF list."""
        while head is not None and head != ox.NamedNode(f"{RDF_NS}nil"):
            yield from self.values(head, f"{RDF_NS}first")
            head = self.value(head, f"{RDF_NS}rest")

    def upwards(self, node: Term) -> list[Term]:
        """Return a class and those above it, the nearest first."""
        found = [node]
        for term in found:
            found += [above for above in self.values(term, f"{RDFS_NS}subClassOf") if above not in found]
        return found

    def text(self, node: Term, predicates: Iterable[str], language: str = "en") -> str:
        """Return a text of a node by the first of the properties that has one, in a language if there is a choice."""
        for predicate in predicates:
            texts = [value for value in self.values(node, predicate) if isinstance(value, ox.Literal)]
            if texts:
                return min(texts, key=lambda text: (text.language != language, text.value)).value
        return ""
