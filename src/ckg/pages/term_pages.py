"""The documentation of classes and properties, made from the ontology: definition, place, axioms, shapes, use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from ckg.pages import text
from ckg.pages.graph import Node, Term
from ckg.pages.terms import OWL, RDF, RDFS, SCHEMA, SH, SKOS
from ckg.pages.view_context import Ref, ViewContext, Words

_EXAMPLES = 3
_DEEP = 4

_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
_TRAITS = {
    OWL.TransitiveProperty: "transitive",
    OWL.SymmetricProperty: "symmetric",
    OWL.AsymmetricProperty: "asymmetric",
    OWL.FunctionalProperty: "functional",
    OWL.InverseFunctionalProperty: "inverse functional",
    OWL.IrreflexiveProperty: "irreflexive",
    OWL.ReflexiveProperty: "reflexive",
}

Pieces = list[Ref | str]


@dataclass(frozen=True, slots=True)
class TermDoc:
    """A class or property as its documentation shows it; `axioms` are rows of a name and expressions in pieces."""

    ref: Ref
    anchor: str
    is_class: bool
    definition: Words | None
    traits: list[str]
    axioms: list[tuple[str, list[Pieces]]]
    shapes: list[Ref]
    used: int
    exact: bool
    examples: list[tuple[Ref, Ref | None]]
    deprecated: bool
    module: Ref | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A class in the tree of classes."""

    ref: Ref
    anchor: str
    below: list[Branch]


@dataclass(frozen=True, slots=True)
class Module:
    """A module of an ontology, with how many terms it defines."""

    ref: Ref
    definition: Words | None
    number: int


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A concept scheme that is published with an ontology."""

    ref: Ref
    definition: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """What the page of an ontology shows; `whole` says that it gathers modules."""

    modules: list[Module]
    classes: list[TermDoc]
    properties: list[TermDoc]
    tree: list[Branch]
    version: str
    whole: bool
    schemes: list[SchemeRow]


def ontology_view(reader: ViewContext, node: Node) -> Ontology:
    """Return what the page of an ontology shows: the terms of a module, or those of all modules of a root."""
    graph = reader.graph
    imported = [m for m in graph.named(node, OWL.imports) if graph.is_a(m, OWL.Ontology)]
    terms = defined_by(reader, node)
    # What defines terms, or is imported itself, is a module, whatever else it imports; a root only gathers modules.
    modules = [] if terms or graph.subjects(node, OWL.imports) else imported
    if modules:
        terms = [term for module in modules for term in defined_by(reader, module)]
    docs = [term_doc(reader, term) for term in terms]
    return Ontology(
        modules=[
            Module(reader.ref(module), reader.definition(module), len(defined_by(reader, module))) for module in modules
        ],
        classes=[doc for doc in docs if doc.is_class],
        properties=[doc for doc in docs if not doc.is_class],
        tree=tree(reader, [doc for doc in docs if doc.is_class]),
        version=graph.text(node, OWL.versionInfo) or "",
        whole=bool(modules),
        schemes=[
            SchemeRow(reader.ref(scheme), reader.definition(scheme))
            for scheme in graph.instances(SKOS.ConceptScheme)
            if modules
        ],
    )


def defined_by(reader: ViewContext, module: Node) -> list[NamedNode]:
    """Return the classes and properties that a module defines, by name."""
    graph = reader.graph
    terms = [t for t in graph.subjects(module, RDFS.isDefinedBy) if isinstance(t, NamedNode) and is_term(reader, t)]
    return sorted(terms, key=lambda term: (reader.label(term).text.casefold(), term.value))


def is_term(reader: ViewContext, node: Node) -> bool:
    """Say whether a thing is a class or a property."""
    return reader.graph.is_a(node, OWL.Class, RDFS.Class, *_PROPERTIES)


def term_doc(reader: ViewContext, term: NamedNode) -> TermDoc:
    """Return the documentation of a class or property."""
    graph = reader.graph
    is_class = graph.is_a(term, OWL.Class, RDFS.Class)
    module = graph.node(term, RDFS.isDefinedBy)
    if is_class:
        used, exact = graph.number_of(term)
    else:
        count = graph.lookup.count(predicate=term.value)
        used, exact = count.number, count.exact
    return TermDoc(
        ref=reader.ref(term),
        anchor=term.value.rpartition("#")[2].rpartition("/")[2],
        is_class=is_class,
        definition=reader.definition(term),
        traits=[name for cls, name in _TRAITS.items() if graph.is_a(term, cls)],
        axioms=_class_axioms(reader, term) if is_class else _property_axioms(reader, term),
        shapes=_shapes(reader, term),
        used=used,
        exact=exact,
        examples=_class_examples(reader, term) if is_class else _property_examples(reader, term),
        deprecated=graph.text(term, OWL.deprecated) == "true",
        module=reader.ref(module) if module is not None else None,
    )


def tree(reader: ViewContext, classes: list[TermDoc]) -> list[Branch]:
    """Return the classes as a tree by rdfs:subClassOf; a class below two others stands under each."""
    docs = {doc.ref.iri: doc for doc in classes}
    below: dict[str, list[str]] = {}
    tops = []
    for iri in docs:
        above = _nearest(reader, NamedNode(iri), docs)
        for up in above:
            below.setdefault(up, []).append(iri)
        if not above:
            tops.append(iri)

    def branch(iri: str, seen: frozenset[str]) -> Branch:
        inner = [branch(sub, seen | {iri}) for sub in below.get(iri, []) if sub not in seen]
        return Branch(docs[iri].ref, docs[iri].anchor, inner)

    return [branch(iri, frozenset({iri})) for iri in tops]


def _nearest(reader: ViewContext, cls: NamedNode, known: Iterable[str]) -> list[str]:
    """Return the classes right above a class: those that are not above another one of them."""
    above = [up for up in reader.broader_classes(cls) if up.value in known]
    higher = {far.value for up in above for far in reader.broader_classes(up)}
    return [up.value for up in above if up.value not in higher]


def _class_axioms(reader: ViewContext, cls: NamedNode) -> list[tuple[str, list[Pieces]]]:
    graph = reader.graph
    above = [up for up in graph.nodes(cls, RDFS.subClassOf) if up not in (cls, OWL.Thing)]
    below = [sub for sub in graph.subjects(cls, RDFS.subClassOf) if sub != cls]
    rows: list[tuple[str, list[Pieces]]] = [
        ("Exactly", _expressions(reader, graph.nodes(cls, OWL.equivalentClass), cls)),
        ("Is a kind of", _expressions(reader, above, cls)),
        ("Follows for", _expressions(reader, [sub for sub in below if isinstance(sub, BlankNode)], cls)),
        ("Kinds of it", _expressions(reader, [sub for sub in below if isinstance(sub, NamedNode)], cls)),
        ("Disjoint with", _expressions(reader, graph.nodes(cls, OWL.disjointWith), cls)),
        ("Key", [_joined(reader, graph.members(k), " + ") for k in graph.nodes(cls, OWL.hasKey)]),
    ]
    return [(name, found) for name, found in rows if found]


def _property_axioms(reader: ViewContext, term: NamedNode) -> list[tuple[str, list[Pieces]]]:
    graph = reader.graph
    inverse = dict.fromkeys([*graph.nodes(term, OWL.inverseOf), *graph.subjects(term, OWL.inverseOf)])
    rows: list[tuple[str, list[Pieces]]] = [
        ("Of", _expressions(reader, graph.nodes(term, RDFS.domain), term)),
        ("Value", _expressions(reader, graph.nodes(term, RDFS.range), term)),
        ("Is said of", _expressions(reader, graph.nodes(term, SCHEMA.domainIncludes), term)),
        ("Has values in", _expressions(reader, graph.nodes(term, SCHEMA.rangeIncludes), term)),
        ("Is a kind of", _expressions(reader, graph.nodes(term, RDFS.subPropertyOf), term)),
        ("Kinds of it", _expressions(reader, graph.subjects(term, RDFS.subPropertyOf), term)),
        ("Inverse of", _expressions(reader, inverse, term)),
        (
            "Follows from",
            [_joined(reader, graph.members(c), " then ") for c in graph.nodes(term, OWL.propertyChainAxiom)],
        ),
    ]
    return [(name, found) for name, found in rows if found]


def _expressions(reader: ViewContext, nodes: Iterable[Node], own: NamedNode) -> list[Pieces]:
    found = [expression(reader, node) for node in nodes if node != own]
    return sorted((pieces for pieces in found if pieces), key=_said)


def expression(reader: ViewContext, node: Term, depth: int = 0) -> Pieces:
    """Return a class expression in words, as the Manchester syntax has them (OWL 2 Manchester Syntax, section 2.4)."""
    graph = reader.graph
    if not isinstance(node, BlankNode):
        return [reader.ref(node) if isinstance(node, NamedNode) else f"“{text.plain(node.value, 60)}”"]
    if depth > _DEEP:
        return ["…"]
    for predicate, word in ((OWL.intersectionOf, " and "), (OWL.unionOf, " or "), (OWL.oneOf, ", ")):
        head = graph.node(node, predicate)
        if head is not None:
            inner = _joined(reader, graph.members(head), word, depth + 1)
            return ["(", *inner, ")"] if depth else inner
    of = graph.node(node, OWL.complementOf)
    if of is not None:
        return ["not ", *expression(reader, of, depth + 1)]
    return _restriction(reader, node, depth)


def _restriction(reader: ViewContext, node: BlankNode, depth: int) -> Pieces:
    graph = reader.graph
    on = graph.node(node, OWL.onProperty)
    if on is None:
        return []
    for predicate, word in ((OWL.someValuesFrom, "some"), (OWL.allValuesFrom, "only"), (OWL.hasValue, "is")):
        value = graph.value(node, predicate)
        if value is not None:
            return [*expression(reader, on, depth + 1), f" {word} ", *expression(reader, value, depth + 1)]
    return []


def _joined(reader: ViewContext, members: Iterable[Term], word: str, depth: int = 1) -> Pieces:
    pieces: Pieces = []
    for member in members:
        if pieces:
            pieces.append(word)
        pieces += expression(reader, member, depth)
    return pieces


def _said(pieces: Pieces) -> str:
    return "".join(piece if isinstance(piece, str) else piece.words.text for piece in pieces).casefold()


def _shapes(reader: ViewContext, term: NamedNode) -> list[Ref]:
    """Return the named shapes that apply to a class, or to the values of a property."""
    graph = reader.graph
    found = graph.subjects(term, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
    for inner in graph.subjects(term, SH.path):
        found += [inner, *graph.subjects(inner, SH.property)]
    return reader.refs(shape for shape in found if isinstance(shape, NamedNode))


def _class_examples(reader: ViewContext, cls: NamedNode) -> list[tuple[Ref, Ref | None]]:
    found = reader.graph.own(reader.graph.lookup.instances(cls.value, limit=20))
    named = [node for node in found if isinstance(node, NamedNode)][:_EXAMPLES]
    return [(reader.ref(node), None) for node in named]


def _property_examples(reader: ViewContext, term: NamedNode) -> list[tuple[Ref, Ref | None]]:
    rows: list[tuple[Ref, Ref | None]] = []
    for row in reader.graph.made_with(term, limit=40):
        ends = [end for end in (row.subject, row.object) if isinstance(end, NamedNode)]
        if row.subject in ends and len(reader.graph.own(ends)) == len(ends):
            value = reader.ref(row.object) if isinstance(row.object, NamedNode) else None
            rows.append((reader.ref(row.subject), value))
    return rows[:_EXAMPLES]
