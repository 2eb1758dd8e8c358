"""What a release holds, whatever its IRIs look like: its classes by size, and the headers that say what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.model.vocabulary import OWL_NS, RDF_NS, RDFS_NS, SH_NS
from ckg.pages import text
from ckg.pages.graph import Graph, Node
from ckg.pages.messages import marked
from ckg.pages.terms import DCAT, DCMITYPE, DCTERMS, OWL, RDFS, SCHEMA, SKOS, VOID
from ckg.pages.view_context import Ref, ViewContext, Words
from ckg.release.search.searching import Search

_LANGUAGE_OF_DATA: Final = (OWL_NS, RDF_NS, RDFS_NS, SH_NS)
_MAX_HEADERS: Final = 50

HEADERS: Final = (
    OWL.Ontology,
    SKOS.ConceptScheme,
    DCAT.Catalog,
    DCAT.Dataset,
    VOID.Dataset,
    SCHEMA.Dataset,
    DCMITYPE.Dataset,
    SKOS.Collection,
    DCMITYPE.Collection,
)
"""Classes whose members say what a folder is: ontologies, concept schemes, data sets, collections; in this order."""


@dataclass(frozen=True, slots=True)
class ClassSize:
    """A class that is used, declared or not, and how many members with an IRI it has; `exact` is false for a bound."""

    cls: NamedNode
    members: int
    exact: bool = True

    @property
    def is_of_language(self) -> bool:
        """Whether it is a class of RDF Schema, OWL or SHACL: of the words that data are made with."""
        return self.cls.value.startswith(_LANGUAGE_OF_DATA)


@dataclass(frozen=True, slots=True)
class DataHeader:
    """What an ontology, a scheme, a data set or a collection says of itself; `dates` are rows of words and a day."""

    ref: Ref
    kinds: list[Ref]
    definition: Words | None
    version: str
    dates: list[tuple[str, str]]
    licences: list[Ref]
    makers: list[Ref | Words]
    tops: list[Ref]


class Overview:
    """What a release holds, read once; `search` is its index of members, where it has one."""

    def __init__(self, graph: Graph, search: Search | None) -> None:
        self._graph = graph
        self._search = search if search is not None and search.lists_members else None
        self.classes: tuple[ClassSize, ...] = tuple(self._classes())
        self.headers: tuple[NamedNode, ...] = tuple(
            dict.fromkeys(
                node
                for cls in HEADERS
                for node in graph.instances(cls)[:_MAX_HEADERS]
                if isinstance(node, NamedNode) and graph.lookup.describes(node)
            )
        )

    @property
    def things(self) -> int:
        """How many things with an IRI are described; 0 where there is no index of them."""
        return self._search.size if self._search is not None else 0

    def members(self, cls: NamedNode, *, offset: int, limit: int) -> list[NamedNode]:
        """Return members of a class that have an IRI, by their names; in any order where there is no index."""
        if self._search is not None:
            return [NamedNode(iri) for iri in self._search.members(cls.value, offset=offset, limit=limit)]
        found = self._graph.lookup.instances(cls.value, offset=offset, limit=limit)
        return self._graph.own(node for node in found if isinstance(node, NamedNode))

    @property
    def knows_names(self) -> bool:
        """Whether members of a class can be found by words of their names."""
        return self._search is not None

    def members_named(self, cls: NamedNode, words: str, *, limit: int) -> list[NamedNode] | None:
        """Return members of a class with all of some words in a name, by their names; None where nobody can say."""
        if self._search is None:
            return None
        found = self._search.members_named(cls.value, words, limit=limit)
        return [NamedNode(iri) for iri in found] if found is not None else None

    def number_of(self, cls: NamedNode) -> tuple[int, bool]:
        """Return how many members with an IRI a class has, and whether that is exact."""
        if self._search is not None:
            return self._search.number_of(cls.value), True
        return self._graph.number_of(cls)

    def _classes(self) -> list[ClassSize]:
        if self._search is not None:
            return [ClassSize(NamedNode(iri), number) for iri, number in self._search.classes()]
        declared = [cls for cls in self._graph.instances(OWL.Class, RDFS.Class) if isinstance(cls, NamedNode)]
        sizes = [ClassSize(cls, *self._graph.number_of(cls)) for cls in declared]
        return sorted((size for size in sizes if size.members), key=lambda size: -size.members)


def main_header(reader: ViewContext, overview: Overview) -> NamedNode | None:
    """Return the header that speaks for the whole, or None: the only one of the first kind that there is.

    A data set that has the others as parts, or an ontology that imports them, speaks for them.
    """
    graph = reader.graph
    named = [node for node in overview.headers if graph.is_a(node, *HEADERS[:7])]
    parts = {part for node in named for part in graph.named(node, OWL.imports, DCTERMS.hasPart, DCAT.dataset)}
    tops = [node for node in named if node not in parts]
    for cls in HEADERS:
        found = [node for node in tops if graph.is_a(node, cls)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def header(reader: ViewContext, node: NamedNode) -> DataHeader:
    """Return what a header says of itself."""
    graph = reader.graph
    dates = (
        (marked("issued"), DCTERMS.issued),
        (marked("created"), DCTERMS.created),
        (marked("modified"), DCTERMS.modified),
    )
    makers = graph.objects(node, DCTERMS.creator, DCTERMS.publisher, SCHEMA.creator, SCHEMA.publisher)
    return DataHeader(
        ref=reader.ref(node),
        kinds=reader.kinds(node),
        definition=reader.definition(node),
        version=text.plain(graph.text(node, OWL.versionInfo, DCAT.version, SCHEMA.version) or "", 60),
        dates=[(words, day) for words, predicate in dates if (day := graph.text(node, predicate))],
        licences=reader.refs(graph.nodes(node, DCTERMS.license, DCTERMS.rights, SCHEMA.license)),
        makers=[_maker(reader, term) for term in makers],
        tops=reader.refs(top_concepts(graph, node, limit=12)),
    )


def top_concepts(graph: Graph, scheme: Node, *, limit: int = 1_000) -> Sequence[Node]:
    """Return the top concepts that a scheme says it has, or that say it of themselves; at most `limit`."""
    found = [*graph.nodes(scheme, SKOS.hasTopConcept), *graph.subjects(scheme, SKOS.topConceptOf)]
    return list(dict.fromkeys(found))[:limit]


def _maker(reader: ViewContext, term: NamedNode | BlankNode | Literal) -> Ref | Words:
    return Words(text.plain(term.value), term.language or "") if isinstance(term, Literal) else reader.ref(term)
