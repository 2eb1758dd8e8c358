"""The documentation of an ontology: what it says of itself, its hierarchies, and its terms, in full or as an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import class_drawings, overview, term_pages, text
from ckg.pages.graph import Graph, Node
from ckg.pages.hierarchy import Hierarchy, TreeNode
from ckg.pages.messages import gettext, marked
from ckg.pages.ontology_differences import OntologyDifferences, differences
from ckg.pages.overview import DataHeader
from ckg.pages.term_pages import TermDoc
from ckg.pages.terms import OWL, RDF, RDFS, SKOS, VANN
from ckg.pages.view_context import Ref, ViewContext, Words

_MAX_TERMS: Final = 100_000
_DOCUMENTED_MAX: Final = 120  # terms that one page documents in full
_INDEX_PAGE: Final = 150
_SCHEMES: Final = 50

_KINDS: Final = (
    ("classes", marked("Classes"), (OWL.Class, RDFS.Class), RDFS.subClassOf),
    ("object-properties", marked("Object properties"), (OWL.ObjectProperty,), RDFS.subPropertyOf),
    ("data-properties", marked("Data properties"), (OWL.DatatypeProperty,), RDFS.subPropertyOf),
    ("annotation-properties", marked("Annotation properties"), (OWL.AnnotationProperty,), RDFS.subPropertyOf),
    ("properties", marked("Properties"), (RDF.Property,), RDFS.subPropertyOf),
)


@dataclass(frozen=True, slots=True)
class OntologyModule:
    """A module of an ontology, with how many terms it defines."""

    ref: Ref
    definition: Words | None
    number: int


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A concept scheme that is published with an ontology."""

    ref: Ref
    definition: Words | None


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term in the index of an ontology."""

    ref: Ref
    anchor: str
    definition: Words | None
    deprecated: bool


@dataclass(frozen=True, slots=True)
class TermSection:
    """The terms of one kind: how many there are, their hierarchy, and those that this page documents or lists."""

    key: str
    title: str
    number: int
    tree: list[TreeNode]
    docs: list[TermDoc]
    rows: list[TermRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """What the page of an ontology shows; `whole` says that it gathers modules, whose pages have the axioms.

    `index` is the number of the page of the index, `indexed` how many there are; 1 of 1 where everything is here.
    `anchors` are those of the terms that this page documents or lists, by IRI, `diagram` an overview of its classes.
    """

    header: DataHeader
    namespace: str
    prefix: str
    imports: list[Ref]
    prior: list[Ref]
    modules: list[OntologyModule]
    sections: list[TermSection]
    deprecated: list[Ref]
    version: str
    whole: bool
    is_large: bool
    index: int
    indexed: int
    anchors: dict[str, str]
    diagram: Markup | None
    differences: OntologyDifferences | None
    schemes: list[SchemeRow]


def ontology_view(reader: ViewContext, node: NamedNode) -> Ontology:
    """Return what the page of an ontology shows: the terms of a module, or those of all modules of a root."""
    graph = reader.graph
    modules = [m for m in graph.named(node, OWL.imports) if graph.is_a(m, OWL.Ontology)]
    terms = terms_of(graph, node)
    # What defines terms, or is imported itself, is a module, whatever else it imports; a root only gathers modules.
    whole = bool(modules) and not terms and not graph.subjects(node, OWL.imports)
    modules = modules if whole else []
    if whole:
        terms = list(dict.fromkeys(term for module in modules for term in terms_of(graph, module)))
    kinds = _by_kind(graph, terms)
    is_large = len(terms) > _DOCUMENTED_MAX
    listed = whole or is_large
    indexed = max(1, -(-max((len(rows) for rows in kinds.values()), default=0) // _INDEX_PAGE)) if listed else 1
    asked = reader.argument("terms")
    index = min(int(asked), indexed) if asked.isascii() and asked.isdigit() and len(asked) < 7 and int(asked) else 1
    anchors: dict[str, str] = {}
    diagram = None
    sections = []
    for key, title, _, above in _KINDS:
        found = reader.by_name(kinds[key])
        if not found:
            continue
        here = found[(index - 1) * _INDEX_PAGE : index * _INDEX_PAGE] if listed else found
        hierarchy = Hierarchy(found, graph.pairs(above))
        tree = hierarchy.tree(reader) if index == 1 else []
        if index == 1 and key == "classes":
            diagram = class_drawings.of_hierarchy(reader, hierarchy)
        for term in here:
            anchors[term.value] = _anchor(term.value, anchors)
        sections.append(
            TermSection(
                key,
                gettext(title),
                len(found),
                tree,
                [] if listed else [term_pages.term_doc(reader, term) for term in here],
                [_row(reader, term, anchors[term.value]) for term in here] if listed else [],
            )
        )
    return Ontology(
        header=overview.header(reader, node),
        namespace=text.plain(graph.text(node, VANN.preferredNamespaceUri) or "", 200),
        prefix=text.plain(graph.text(node, VANN.preferredNamespacePrefix) or "", 40),
        imports=reader.refs(graph.nodes(node, OWL.imports)),
        prior=reader.refs(graph.nodes(node, OWL.priorVersion)),
        modules=[
            OntologyModule(reader.ref(module), reader.definition(module), len(terms_of(graph, module)))
            for module in modules
        ],
        sections=sections,
        deprecated=[reader.ref(term) for term in _deprecated(graph, terms)],
        version=graph.text(node, OWL.versionInfo) or "",
        whole=whole,
        is_large=is_large,
        index=index,
        indexed=indexed,
        anchors=anchors,
        diagram=diagram,
        differences=differences(
            reader,
            [node.value, *(module.value for module in modules)],
            terms,
            is_only=whole or len(graph.declared(OWL.Ontology)) < 2,
        )
        if index == 1
        else None,
        schemes=[
            SchemeRow(reader.ref(scheme), reader.definition(scheme))
            for scheme in graph.instances(SKOS.ConceptScheme)[:_SCHEMES]
            if modules
        ],
    )


def terms_of(graph: Graph, ontology: Node) -> list[NamedNode]:
    """Return the classes and properties of an ontology.

    Those are the ones that say that it defines them (rdfs:isDefinedBy), and those in its namespace of which nobody says
    so; else, where it is the only ontology of the release, all that are declared.
    """
    declared = graph.declared(*(cls for _, _, classes, _ in _KINDS for cls in classes))
    said = set(graph.lookup.subjects(RDFS.isDefinedBy.value, ontology, limit=_MAX_TERMS))
    if not isinstance(ontology, NamedNode):
        return [term for term in declared if term in said]
    stem = ontology.value.rstrip("#/")
    namespaces = (graph.text(ontology, VANN.preferredNamespaceUri) or f"{stem}#", f"{stem}#", f"{stem}/")
    modules = graph.declared(OWL.Ontology)
    assigned = {term for term, _ in graph.pairs(RDFS.isDefinedBy)}
    inside = [term for term in declared if term in said or (term not in assigned and term.value.startswith(namespaces))]
    return inside or (declared if modules == [ontology] else [])


def _by_kind(graph: Graph, terms: Sequence[NamedNode]) -> dict[str, list[NamedNode]]:
    """Return terms by their kind, each under the first that it is of."""
    left = dict.fromkeys(terms)
    found: dict[str, list[NamedNode]] = {}
    for key, _, classes, _ in _KINDS:
        of_kind = set(graph.declared(*classes))
        found[key] = [term for term in left if term in of_kind]
        for term in found[key]:
            del left[term]
    return found


def _deprecated(graph: Graph, terms: Sequence[NamedNode]) -> list[NamedNode]:
    stated = {a for a, b in graph.lookup.pairs(OWL.deprecated.value) if getattr(b, "value", "") in ("true", "1")}
    return [term for term in terms if term in stated][:_INDEX_PAGE]


def _row(reader: ViewContext, term: NamedNode, anchor: str) -> TermRow:
    words = reader.definition(term)
    short = Words(text.plain(words.text, 250), words.lang, words.fallback) if words else None
    return TermRow(reader.ref(term), anchor, short, term_pages.is_deprecated(reader, term))


def _anchor(iri: str, taken: dict[str, str]) -> str:
    """Return the local name of a term as an anchor that no other term of the page has."""
    name = iri.rpartition("#")[2].rpartition("/")[2] or "term"
    return name if name not in taken.values() else f"{name}-{len(taken) + 1}"
