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

from ckg.validate.prefilter.context import PrefilterContext, Values
from ckg.validate.prefilter.path_sql import NotPrefiltered


def select(prefilter: PrefilterContext, values: Values, part: ConstraintComponent) -> str | None:  # noqa: PLR0911
    """Return a SELECT of candidates (n, decided), or None where the constraint is of another sort."""
    match part:
        case PropertyConstraintComponent():
            return _all_of(prefilter, values, part.property_shapes, property_shapes=True)
        case NodeConstraintComponent():
            return _all_of(prefilter, values, part.node_shapes, property_shapes=False)
        case NotConstraintComponent():
            return " UNION ALL ".join(_none_of(prefilter, values, node) for node in part.not_list)
        case AndConstraintComponent():
            return " UNION ALL ".join(_all_of(prefilter, values, _each(prefilter, head)) for head in part.and_list)
        case OrConstraintComponent():
            return " UNION ALL ".join(_some_of(prefilter, values, _each(prefilter, head)) for head in part.or_list)
        case XoneConstraintComponent():
            return " UNION ALL ".join(_one_of(prefilter, values, _members(prefilter, head)) for head in part.xone_nodes)
        case QualifiedValueShapeConstraintComponent():
            return " UNION ALL ".join(_qualified(prefilter, values, part, node) for node in part.value_shapes)
    return None


def _members(prefilter: PrefilterContext, head: Node) -> list[Node]:
    try:
        members = sorted(prefilter.shapes.graph.items(head), key=str)
    except ValueError as error:
        raise NotPrefiltered("a list that is not well formed") from error
    if not members:
        raise NotPrefiltered("an empty list")
    return members


def _each(prefilter: PrefilterContext, head: Node) -> list[Node]:
    """Return the members once each: pyshacl counts a shape listed twice for sh:xone only."""
    return list(dict.fromkeys(_members(prefilter, head)))


def _candidates(prefilter: PrefilterContext, values: Values, node: Node) -> str:
    return prefilter.candidates(prefilter.other(values.shape, node), _distinct(prefilter, values))


def _distinct(prefilter: PrefilterContext, values: Values) -> str:
    """Return the table of the values, each once, as nodes to be judged."""
    if not values.shape.is_property_shape:
        return values.nodes
    return prefilter.table.step(f"SELECT DISTINCT v AS n FROM {values.pairs}")


def _all_of(
    prefilter: PrefilterContext, values: Values, nodes: list[Node], *, property_shapes: bool | None = None
) -> str:
    selects = []
    for node in nodes:
        other = prefilter.other(values.shape, node)
        if property_shapes is not None and bool(other.is_property_shape) is not property_shapes:
            raise NotPrefiltered("a shape of the wrong sort")
        failing = _candidates(prefilter, values, node)
        selects.append(f"SELECT f AS n, decided FROM {values.pairs} JOIN {failing} ON n = v")
    return " UNION ALL ".join(selects)


def _none_of(prefilter: PrefilterContext, values: Values, node: Node) -> str:
    """sh:not: who conforms for sure fails for sure; who may fail may conform."""
    failing = _candidates(prefilter, values, node)
    return (
        f"SELECT f AS n, decided IS NULL AS decided FROM {values.pairs} LEFT JOIN {failing} ON n = v"
        " WHERE decided IS DISTINCT FROM TRUE"
    )


def _some_of(prefilter: PrefilterContext, values: Values, nodes: list[Node]) -> str:
    """sh:or: candidate where every member is."""
    failing = " UNION ALL ".join(f"SELECT n, decided FROM {_candidates(prefilter, values, node)}" for node in nodes)
    candidates = f"SELECT n, bool_and(decided) AS decided FROM ({failing}) GROUP BY n HAVING count(*) = {len(nodes)}"
    return f"SELECT f AS n, decided FROM {values.pairs} JOIN ({candidates}) ON n = v"


def _one_of(prefilter: PrefilterContext, values: Values, nodes: list[Node]) -> str:
    """sh:xone: a node passes for sure where one member conforms and all others fail for sure."""
    failing = " UNION ALL ".join(f"SELECT n, decided FROM {_candidates(prefilter, values, node)}" for node in nodes)
    counted = f"SELECT n, count(*) AS candidate, count_if(decided) AS failed FROM ({failing}) GROUP BY n"
    conform, may = f"({len(nodes)} - candidate)", "(candidate - failed)"
    return (
        f"SELECT f AS n, {conform} > 1 OR ({conform} = 0 AND {may} = 0) AS decided FROM (SELECT f,"
        " coalesce(candidate, 0) AS candidate, coalesce(failed, 0) AS failed"
        f" FROM {values.pairs} LEFT JOIN ({counted}) ON n = v) WHERE NOT ({conform} = 1 AND {may} = 0)"
    )


def _qualified(
    prefilter: PrefilterContext, values: Values, part: QualifiedValueShapeConstraintComponent, node: Node
) -> str:
    """sh:qualifiedValueShape (SHACL 4.7.3): too few may conform, or too many."""
    failing = _candidates(prefilter, values, node)
    joined = (
        "SELECT f, v, CASE WHEN q.n IS NULL THEN 1 ELSE 0 END AS surely, CASE WHEN q.decided THEN 0 ELSE 1 END AS maybe"
        f" FROM {values.pairs} LEFT JOIN {failing} q ON q.n = v"
    )
    for sibling in _siblings(values.shape, node) if part.is_disjoint else []:
        others = _candidates(prefilter, values, sibling)
        joined = (
            "SELECT f, v, CASE WHEN d.decided THEN surely ELSE 0 END AS surely,"
            f" CASE WHEN d.n IS NULL THEN 0 ELSE maybe END AS maybe FROM ({joined}) LEFT JOIN {others} d ON d.n = v"
        )
    counted = (
        "SELECT n, coalesce(sum(surely), 0) AS surely, coalesce(sum(maybe), 0) AS maybe"
        f" FROM {values.nodes} LEFT JOIN ({joined}) ON f = n GROUP BY n"
    )
    candidate, sure = [], []
    if part.min_count is not None:
        candidate.append(f"surely < {part.min_count}")
        sure.append(f"maybe < {part.min_count}")
    if part.max_count is not None:
        candidate.append(f"maybe > {part.max_count}")
        sure.append(f"surely > {part.max_count}")
    return f"SELECT n, {' OR '.join(sure)} AS decided FROM ({counted}) WHERE {' OR '.join(candidate)}"


def _siblings(shape: Shape, node: Node) -> list[Node]:
    graph = shape.sg.graph
    beside = (p for parent in graph.subjects(SH.property, shape.node) for p in graph.objects(parent, SH.property))
    found = {value for other in beside for value in graph.objects(other, SH.qualifiedValueShape)}
    return sorted(found - {node}, key=str)
