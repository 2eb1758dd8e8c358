"""The screened engine: pyshacl's report, but pyshacl looks only at the focus nodes that can fail."""

# ruff: noqa: S608 - the pieces of SQL are numbers and names made here

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyshacl.constraints.core.shape_based_constraints import PropertyConstraintComponent
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shape import Shape
from rdflib import URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from ckg.model.staged import StagedGraph
from ckg.validate import reference
from ckg.validate.lazy_store import LazyStore
from ckg.validate.path_sql import NotScreened
from ckg.validate.rdflib_graphs import from_rdflib, to_rdflib
from ckg.validate.report import PlanEntry, ValidationResult
from ckg.validate.results import rows
from ckg.validate.screen import Screen, components
from ckg.validate.shapes_graph import Shapes
from ckg.validate.terms import parse_terms
from ckg.validate.triple_table import CannotEncode, TripleTable, encoded


def run(
    shapes: Shapes, data: Sequence[StagedGraph], prefixes: Sequence[tuple[str, str]]
) -> tuple[list[ValidationResult], list[PlanEntry]]:
    """Validate the union of the graphs: screen in SQL, judge with pyshacl what remains."""
    try:
        with encoded(data) as table:
            return _Run(shapes, table, prefixes).everything()
    except CannotEncode as reason:
        found, _ = reference.run(shapes, data, prefixes)
        return found, [PlanEntry(shape="(all)", constraint="(all)", way="pyshacl", why=str(reason))]


class _Run:
    def __init__(self, shapes: Shapes, table: TripleTable, prefixes: Sequence[tuple[str, str]]) -> None:
        self._shapes = shapes
        self._table = table
        self._store = LazyStore(table)
        for prefix, namespace in prefixes:
            self._store.graph.bind(prefix, namespace, override=True, replace=True)
        self._target = DataGraph.from_rdflib(self._store.graph)
        terms = {term for triple in shapes.graph for term in triple} | {RDF.type, RDFS.subClassOf, RDFS.Resource}
        self._ids = table.ids(sorted(str(from_rdflib(term)) for term in terms))
        self._screen = Screen(table, shapes, self._ids.__getitem__)
        self._plan: list[PlanEntry] = []

    def everything(self) -> tuple[list[ValidationResult], list[PlanEntry]]:
        """Judge every shape that has targets; the plan is in the order of shapes."""
        jobs = [job for shape in self._shapes.all for job in self._jobs(shape)]
        if jobs:
            everywhere = " UNION ".join(f"SELECT n FROM {nodes}" for _, nodes in jobs)
            self._store.fetch(self._table.table(everywhere), steps=2)
        reports = []
        for shape, nodes in jobs:
            found = self._table.rows(f"SELECT text FROM term WHERE id IN (SELECT n FROM {nodes})")
            focus = [to_rdflib(term) for term in parse_terms(str(text) for (text,) in found)]
            if focus:
                with self._shapes.faults_named(shape):
                    reports.extend(shape.validate(self._shapes.executor(), self._target, focus=focus)[1])
        return rows(self._shapes, reports), self._plan

    def _jobs(self, shape: Shape) -> Iterator[tuple[Shape, str]]:
        """Yield what pyshacl has to look at: a shape, or a property shape of it, and a table of focus nodes."""
        targets = self._targets(shape)
        if targets is None:
            return
        nodes = self._table.table(targets)
        count = self._table.number(f"SELECT count(*) FROM {nodes}")
        if shape.deactivated or not count:
            why = "deactivated" if shape.deactivated else "no focus nodes"
            self._plan.append(PlanEntry(self._shapes.name(shape.node), "(all)", "screened", why, count, 0))
            return
        try:
            parts = components(shape)
            inner = [part for part in parts if isinstance(part, PropertyConstraintComponent)]
            properties = [] if shape.is_property_shape else self._property_shapes(shape, inner)
        except NotScreened as reason:
            self._note(shape, shape, str(reason), count, count)
            yield shape, nodes
            return
        own = [part for part in parts if shape.is_property_shape or part not in inner]
        suspects = "SELECT 0::UBIGINT AS n WHERE FALSE"
        if own:
            try:
                suspects = f"SELECT n FROM {self._screen.judge(shape, nodes, own)}"
                candidates = self._table.number(f"SELECT count(*) FROM ({suspects})")
                self._note(shape, shape, "", count, candidates)
            except NotScreened as reason:
                self._note(shape, shape, str(reason), count, count)
                yield shape, nodes
                return
        taken = self._table.table(suspects)
        yield shape, taken
        for other in properties:
            yield other, self._of_property(shape, other, nodes, taken, count)

    def _of_property(self, shape: Shape, other: Shape, nodes: str, taken: str, count: int) -> str:
        """Return the focus nodes at which a property shape is to be judged: `taken` are judged by the whole shape."""
        try:
            suspects = self._screen.suspects(other, nodes)
            self._note(shape, other, "", count, self._table.number(f"SELECT count(*) FROM {suspects}"))
        except NotScreened as reason:
            self._note(shape, other, str(reason), count, count)
            suspects = nodes
        return self._table.table(f"SELECT n FROM {suspects} WHERE n NOT IN (SELECT n FROM {taken})")

    def _property_shapes(self, shape: Shape, parts: Sequence[PropertyConstraintComponent]) -> list[Shape]:
        nodes: dict[Node, None] = {node: None for part in parts for node in part.property_shapes}
        found = [self._screen.other(shape, node) for node in nodes]
        if not all(other.is_property_shape for other in found):
            raise NotScreened("sh:property of what is no property shape")
        return sorted(found, key=lambda other: str(other.node))

    def _note(self, shape: Shape, part: Shape, why: str, count: int, candidates: int) -> None:
        name = self._shapes.name(shape.node)
        inner = "(itself)" if part is shape else str(from_rdflib(part.node)).strip("<>")
        self._plan.append(PlanEntry(name, inner, "pyshacl" if why else "screened", why, count, candidates))

    def _targets(self, shape: Shape) -> str | None:
        """Return the focus nodes (SHACL section 2.1.3) as a SELECT of n, or None where a shape has no targets."""
        nodes, classes, implicit, objects_of, subjects_of = (list(some) for some in shape.target())
        selects = [f"SELECT {self._id(node)}::UBIGINT AS n" for node in nodes]
        selects += [
            f"SELECT n FROM {self._screen.instances(str(from_rdflib(node)))}"
            for node in dict.fromkeys([*classes, *implicit])
        ]
        for column, predicates in (("o", objects_of), ("s", subjects_of)):
            selects += [
                f"SELECT {column} AS n FROM triple WHERE p = {self._id(predicate)}"
                for predicate in predicates
                if isinstance(predicate, URIRef)
            ]
        return " UNION ".join(selects) or None

    def _id(self, node: Node) -> int:
        return self._ids[str(from_rdflib(node))]
