"""Concept schemes and their concepts: the tree from the top, the index by names, mappings by what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ckg.pages import overview, text
from ckg.pages.graph import Graph, Node
from ckg.pages.hierarchy import Hierarchy, TreeNode
from ckg.pages.messages import gettext, marked
from ckg.pages.terms import SKOS
from ckg.pages.view_context import Ref, ViewContext, Words

_DESCRIBED_MAX: Final = 300  # concepts of a scheme that are shown with their definitions and uses
_INDEX_PAGE: Final = 200
_MAX_CONCEPTS: Final = 200_000
_USES_COUNTED: Final = 200
_MAPPINGS: Final = (
    (SKOS.exactMatch, marked("Same concept elsewhere")),
    (SKOS.closeMatch, marked("Similar concept elsewhere")),
    (SKOS.broadMatch, marked("Broader concept elsewhere")),
    (SKOS.narrowMatch, marked("Narrower concept elsewhere")),
    (SKOS.relatedMatch, marked("Related concept elsewhere")),
)
_NOTES: Final = (
    (SKOS.scopeNote, marked("Scope")),
    (SKOS.historyNote, marked("History")),
    (SKOS.changeNote, marked("Change")),
    (SKOS.editorialNote, marked("Editors' note")),
    (SKOS.example, marked("Example")),
    (SKOS.note, marked("Note")),
)


@dataclass(frozen=True, slots=True)
class ConceptFacts:
    """What a tree shows of a concept beside its name: its code, its rank, and how often statements use it."""

    definition: Words | None
    notation: str
    rank: str
    used: int


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A name in the alphabetical index: a concept, under its own name or under another one of it."""

    words: Words
    ref: Ref
    is_other: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """What the page of a concept scheme shows; `facts` are of the concepts of a small one, by IRI.

    `number` is how many concepts it has. `index` is the number of the page of the index, `indexed` how many there are.
    """

    tree: list[TreeNode]
    facts: dict[str, ConceptFacts]
    number: int
    entries: list[IndexEntry]
    index: int
    indexed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What the page of a concept shows; `way` leads from the top to it, `mappings` and `notes` are rows by name."""

    schemes: list[Ref]
    way: list[Ref]
    broader: list[Ref]
    narrower: list[Ref]
    related: list[Ref]
    notation: str
    other_labels: list[Words]
    mappings: list[tuple[str, list[Ref]]]
    notes: list[tuple[str, Words]]


def scheme_view(reader: ViewContext, node: NamedNode) -> Scheme:
    """Return what the page of a concept scheme shows: its concepts as a tree, and its index."""
    graph = reader.graph
    concepts = members(graph, node)
    hierarchy = Hierarchy(concepts, _narrower_pairs(graph))
    tops = [
        top for top in overview.top_concepts(graph, node) if top in hierarchy.members and isinstance(top, NamedNode)
    ]
    rest = [top for top in hierarchy.tops if top not in tops]
    named = reader.by_name(concepts)
    indexed = max(1, -(-len(named) // _INDEX_PAGE))
    asked = reader.argument("terms")
    index = min(int(asked), indexed) if asked.isascii() and asked.isdigit() and len(asked) < 7 and int(asked) else 1
    here = named[(index - 1) * _INDEX_PAGE : index * _INDEX_PAGE]
    small = len(concepts) <= _DESCRIBED_MAX
    return Scheme(
        tree=hierarchy.tree(reader, [*tops, *rest], most=_DESCRIBED_MAX) if index == 1 else [],
        facts={concept.value: _facts(reader, concept) for concept in concepts} if small and index == 1 else {},
        number=len(concepts),
        entries=_entries(reader, here),
        index=index,
        indexed=indexed,
    )


def members(graph: Graph, scheme: NamedNode) -> list[NamedNode]:
    """Return the concepts of a scheme: those that say so, and its top concepts with what is below them."""
    said = graph.lookup.subjects(SKOS.inScheme.value, scheme, limit=_MAX_CONCEPTS)
    found = dict.fromkeys(node for node in said if isinstance(node, NamedNode))
    found |= dict.fromkeys(n for n in overview.top_concepts(graph, scheme) if isinstance(n, NamedNode))
    if not said:
        below: dict[NamedNode, list[NamedNode]] = {}
        for narrow, wide in _narrower_pairs(graph):
            below.setdefault(wide, []).append(narrow)
        waiting = list(found)
        while waiting:
            reached = [node for node in below.get(waiting.pop(), ()) if node not in found]
            found |= dict.fromkeys(reached)
            waiting += reached
    return list(found)


def concept_view(reader: ViewContext, node: NamedNode) -> Concept:
    """Return what the page of a concept shows: its scheme, what is wider and narrower, mappings and notes."""
    graph = reader.graph
    mine = reader.label(node).text
    others = [reader.words_of(literal) for literal in graph.literals(node, SKOS.altLabel)]
    notes = [(name, words) for predicate, name in _NOTES if (words := reader.words(node, predicate)) is not None]
    shown = reader.definition(node)
    return Concept(
        schemes=reader.refs(graph.nodes(node, SKOS.inScheme)),
        way=_way(reader, node),
        broader=reader.refs(graph.nodes(node, SKOS.broader)),
        narrower=reader.refs(graph.nodes(node, SKOS.narrower) + graph.subjects(node, SKOS.broader)),
        related=reader.refs(graph.nodes(node, SKOS.related)),
        notation=graph.text(node, SKOS.notation) or "",
        other_labels=[words for words in others if words.text != mine],
        mappings=[(gettext(name), found) for p, name in _MAPPINGS if (found := reader.refs(graph.nodes(node, p)))],
        notes=[(gettext(name), words) for name, words in notes if shown is None or words.text != shown.text],
    )


def _narrower_pairs(graph: Graph) -> list[tuple[NamedNode, NamedNode]]:
    """Return pairs of a concept and one right above it, whichever way they are said."""
    return [*graph.pairs(SKOS.broader), *((below, above) for above, below in graph.pairs(SKOS.narrower))]


def _way(reader: ViewContext, node: NamedNode) -> list[Ref]:
    """Return what stands above a concept, the top first: always by the first that is wider."""
    way: list[Node] = []
    above = reader.graph.named(node, SKOS.broader)
    while above and above[0] not in (*way, node):
        way.append(above[0])
        above = reader.graph.named(above[0], SKOS.broader)
    return [reader.ref(wider) for wider in reversed(way)]


def _entries(reader: ViewContext, concepts: list[NamedNode]) -> list[IndexEntry]:
    entries = []
    for concept in concepts:
        ref = reader.ref(concept)
        entries.append(IndexEntry(ref.words, ref, is_other=False))
        for literal in reader.graph.literals(concept, SKOS.altLabel):
            if not literal.language or literal.language.partition("-")[0] == reader.language.partition("-")[0]:
                entries.append(IndexEntry(reader.words_of(literal), ref, is_other=True))
    return sorted(entries, key=lambda entry: (entry.words.text.casefold(), entry.ref.iri))


def _facts(reader: ViewContext, concept: NamedNode) -> ConceptFacts:
    graph = reader.graph
    return ConceptFacts(
        reader.definition(concept),
        text.plain(graph.text(concept, SKOS.notation) or "", 40),
        graph.text(concept, *reader.config.rank) or "",
        _uses(reader, concept),
    )


def _uses(reader: ViewContext, concept: NamedNode) -> int:
    """Return how many things point to a concept from outside its own scheme, as far as the first few show."""
    own = {SKOS.broader, SKOS.narrower, SKOS.broaderTransitive, SKOS.hasTopConcept, SKOS.inScheme, SKOS.topConceptOf}
    rows = reader.graph.pointing_at(concept, limit=_USES_COUNTED).rows
    return len({row.subject for row in rows if row.predicate not in own and not row.inferred})
