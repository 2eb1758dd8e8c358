"""The shapes graph as pyshacl reads it, with its faults told by the name of the shape."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import duckdb
from pyshacl.errors import ReportableRuntimeError
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib import RDF, BNode, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.errors import ProjectError, UnusableShape

MAX_DEPTH = 15
"""How many shapes deep pyshacl follows `sh:node` and the like; its own default."""

_NO_FAULTS_OF_SHAPES = (MemoryError, OSError, duckdb.Error)


class Shapes:
    """The shapes of a shapes graph, made once.

    Raises ProjectError, naming the shape, where the graph holds something that is no SHACL shape.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._refuse_dangling()
        self.loaded = ShapesGraph(graph, False, _quiet_logger())
        try:
            self.all: list[Shape] = sorted(self.loaded.shapes, key=lambda shape: str(shape.node))
        except ReportableRuntimeError as fault:
            raise _fault(self._culprit(), fault) from fault

    def _refuse_dangling(self) -> None:
        """Refuse `sh:property` that leads to nothing, and entailment (SHACL 3.3), each by the name of its shape."""
        graph, found = self.graph, []
        for node, inner in graph.subject_objects(SH.property):
            if (inner, SH.path, None) not in graph:
                name = nearest_named(graph, node)
                term = inner if isinstance(inner, URIRef) else SH.property
                shown = f"<{inner}>" if isinstance(inner, URIRef) else "a node"
                found.append((name, str(term), f"sh:property leads to {shown}, which has no sh:path"))
        for node, regime in graph.subject_objects(SH.entailment):
            found.append((nearest_named(graph, node), str(regime), f"sh:entailment <{regime}> is not supported"))
        if found:
            rows = sorted(set(found))
            raise UnusableShape(
                "\n".join(f"the shape {name} cannot be used: {why}" for name, _, why in rows),
                iri=rows[0][1],
                hint="Mend the shape in shapes/, or name what is broken in `validate.skip_shapes` of ckg.toml.",
            )

    def executor(self) -> SHACLExecutor:
        """Return the options of a run: no inference, no JavaScript, no advanced features, every result."""
        return SHACLExecutor(max_validation_depth=MAX_DEPTH)

    @contextmanager
    def faults_named(self, shape: Shape) -> Iterator[None]:
        """Turn what pyshacl raises while it evaluates `shape` into a ProjectError that names it."""
        try:
            yield
        except _NO_FAULTS_OF_SHAPES:
            raise
        except Exception as fault:  # pyshacl and rdflib raise anything, `Exception` itself included
            raise _fault(self.name(shape.node), fault) from fault

    def name(self, node: Node) -> str:
        """Return the IRI of the shape, or of the nearest named shape around a blank one."""
        return nearest_named(self.graph, node)

    def targets(self, shape: Shape) -> Iterator[tuple[Node, Node]]:
        """Yield the targets of a shape (SHACL 2.1.3) as predicate and value; `rdf:type` where it is a class itself."""
        for predicate in (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target):
            for value in sorted(self.graph.objects(shape.node, predicate), key=str):
                yield predicate, value
        for implicit in shape.implicit_class_targets():
            yield RDF.type, implicit

    def _culprit(self) -> str:
        """Find the shape that cannot be loaded by loading each on its own."""
        nodes = {node for kind in (SH.NodeShape, SH.PropertyShape) for node in self.graph.subjects(None, kind)}
        nodes.update(s for p in (SH.path, SH.property, SH.node, SH["and"], SH["or"]) for s in self.graph.subjects(p))
        for node in sorted(nodes, key=str):
            alone = Graph(bind_namespaces="none")
            _copy(self.graph, node, alone)
            try:
                _ = ShapesGraph(alone, False, _quiet_logger()).shapes
            except ReportableRuntimeError:
                return self.name(node)
        return "the shapes graph"


def nearest_named(graph: Graph, node: Node) -> str:
    """Return the IRI of a node, or of the nearest node with one that leads to it."""
    seen: set[Node] = set()
    front = [node]
    while front:
        named = sorted(str(other) for other in front if isinstance(other, URIRef))
        if named:
            return named[0]
        seen.update(front)
        front = list({s for other in front for s in graph.subjects(None, other) if s not in seen})
    return f"_:{node}"


def leave_out(graph: Graph, iris: Iterable[str]) -> None:
    """Take shapes out of a shapes graph, and what only they lead to. Raises ProjectError where that cannot be done.

    A shape inside `sh:or` and the like stays: what the shape around it asks for would be another thing without it.
    """
    for iri in iris:
        node = URIRef(iri)
        around = list(graph.subject_predicates(node))
        if not around and (node, None, None) not in graph:
            raise ProjectError(
                f"`validate.skip_shapes` has <{iri}>, and no file in shapes/ names it", hint="Take it out of ckg.toml."
            )
        for subject, predicate in around:
            if predicate not in (SH.property, SH.node):
                raise ProjectError(
                    f"`validate.skip_shapes` has <{iri}>, on which the shape {nearest_named(graph, subject)} depends",
                    hint="Skip that one as well: without a part, it would ask for something else.",
                )
            graph.remove((subject, predicate, node))
        _remove(graph, node)


def _remove(graph: Graph, node: Node) -> None:
    for predicate, value in list(graph.predicate_objects(node)):
        graph.remove((node, predicate, value))
        if isinstance(value, BNode) and (None, None, value) not in graph:
            _remove(graph, value)


def _copy(source: Graph, node: Node, target: Graph) -> None:
    for predicate, value in source.predicate_objects(node):
        if (node, predicate, value) not in target:
            target.add((node, predicate, value))
            if isinstance(value, BNode):
                _copy(source, value, target)


def _fault(name: str, fault: Exception) -> UnusableShape:
    first_line = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
    shown = name if name.startswith("the ") else f"the shape {name}"
    return UnusableShape(
        f"{shown} cannot be used: {first_line}",
        iri=name,
        hint="Mend the shape in shapes/, or name it in `validate.skip_shapes`; where the message names no property, "
        "look at its paths and lists.",
    )


def _quiet_logger() -> logging.Logger:
    log = logging.getLogger("ckg.validate.pyshacl")
    log.propagate = False
    log.setLevel(logging.CRITICAL)
    return log
