"""The shapes graph as pyshacl reads it, with its faults told by the name of the shape."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from pyshacl.errors import ReportableRuntimeError
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shape import Shape
from pyshacl.shapes_graph import ShapesGraph
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.errors import ProjectError

MAX_DEPTH = 15
"""How many shapes deep pyshacl follows `sh:node` and the like; its own default."""

_NO_FAULTS_OF_SHAPES = (MemoryError, OSError, duckdb.Error)


class Shapes:
    """The shapes of a shapes graph, made once.

    Raises ProjectError, naming the shape, where the graph holds something that is no SHACL shape.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.loaded = ShapesGraph(graph, False, _quiet_logger())
        try:
            self.all: list[Shape] = sorted(self.loaded.shapes, key=lambda shape: str(shape.node))
        except ReportableRuntimeError as fault:
            raise _fault(self._culprit(), fault) from fault

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
        seen: set[Node] = set()
        front = [node]
        while front:
            named = sorted(str(other) for other in front if isinstance(other, URIRef))
            if named:
                return named[0]
            seen.update(front)
            front = [s for other in front for s in self.graph.subjects(None, other) if s not in seen]
        return f"_:{node}"

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


def _copy(source: Graph, node: Node, target: Graph) -> None:
    for predicate, value in source.predicate_objects(node):
        if (node, predicate, value) not in target:
            target.add((node, predicate, value))
            if isinstance(value, BNode):
                _copy(source, value, target)


def _fault(name: str, fault: Exception) -> ProjectError:
    first_line = str(fault).strip().splitlines()[0] if str(fault).strip() else type(fault).__name__
    shown = name if name.startswith("the ") else f"the shape {name}"
    return ProjectError(
        f"{shown} cannot be used: {first_line}",
        hint="Mend the shape in shapes/; where the message names no property, look at its paths and lists.",
    )


def _quiet_logger() -> logging.Logger:
    log = logging.getLogger("ckg.validate.pyshacl")
    log.propagate = False
    log.setLevel(logging.CRITICAL)
    return log
