"""The reference engine: pyshacl over everything, as it comes."""

from __future__ import annotations

from collections.abc import Sequence

from pyshacl.graph_abstraction import DataGraph
from rdflib import RDF, RDFS, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.model.staged import StagedGraph
from ckg.validate import sparql_targets
from ckg.validate.pyshacl_results import rows
from ckg.validate.rdflib_graphs import load
from ckg.validate.report import EngineOutcome, ValidationResult
from ckg.validate.shapes_graph import Shapes


def run(
    shapes: Shapes, data: Sequence[StagedGraph], prefixes: Sequence[tuple[str, str]], _threads: int | None = None
) -> EngineOutcome:
    """Validate the union of the graphs against every shape."""
    graph = load((graph.path for graph in data), prefixes)
    return EngineOutcome(validate_graph(shapes, graph), [], _without_nodes(shapes, graph))


def validate_graph(shapes: Shapes, graph: Graph) -> list[ValidationResult]:
    """Validate one rdflib graph against every shape that has targets."""
    target = DataGraph.from_rdflib(graph)
    executor = shapes.executor()
    reports = []
    for shape in shapes.all:
        with shapes.faults_named(shape):
            found = shape.focus_nodes(target)
            for predicate, value in shapes.targets(shape):
                if predicate == SH.target:
                    found.update(sparql_targets.focus_nodes(shape, value, graph))
            if found:
                reports.extend(shape.validate(executor, target, focus=list(found))[1])
    return rows(shapes, reports)


def _without_nodes(shapes: Shapes, graph: Graph) -> list[tuple[Node, Node, Node]]:
    found = []
    for shape in shapes.all:
        if shape.deactivated:
            continue
        for predicate, value in shapes.targets(shape):
            if predicate == SH.targetNode:
                there = (value, None, None) in graph or (None, None, value) in graph
            elif predicate in (SH.targetSubjectsOf, SH.targetObjectsOf):
                there = (None, value, None) in graph
            elif predicate == SH.target:
                there = any(True for _ in sparql_targets.focus_nodes(shape, value, graph))
            else:
                classes = graph.transitive_subjects(RDFS.subClassOf, value)
                there = any((None, RDF.type, kind) in graph for kind in classes)
            if not there:
                found.append((shape.node, predicate, value))
    return found
