"""What of a shapes graph is not evaluated, so that a gate does not pass in silence what it does not understand."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import NamedTuple

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.model.vocabulary import SH_NS
from ckg.validate import shacl_terms, sparql_targets
from ckg.validate.shapes_graph import nearest_named


class Unevaluated(NamedTuple):
    """Something that is not evaluated: `shape` is the IRI of the named shape around it, `term` what it is about."""

    shape: str
    term: str
    message: str


def find(shapes: Graph, ontology: Graph) -> list[Unevaluated]:
    """Return what of the shapes says nothing to the engines, by shape and term; targets without nodes are not here."""
    review = _Review(shapes, ontology)
    found = {*review.terms(), *review.parameters(), *review.unreached(), *review.undefined(), *review.elsewhere()}
    return sorted(found)


def drop_without_effect(shapes: Graph) -> None:
    """Take parameters out that declare no constraint, being alone; pyshacl refuses shapes that have them."""
    for local, others in shacl_terms.ONLY_BESIDE.items():
        for node in set(shapes.subjects(SH[local])):
            if not any((node, SH[other], None) in shapes for other in others):
                shapes.remove((node, SH[local], None))


def without_nodes(shapes: Graph, shape: Node, predicate: Node, value: Node) -> Unevaluated:
    """Return the row for a target that fits no node of the data."""
    name, term = nearest_named(shapes, shape), str(value)
    how = f"sh:{str(predicate).removeprefix(SH_NS)}" if predicate != RDF.type else "the class"
    written = "" if isinstance(value, BNode) else f" {_shown(value)}"
    return Unevaluated(name, term, f"{_shape(name)} has a target that fits nothing in the data: {how}{written}")


class _Review:
    def __init__(self, shapes: Graph, ontology: Graph) -> None:
        self._graph = shapes
        self._ontology = ontology

    def terms(self) -> Iterator[Unevaluated]:
        """Yield terms in SHACL's namespace that are none, or that are not evaluated."""
        for subject, predicate, value in self._graph:
            for term in (predicate, value):
                if not isinstance(term, URIRef):
                    continue
                name = nearest_named(self._graph, subject)
                if why := self._of_term(term, as_object=term is value and predicate != RDF.type):
                    yield Unevaluated(name, str(term), f"{_shape(name)} has {_shown(term)}, which is {why}")

    @staticmethod
    def _of_term(term: URIRef, *, as_object: bool) -> str | None:
        for namespace in shacl_terms.MISSPELT_NAMESPACES:
            if term.startswith(namespace) and len(term) > len(namespace):
                return f"not in the namespace of SHACL, {SH_NS}, and is not evaluated"
        if not term.startswith(SH_NS) or term == URIRef(SH_NS):
            return None
        local = term.removeprefix(SH_NS)
        if local in shacl_terms.EVALUATED:
            return None
        if local in shacl_terms.NOT_EVALUATED:
            return None if as_object else f"a term of {shacl_terms.NOT_EVALUATED[local]}, and is not evaluated"
        if as_object and "-" in local:  # the parameters of SHACL's own components, such as sh:in's sh:In…-in
            return None
        near = difflib.get_close_matches(local, shacl_terms.EVALUATED, 1) or [
            name for name in sorted(shacl_terms.EVALUATED) if name.lower() == local.lower()
        ]
        return "no term of SHACL" + (f"; perhaps sh:{near[0]} is meant" if near else "")

    def parameters(self) -> Iterator[Unevaluated]:
        """Yield parameters that have no effect: without the one they go with, or with a value of another kind."""
        graph = self._graph
        for local, others in shacl_terms.ONLY_BESIDE.items():
            for node in set(graph.subjects(SH[local])):
                if not any((node, SH[other], None) in graph for other in others):
                    needed = " or ".join(f"sh:{other}" for other in others)
                    yield self._row(node, local, f"sh:{local} without {needed}, which has no effect")
        for local in sorted(shacl_terms.LISTS):
            for node, value in graph.subject_objects(SH[local]):
                if not self._is_list(value):
                    yield self._row(node, local, f"sh:{local} with a value that is no list, where a list is asked for")
        for local in sorted(shacl_terms.BOOLEANS):
            for node, value in graph.subject_objects(SH[local]):
                if not (isinstance(value, Literal) and value.datatype == XSD.boolean and isinstance(value.value, bool)):
                    yield self._row(node, local, f"sh:{local} with {value.n3()}, where true or false is asked for")
        for node in set(graph.subjects(SH.qualifiedValueShape)):
            if (node, SH.path, None) not in graph:
                yield self._row(
                    node, "qualifiedValueShape", "sh:qualifiedValueShape without sh:path, which says nothing"
                )

    def _row(self, node: Node, local: str, what: str) -> Unevaluated:
        name = nearest_named(self._graph, node)
        return Unevaluated(name, SH_NS + local, f"{_shape(name)} has {what}")

    def _is_list(self, head: Node) -> bool:
        seen: set[Node] = set()
        while head != RDF.nil:
            rest = list(self._graph.objects(head, RDF.rest))
            if head in seen or len(rest) != 1 or len(list(self._graph.objects(head, RDF.first))) != 1:
                return False
            seen.add(head)
            head = rest[0]
        return True

    def unreached(self) -> Iterator[Unevaluated]:
        """Yield shapes that no target leads to: they are evaluated nowhere."""
        graph = self._graph
        shapes = {node for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)}
        shapes |= {node for local in shacl_terms.CONSTRAINTS for node in graph.subjects(SH[local])}
        shapes |= {node for local in shacl_terms.TARGETS for node in graph.subjects(SH[local])}
        shapes -= set(graph.objects(None, SH.parameter)) | set(graph.subjects(RDF.type, SH.Parameter))
        shapes = {node for node in shapes if not self._is_deactivated(node)}
        left = shapes - self._below({node for node in shapes if self._has_target(node)})
        while left:
            inside = {inner for node in left for inner in self._inside(node) if inner != node}
            tops = sorted(left - inside, key=str) or [min(left, key=str)]
            for top in tops:
                name = nearest_named(graph, top)
                hint = ""
                if (top, RDF.type, OWL.Class) in graph:
                    hint = "; a class of its own has to be an rdfs:Class in the shapes, as SHACL 2.1.3.3 has it"
                yield Unevaluated(
                    name,
                    str(top) if isinstance(top, URIRef) else name,
                    (f"{_shape(name)} has no target, and nothing that has one refers to it: it is not evaluated{hint}"),
                )
            left -= self._below(set(tops))

    def _is_deactivated(self, node: Node) -> bool:
        return any(
            isinstance(value, Literal) and value.value is True for value in self._graph.objects(node, SH.deactivated)
        )

    def _has_target(self, node: Node) -> bool:
        if any((node, SH[local], None) in self._graph for local in shacl_terms.TARGETS):
            return True
        classes = {RDFS.Class, *self._graph.subjects(RDFS.subClassOf, RDFS.Class)}
        return any(kind in classes for kind in self._graph.objects(node, RDF.type))

    def _below(self, front: set[Node]) -> set[Node]:
        seen: set[Node] = set()
        while front:
            seen |= front
            front = {inner for node in front for inner in self._inside(node)} - seen
        return seen

    def _inside(self, node: Node) -> Iterator[Node]:
        for local in sorted(shacl_terms.SHAPE_VALUED):
            yield from self._graph.objects(node, SH[local])
        for local in sorted(shacl_terms.LISTS_OF_SHAPES):
            for head in self._graph.objects(node, SH[local]):
                if self._is_list(head):
                    yield from self._graph.items(head)

    def undefined(self) -> Iterator[Unevaluated]:
        """Yield references to shapes of which nothing is said: everything conforms to them."""
        graph = self._graph
        for node in set(graph.subjects()):
            for inner in self._inside(node):
                if isinstance(inner, URIRef) and (inner, None, None) not in graph:
                    name = nearest_named(graph, node)
                    yield Unevaluated(
                        name, str(inner), f"{_shape(name)} refers to {_shown(inner)}, and no file says anything of it"
                    )
        for node, target in graph.subject_objects(SH.target):
            if not sparql_targets.is_evaluated(graph, target):
                name = nearest_named(graph, node)
                yield Unevaluated(
                    name, f"{SH_NS}target", f"{_shape(name)} has sh:target of a kind that is not evaluated"
                )

    def elsewhere(self) -> Iterator[Unevaluated]:
        """Yield shapes that are not in the shapes graph: in the ontology, or imported."""
        for kind in (SH.NodeShape, SH.PropertyShape):
            for node in self._ontology.subjects(RDF.type, kind):
                if (node, None, None) not in self._graph:
                    name = nearest_named(self._ontology, node)
                    yield Unevaluated(name, name, f"{_shape(name)} is in the ontology, where no shapes are looked for")
        known = {node for graph in (self._graph, self._ontology) for node in graph.subjects(RDF.type, OWL.Ontology)}
        for subject, imported in self._graph.subject_objects(OWL.imports):
            if imported not in known:
                yield Unevaluated(
                    str(subject), str(imported), f"the shapes import {_shown(imported)}, and nothing is imported"
                )


def _shown(term: Node) -> str:
    text = str(term)
    return (
        f"sh:{text.removeprefix(SH_NS)}"
        if text.startswith(SH_NS)
        else term.n3()
        if isinstance(term, Literal)
        else f"<{text}>"
    )


def _shape(name: str) -> str:
    return "an unnamed shape" if name.startswith("_:") else f"the shape <{name}>"
