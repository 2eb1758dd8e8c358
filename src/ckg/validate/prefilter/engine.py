"""The screened engine: pyshacl's report, but pyshacl looks only at the focus nodes that can fail."""

# ruff: noqa: S608 - the pieces of SQL are numbers and names made here

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pyshacl.constraints.core.shape_based_constraints import PropertyConstraintComponent
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shape import Shape
from rdflib import Literal
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import IdentifiedNode, Node

from ckg.model.staged import StagedGraph
from ckg.validate import pyshacl_reference, sparql_targets
from ckg.validate.prefilter.compiler import Prefilter, components
from ckg.validate.prefilter.lazy_store import LazyStore
from ckg.validate.prefilter.parsed_terms import parse_terms
from ckg.validate.prefilter.path_sql import NotPrefiltered
from ckg.validate.prefilter.triple_table import CannotEncode, TripleTable, encoded
from ckg.validate.pyshacl_results import rows
from ckg.validate.rdflib_graphs import bound_namespaces, from_rdflib, to_rdflib
from ckg.validate.report import EngineOutcome, PlanEntry
from ckg.validate.shapes_graph import Shapes


def run(
    shapes: Shapes, data: Sequence[StagedGraph], prefixes: Sequence[tuple[str, str]], threads: int | None = None
) -> EngineOutcome:
    """Validate the union of the graphs: screen in SQL (with some threads, or all), judge with pyshacl what remains."""
    try:
        with encoded(data, threads=threads) as table:
            return _Run(shapes, table, prefixes).everything()
    except CannotEncode as reason:
        found = pyshacl_reference.run(shapes, data, prefixes)
        return replace(found, plan=[PlanEntry(shape="(all)", constraint="(all)", way="pyshacl", why=str(reason))])


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
        self._screen = Prefilter(table, shapes, self._ids.__getitem__, bound_namespaces(self._store.graph))
        self._notes: list[tuple[PlanEntry, str]] = []
        self._jobs: list[tuple[Shape, str]] = []

    def everything(self) -> EngineOutcome:
        """Judge every shape that has targets; the plan is in the order of shapes."""
        found = {shape: self._targets(shape) for shape in self._shapes.all}
        targets = {shape: " UNION ".join(each.values()) for shape, each in found.items() if each}
        tables = {select: self._table.table(select) for select in dict.fromkeys(targets.values())}
        sizes = self._counted(list(tables.values()))
        for shape, select in targets.items():
            with self._shapes.faults_named(shape):
                self._plan_for(shape, tables[select], sizes[tables[select]])
        reports = []
        for shape, focus in self._focus_nodes():
            with self._shapes.faults_named(shape):
                reports.extend(shape.validate(self._shapes.executor(), self._target, focus=focus)[1])
        return EngineOutcome(rows(self._shapes, reports), self._entries(), self._without_nodes(found))

    def _focus_nodes(self) -> Iterator[tuple[Shape, list[IdentifiedNode | Literal]]]:
        """Yield each shape with the focus nodes it is to be judged at, after fetching what they look at in bulk."""
        if not self._jobs:
            return
        selects = [f"SELECT {number} AS job, n FROM ({nodes})" for number, (_, nodes) in enumerate(self._jobs)]
        wanted = self._table.table(" UNION ALL ".join(selects))
        found: dict[int, list[str]] = {}
        for job, text in self._table.rows(f"SELECT job, text FROM {wanted} JOIN term ON id = n"):
            found.setdefault(int(str(job)), []).append(str(text))
        if found:
            self._store.fetch(self._table.table(f"SELECT DISTINCT n FROM {wanted}"), steps=2)
        for number, (shape, _) in enumerate(self._jobs):
            if texts := found.get(number):
                yield shape, [to_rdflib(term) for term in parse_terms(texts)]

    def _plan_for(self, shape: Shape, nodes: str, count: int) -> None:
        """Say what pyshacl has to look at: the shape, or property shapes of it, each with a table of focus nodes."""
        if shape.deactivated or not count:
            why = "deactivated" if shape.deactivated else "no focus nodes"
            self._notes.append((PlanEntry(self._shapes.name(shape.node), "(all)", "screened", why, count, 0), ""))
            return
        try:
            parts = components(shape)
            inner = [part for part in parts if isinstance(part, PropertyConstraintComponent)]
            properties = [] if shape.is_property_shape else self._property_shapes(shape, inner)
            own = parts if shape.is_property_shape else [part for part in parts if part not in inner]
            taken = self._screen.evaluate(shape, nodes, own) if own else None
        except NotPrefiltered as reason:
            self._note(shape, shape, str(reason), count, nodes)
            self._jobs.append((shape, f"SELECT n FROM {nodes}"))
            return
        if taken:
            self._note(shape, shape, "", count, taken)
            self._jobs.append((shape, f"SELECT n FROM {taken}"))
        for other in properties:
            try:
                candidates, why = self._screen.candidates(other, nodes), ""
            except NotPrefiltered as reason:
                candidates, why = nodes, str(reason)
            self._note(shape, other, why, count, candidates)
            # what the whole shape is judged at is judged at its property shapes as well
            rest = f" WHERE n NOT IN (SELECT n FROM {taken})" if taken else ""
            self._jobs.append((other, f"SELECT n FROM {candidates}{rest}"))

    def _property_shapes(self, shape: Shape, parts: Sequence[PropertyConstraintComponent]) -> list[Shape]:
        nodes: dict[Node, None] = {node: None for part in parts for node in part.property_shapes}
        found = [self._screen.other(shape, node) for node in nodes]
        if not all(other.is_property_shape for other in found):
            raise NotPrefiltered("sh:property of what is no property shape")
        return sorted(found, key=lambda other: str(other.node))

    def _note(self, shape: Shape, part: Shape, why: str, count: int, candidates: str) -> None:
        name = self._shapes.name(shape.node)
        inner = "(itself)" if part is shape else str(from_rdflib(part.node)).strip("<>")
        self._notes.append((PlanEntry(name, inner, "pyshacl" if why else "screened", why, count), candidates))

    def _entries(self) -> list[PlanEntry]:
        sizes = self._counted([table for _, table in self._notes if table])
        return [replace(entry, candidates=sizes[table]) if table else entry for entry, table in self._notes]

    def _counted(self, tables: Sequence[str]) -> dict[str, int]:
        """Return the number of rows of each table, by one query."""
        if not tables:
            return {}
        counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in dict.fromkeys(tables))
        return {str(name): int(str(count)) for name, count in self._table.rows(counts)}

    def _targets(self, shape: Shape) -> dict[tuple[Node, Node], str]:
        """Return, for each target of a shape (SHACL section 2.1.3), its focus nodes as a SELECT of n."""
        selects = {}
        for predicate, value in self._shapes.targets(shape):
            if predicate == SH.targetNode:
                select = f"SELECT {self._id(value)}::UBIGINT AS n"
            elif predicate == SH.target:
                with self._shapes.faults_named(shape):
                    nodes = list(sparql_targets.focus_nodes(shape, value, self._store.graph))
                select = f"SELECT n FROM {self._table.of_terms(str(from_rdflib(node)) for node in nodes)}"
            elif predicate in (SH.targetSubjectsOf, SH.targetObjectsOf):
                column = "s" if predicate == SH.targetSubjectsOf else "o"
                select = f"SELECT {column} AS n FROM triple WHERE p = {self._id(value)}"
            else:
                select = f"SELECT n FROM {self._screen.instances(str(from_rdflib(value)))}"
            selects[predicate, value] = select
        return selects

    def _without_nodes(self, targets: Mapping[Shape, Mapping[tuple[Node, Node], str]]) -> list[tuple[Node, Node, Node]]:
        """Return the targets that fit no node of the data; a node is in the data where a triple has it."""
        rows = []
        for shape, each in targets.items():
            for (predicate, value), select in each.items():
                if shape.deactivated:
                    continue
                there = select
                if predicate == SH.targetNode:
                    there = f"SELECT 1 FROM triple WHERE {self._id(value)} IN (s, o)"
                rows.append(((shape.node, predicate, value), there))
        if not rows:
            return []
        columns = ", ".join(f"EXISTS ({select})" for _, select in rows)
        (found,) = self._table.rows(f"SELECT {columns}")
        return [target for (target, _), there in zip(rows, found, strict=True) if not there]

    def _id(self, node: Node) -> int:
        return self._ids[str(from_rdflib(node))]
