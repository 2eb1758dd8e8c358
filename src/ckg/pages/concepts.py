"""Concept schemes and their concepts: the tree, and how often statements use each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ckg.pages import text
from ckg.pages.graph import Node
from ckg.pages.terms import SKOS
from ckg.pages.view_context import Ref, ViewContext, Words


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept in the tree of its scheme, with how often statements use it."""

    ref: Ref
    definition: Words | None
    notation: str
    rank: str
    used: int
    below: list[ConceptRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """What the page of a concept scheme shows."""

    concepts: list[ConceptRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What the page of a concept shows."""

    schemes: list[Ref]
    broader: list[Ref]
    narrower: list[Ref]
    notation: str
    matches: list[Ref]


def scheme_view(reader: ViewContext, node: Node) -> Scheme:
    """Return what the page of a concept scheme shows: its concepts as a tree."""
    graph = reader.graph
    members = [c for c in graph.subjects(node, SKOS.inScheme) if isinstance(c, NamedNode)]
    inside = set(members)
    tops = [c for c in members if not inside.intersection(graph.named(c, SKOS.broader))]
    return Scheme(concepts=_rows(reader, tops, inside, frozenset()))


def concept_view(reader: ViewContext, node: Node) -> Concept:
    """Return what the page of a concept shows: its scheme, what is wider and narrower, what uses it."""
    graph = reader.graph
    return Concept(
        schemes=reader.refs(graph.nodes(node, SKOS.inScheme)),
        broader=reader.refs(graph.nodes(node, SKOS.broader)),
        narrower=reader.refs(graph.nodes(node, SKOS.narrower) + graph.subjects(node, SKOS.broader)),
        notation=graph.text(node, SKOS.notation) or "",
        matches=reader.refs(graph.nodes(node, SKOS.exactMatch, SKOS.closeMatch)),
    )


def _rows(
    reader: ViewContext, concepts: Iterable[NamedNode], inside: set[NamedNode], seen: frozenset[NamedNode]
) -> list[ConceptRow]:
    graph = reader.graph
    rows = []
    for concept in concepts:
        under = [n for n in graph.subjects(concept, SKOS.broader) + graph.named(concept, SKOS.narrower) if n in inside]
        narrower = [n for n in dict.fromkeys(under) if isinstance(n, NamedNode) and n not in seen]
        rows.append(
            ConceptRow(
                reader.ref(concept),
                reader.definition(concept),
                text.plain(graph.text(concept, SKOS.notation) or "", 40),
                graph.text(concept, *reader.config.rank) or "",
                _uses(reader, concept),
                _rows(reader, narrower, inside, seen | {concept}),
            )
        )
    return sorted(rows, key=lambda row: (row.rank or "0", row.ref.words.text.casefold()))


def _uses(reader: ViewContext, concept: NamedNode) -> int:
    """Return how many statements point to a concept from outside its own scheme."""
    own = {SKOS.broader, SKOS.narrower, SKOS.broaderTransitive, SKOS.hasTopConcept, SKOS.inScheme, SKOS.topConceptOf}
    rows = reader.graph.pointing_at(concept, limit=500).rows
    return len({row.subject for row in rows if row.predicate not in own and not row.inferred})
