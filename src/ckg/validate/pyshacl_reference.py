"""The reference engine: pyshacl over everything, as it comes."""

from __future__ import annotations

from collections.abc import Sequence

from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph

from ckg.model.staged import StagedGraph
from ckg.validate.pyshacl_results import rows
from ckg.validate.rdflib_graphs import load
from ckg.validate.report import PlanEntry, ValidationResult
from ckg.validate.shapes_graph import Shapes


def run(
    shapes: Shapes, data: Sequence[StagedGraph], prefixes: Sequence[tuple[str, str]], _threads: int | None = None
) -> tuple[list[ValidationResult], list[PlanEntry]]:
    """Validate the union of the graphs against every shape."""
    return validate_graph(shapes, load((graph.path for graph in data), prefixes)), []


def validate_graph(shapes: Shapes, graph: Graph) -> list[ValidationResult]:
    """Validate one rdflib graph against every shape that has targets."""
    target = DataGraph.from_rdflib(graph)
    executor = shapes.executor()
    reports = []
    for shape in shapes.all:
        with shapes.faults_named(shape):
            reports.extend(shape.validate(executor, target)[1])
    return rows(shapes, reports)
