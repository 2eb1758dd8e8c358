"""The documentation of classes and properties, made from the ontology: definition, place, axioms, shapes, use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.pages import class_drawings
from ckg.pages.class_expressions import Pieces, expression, joined, said
from ckg.pages.graph import Graph, Node
from ckg.pages.messages import gettext, marked
from ckg.pages.terms import DCTERMS, OWL, RDF, RDFS, SCHEMA, SH, Namespace
from ckg.pages.view_context import Ref, ViewContext, Words

_EXAMPLES: Final = 3
_USES_LOOKED_AT: Final = 30
_AXIOMS_SHOWN: Final = 50

_CLASSES: Final = (OWL.Class, RDFS.Class)
_PROPERTIES: Final = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
KINDS: Final = (*_CLASSES, *_PROPERTIES)
"""The classes of which classes and properties are."""

_TRAITS: Final = {
    OWL.TransitiveProperty: marked("transitive"),
    OWL.SymmetricProperty: marked("symmetric"),
    OWL.AsymmetricProperty: marked("asymmetric"),
    OWL.FunctionalProperty: marked("functional"),
    OWL.InverseFunctionalProperty: marked("inverse functional"),
    OWL.IrreflexiveProperty: marked("irreflexive"),
    OWL.ReflexiveProperty: marked("reflexive"),
}
_REPLACED_BY: Final = (DCTERMS.isReplacedBy, Namespace("http://purl.obolibrary.org/obo/").IAO_0100001)


@dataclass(frozen=True, slots=True)
class TermDoc:
    """A class or property as its documentation shows it; `axioms` are rows of a name and expressions in pieces.

    `found` says of a property without a declared domain or range of what it is and what values it has according to
    shapes or to its use: rows of a name, where that is from, and classes.
    """

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
    replaced_by: list[Ref]
    module: Ref | None
    found: list[tuple[str, str, list[Ref]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """What the page of a class or a property shows beside its statements; `diagram` is of a class."""

    term: TermDoc
    diagram: Markup | None


def term_view(reader: ViewContext, node: NamedNode) -> TermView:
    """Return what the page of a class or a property shows."""
    term = term_doc(reader, node)
    return TermView(term=term, diagram=class_drawings.of_class(reader, node) if term.is_class else None)


def is_term(reader: ViewContext, node: Node) -> bool:
    """Say whether a thing is a class or a property."""
    return reader.graph.is_a(node, *KINDS)


def term_doc(reader: ViewContext, term: NamedNode) -> TermDoc:
    """Return the documentation of a class or property."""
    graph = reader.graph
    is_class = graph.is_a(term, *_CLASSES)
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
        deprecated=is_deprecated(reader, term),
        replaced_by=reader.refs(graph.nodes(term, *_REPLACED_BY)),
        found=[] if is_class else _found_ends(reader, term),
        module=reader.ref(module) if module is not None else None,
    )


def _class_axioms(reader: ViewContext, cls: NamedNode) -> list[tuple[str, list[Pieces]]]:
    graph = reader.graph
    above = [up for up in graph.nodes(cls, RDFS.subClassOf) if up not in (cls, OWL.Thing)]
    below = [sub for sub in graph.subjects(cls, RDFS.subClassOf) if sub != cls]
    rows: list[tuple[str, list[Pieces]]] = [
        (marked("Exactly"), _expressions(reader, graph.nodes(cls, OWL.equivalentClass), cls)),
        (marked("Is a kind of"), _expressions(reader, above, cls)),
        (marked("Follows for"), _expressions(reader, [sub for sub in below if isinstance(sub, BlankNode)], cls)),
        (marked("Kinds of it"), _expressions(reader, [sub for sub in below if isinstance(sub, NamedNode)], cls)),
        (marked("Disjoint with"), _expressions(reader, _disjoint(graph, cls), cls)),
        (marked("Key"), [joined(reader, graph.members(k), " + ") for k in graph.nodes(cls, OWL.hasKey)]),
    ]
    return [(name, found) for name, found in rows if found]


def _disjoint(graph: Graph, cls: NamedNode) -> list[Node]:
    """Return the classes that share no member with a class, by whichever axiom says so, in either direction."""
    found = [*graph.nodes(cls, OWL.disjointWith), *graph.subjects(cls, OWL.disjointWith)]
    for cell in graph.subjects(cls, RDF.first):
        head, seen = cell, {cell}
        while (before := graph.subjects(head, RDF.rest)) and before[0] not in seen:
            head = before[0]
            seen.add(head)
        axioms = [axiom for axiom in graph.subjects(head, OWL.members) if graph.is_a(axiom, OWL.AllDisjointClasses)]
        if axioms or graph.subjects(head, OWL.disjointUnionOf):
            found += [member for member in graph.members(head) if not isinstance(member, Literal)]
    return list(dict.fromkeys(found))


def _property_axioms(reader: ViewContext, term: NamedNode) -> list[tuple[str, list[Pieces]]]:
    graph = reader.graph
    inverse = dict.fromkeys([*graph.nodes(term, OWL.inverseOf), *graph.subjects(term, OWL.inverseOf)])
    rows: list[tuple[str, list[Pieces]]] = [
        (marked("Of"), _expressions(reader, graph.nodes(term, RDFS.domain), term)),
        (marked("Value"), _expressions(reader, graph.nodes(term, RDFS.range), term)),
        (marked("Is said of"), _expressions(reader, graph.nodes(term, SCHEMA.domainIncludes), term)),
        (marked("Has values in"), _expressions(reader, graph.nodes(term, SCHEMA.rangeIncludes), term)),
        (marked("Is a kind of"), _expressions(reader, graph.nodes(term, RDFS.subPropertyOf), term)),
        (marked("Kinds of it"), _expressions(reader, graph.subjects(term, RDFS.subPropertyOf), term)),
        (marked("Inverse of"), _expressions(reader, inverse, term)),
        (
            marked("Follows from"),
            [
                joined(reader, graph.members(c), f" {gettext('then')} ")
                for c in graph.nodes(term, OWL.propertyChainAxiom)
            ],
        ),
    ]
    return [(name, found) for name, found in rows if found]


def _expressions(reader: ViewContext, nodes: Iterable[Node], own: NamedNode) -> list[Pieces]:
    found = [expression(reader, node) for node in list(nodes)[:_AXIOMS_SHOWN] if node != own]
    return sorted((pieces for pieces in found if pieces), key=said)


def is_deprecated(reader: ViewContext, term: NamedNode) -> bool:
    """Say whether a term is said to be deprecated."""
    return reader.graph.text(term, OWL.deprecated) in ("true", "1")


def _found_ends(reader: ViewContext, term: NamedNode) -> list[tuple[str, str, list[Ref]]]:
    """Return what shapes, or else the uses of a property, tell of ends that are not declared."""
    graph = reader.graph
    declared = (graph.nodes(term, RDFS.domain), graph.nodes(term, RDFS.range))
    paths = graph.subjects(term, SH.path)
    owners = [owner for path in paths for owner in (path, *graph.subjects(path, SH.property))]
    by_shape = (
        [cls for owner in owners for cls in graph.nodes(owner, SH.targetClass)],
        [value for path in paths for value in graph.nodes(path, SH["class"], SH.datatype)],
    )
    rows = graph.lookup.uses(term.value, limit=_USES_LOOKED_AT).rows if not all(declared) else ()
    by_use = (
        [cls for row in rows for cls in _kinds(reader, row.subject)],
        [cls for row in rows for cls in _kinds(reader, row.object)],
    )
    found = []
    for name, stated, shaped, used in zip(("Of", "Value"), declared, by_shape, by_use, strict=True):
        if not stated and (shaped or used):
            chosen = reader.refs(shaped or [cls for cls, _ in Counter(used).most_common(_EXAMPLES)])
            found.append((name, marked("by its shapes") if shaped else marked("as it is used"), chosen))
    return found


def _kinds(reader: ViewContext, term: object) -> list[NamedNode]:
    if isinstance(term, Literal):
        return [term.datatype]
    return [reader.node(ref) for ref in reader.kinds(term)[:1]] if isinstance(term, NamedNode | BlankNode) else []


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
