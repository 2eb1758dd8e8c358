"""Screening the constraints that hold values against other shapes."""

# ruff: noqa: S608 - the pieces of SQL are numbers, names made here, and quoted text

from __future__ import annotations

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    NotConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)
from pyshacl.constraints.core.shape_based_constraints import (
    NodeConstraintComponent,
    PropertyConstraintComponent,
    QualifiedValueShapeConstraintComponent,
)
from pyshacl.shape import Shape
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.validate.path_sql import NotScreened
from ckg.validate.screening import Screening, Values


def select(screen: Screening, values: Values, part: ConstraintComponent) -> str | None:  # noqa: PLR0911
    """Return a SELECT of suspects (n, sure), or None where the constraint is of another sort."""
    match part:
        case PropertyConstraintComponent():
            return _all_of(screen, values, part.property_shapes, property_shapes=True)
        case NodeConstraintComponent():
            return _all_of(screen, values, part.node_shapes, property_shapes=False)
        case NotConstraintComponent():
            return " UNION ALL ".join(_none_of(screen, values, node) for node in part.not_list)
        case AndConstraintComponent():
            return " UNION ALL ".join(_all_of(screen, values, _each(screen, head)) for head in part.and_list)
        case OrConstraintComponent():
            return " UNION ALL ".join(_some_of(screen, values, _each(screen, head)) for head in part.or_list)
        case XoneConstraintComponent():
            return " UNION ALL ".join(_one_of(screen, values, _members(screen, head)) for head in part.xone_nodes)
        case QualifiedValueShapeConstraintComponent():
            return " UNION ALL ".join(_qualified(screen, values, part, node) for node in part.value_shapes)
    return None


def _members(screen: Screening, head: Node) -> list[Node]:
    try:
        members = sorted(screen.shapes.graph.items(head), key=str)
    except ValueError as error:
        raise NotScreened("a list that is not well formed") from error
    if not members:
        raise NotScreened("an empty list")
    return members


def _each(screen: Screening, head: Node) -> list[Node]:
    """Return the members once each: pyshacl counts a shape listed twice for sh:xone only."""
    return list(dict.fromkeys(_members(screen, head)))


def _suspects(screen: Screening, values: Values, node: Node) -> str:
    return screen.suspects(screen.other(values.shape, node), _distinct(screen, values))


def _distinct(screen: Screening, values: Values) -> str:
    """Return the table of the values, each once, as nodes to be judged."""
    if not values.shape.is_property_shape:
        return values.nodes
    return screen.table.step(f"SELECT DISTINCT v AS n FROM {values.pairs}")


def _all_of(screen: Screening, values: Values, nodes: list[Node], *, property_shapes: bool | None = None) -> str:
    selects = []
    for node in nodes:
        other = screen.other(values.shape, node)
        if property_shapes is not None and bool(other.is_property_shape) is not property_shapes:
            raise NotScreened("a shape of the wrong sort")
        failing = _suspects(screen, values, node)
        selects.append(f"SELECT f AS n, sure FROM {values.pairs} JOIN {failing} ON n = v")
    return " UNION ALL ".join(selects)


def _none_of(screen: Screening, values: Values, node: Node) -> str:
    """sh:not: who conforms for sure fails for sure; who may fail may conform."""
    failing = _suspects(screen, values, node)
    return (
        f"SELECT f AS n, sure IS NULL AS sure FROM {values.pairs} LEFT JOIN {failing} ON n = v"
        " WHERE sure IS DISTINCT FROM TRUE"
    )


def _some_of(screen: Screening, values: Values, nodes: list[Node]) -> str:
    """sh:or: suspect where every member is."""
    failing = " UNION ALL ".join(f"SELECT n, sure FROM {_suspects(screen, values, node)}" for node in nodes)
    suspects = f"SELECT n, bool_and(sure) AS sure FROM ({failing}) GROUP BY n HAVING count(*) = {len(nodes)}"
    return f"SELECT f AS n, sure FROM {values.pairs} JOIN ({suspects}) ON n = v"


def _one_of(screen: Screening, values: Values, nodes: list[Node]) -> str:
    """sh:xone: a node passes for sure where one member conforms and all others fail for sure."""
    failing = " UNION ALL ".join(f"SELECT n, sure FROM {_suspects(screen, values, node)}" for node in nodes)
    counted = f"SELECT n, count(*) AS suspect, count_if(sure) AS failed FROM ({failing}) GROUP BY n"
    conform, may = f"({len(nodes)} - suspect)", "(suspect - failed)"
    return (
        f"SELECT f AS n, {conform} > 1 OR ({conform} = 0 AND {may} = 0) AS sure FROM (SELECT f,"
        " coalesce(suspect, 0) AS suspect, coalesce(failed, 0) AS failed"
        f" FROM {values.pairs} LEFT JOIN ({counted}) ON n = v) WHERE NOT ({conform} = 1 AND {may} = 0)"
    )


def _qualified(screen: Screening, values: Values, part: QualifiedValueShapeConstraintComponent, node: Node) -> str:
    """sh:qualifiedValueShape (SHACL 4.7.3): too few may conform, or too many."""
    failing = _suspects(screen, values, node)
    joined = (
        "SELECT f, v, CASE WHEN q.n IS NULL THEN 1 ELSE 0 END AS surely, CASE WHEN q.sure THEN 0 ELSE 1 END AS maybe"
        f" FROM {values.pairs} LEFT JOIN {failing} q ON q.n = v"
    )
    for sibling in _siblings(values.shape, node) if part.is_disjoint else []:
        others = _suspects(screen, values, sibling)
        joined = (
            "SELECT f, v, CASE WHEN d.sure THEN surely ELSE 0 END AS surely,"
            f" CASE WHEN d.n IS NULL THEN 0 ELSE maybe END AS maybe FROM ({joined}) LEFT JOIN {others} d ON d.n = v"
        )
    counted = (
        "SELECT n, coalesce(sum(surely), 0) AS surely, coalesce(sum(maybe), 0) AS maybe"
        f" FROM {values.nodes} LEFT JOIN ({joined}) ON f = n GROUP BY n"
    )
    suspect, sure = [], []
    if part.min_count is not None:
        suspect.append(f"surely < {part.min_count}")
        sure.append(f"maybe < {part.min_count}")
    if part.max_count is not None:
        suspect.append(f"maybe > {part.max_count}")
        sure.append(f"surely > {part.max_count}")
    return f"SELECT n, {' OR '.join(sure)} AS sure FROM ({counted}) WHERE {' OR '.join(suspect)}"


def _siblings(shape: Shape, node: Node) -> list[Node]:
    graph = shape.sg.graph
    beside = (p for parent in graph.subjects(SH.property, shape.node) for p in graph.objects(parent, SH.property))
    found = {value for other in beside for value in graph.objects(other, SH.qualifiedValueShape)}
    return sorted(found - {node}, key=str)
