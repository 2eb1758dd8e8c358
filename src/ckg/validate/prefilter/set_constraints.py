"""Screening the constraints that look at all values of a focus node together."""

# ruff: noqa: S608 - the pieces of SQL are numbers, names made here, and quoted text

from __future__ import annotations

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.cardinality_constraints import MaxCountConstraintComponent, MinCountConstraintComponent
from pyshacl.constraints.core.other_constraints import HasValueConstraintComponent
from pyshacl.constraints.core.property_pair_constraints import (
    DisjointConstraintComponent,
    EqualsConstraintComponent,
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.string_based_constraints import UniqueLangConstraintComponent
from rdflib import URIRef
from rdflib.term import Node

from ckg.validate.prefilter.context import PrefilterContext, Values
from ckg.validate.prefilter.path_sql import NotPrefiltered
from ckg.validate.prefilter.value_tests import LANGUAGE, not_ordered
from ckg.validate.rdflib_graphs import from_rdflib


def select(prefilter: PrefilterContext, values: Values, part: ConstraintComponent) -> str | None:  # noqa: PLR0911
    """Return a SELECT of candidates (n, decided), or None where the constraint is of another sort."""
    nodes, pairs = values.nodes, values.pairs
    match part:
        case MinCountConstraintComponent():
            least = int(part.min_count.value)
            enough = f"SELECT f FROM {pairs} GROUP BY f HAVING count(*) >= {least}"
            return f"SELECT n, TRUE AS decided FROM {nodes} WHERE {least} > 0 AND n NOT IN ({enough})"
        case MaxCountConstraintComponent():
            most = int(part.max_count.value)
            return f"SELECT f AS n, TRUE AS decided FROM {pairs} GROUP BY f HAVING count(*) > {most}"
        case HasValueConstraintComponent():
            wanted = [prefilter.identify(str(from_rdflib(value))) for value in part.has_value_set]
            return " UNION ALL ".join(
                f"SELECT n, TRUE AS decided FROM {nodes} WHERE n NOT IN (SELECT f FROM {pairs} WHERE v = {value})"
                for value in wanted
            )
        case UniqueLangConstraintComponent():
            if True not in part.string_rules:
                return "SELECT 0::UBIGINT AS n, TRUE AS decided WHERE FALSE"
            return (
                f"SELECT f AS n, TRUE AS decided FROM (SELECT f, {LANGUAGE} AS tag FROM {pairs}"
                " JOIN (SELECT id, text AS t FROM term) ON id = v) WHERE tag IS NOT NULL GROUP BY f, tag"
                " HAVING count(*) > 1"
            )
        case EqualsConstraintComponent():
            return " UNION ALL ".join(
                f"SELECT f AS n, TRUE AS decided FROM (({left} EXCEPT {right}) UNION ALL ({right} EXCEPT {left}))"
                for left, right in _both(prefilter, values, part.property_compare_set)
            )
        case DisjointConstraintComponent():
            return " UNION ALL ".join(
                f"SELECT f AS n, TRUE AS decided FROM ({left} INTERSECT {right})"
                for left, right in _both(prefilter, values, part.property_compare_set)
            )
        case LessThanConstraintComponent():
            return _ordered(prefilter, values, part.property_compare_set, "<")
        case LessThanOrEqualsConstraintComponent():
            return _ordered(prefilter, values, part.property_compare_set, "<=")
    return None


def _both(prefilter: PrefilterContext, values: Values, others: set[Node]) -> list[tuple[str, str]]:
    """Return, for each other property, the values of the focus nodes and its own, as SELECTs of (f, v)."""
    left = f"SELECT f, v FROM {values.pairs}"
    return [(left, _objects(prefilter, values, other)) for other in sorted(others, key=str)]


def _objects(prefilter: PrefilterContext, values: Values, other: Node) -> str:
    if not isinstance(other, URIRef):
        raise NotPrefiltered("a property that is no IRI")
    return (
        f"SELECT s AS f, o AS v FROM triple WHERE p = {prefilter.identify(f'<{other}>')} AND s IN (FROM {values.nodes})"
    )


def _ordered(prefilter: PrefilterContext, values: Values, others: set[Node], passes: str) -> str:
    selects = [  # pyshacl refuses to compare a blank node: it is to have the chance
        f"SELECT f AS n, FALSE AS decided FROM {values.pairs} JOIN term ON id = v WHERE ascii(text) = 95"
    ]
    for left, right in _both(prefilter, values, others):
        fails = not_ordered("a.t", passes, "b.t")
        selects.append(
            f"SELECT f AS n, coalesce(fails, FALSE) AS decided FROM (SELECT l.f, {fails} AS fails FROM ({left}) l"
            f" JOIN ({right}) r ON l.f = r.f JOIN (SELECT id, text AS t FROM term) a ON a.id = l.v"
            " JOIN (SELECT id, text AS t FROM term) b ON b.id = r.v) WHERE fails IS NOT FALSE"
        )
    return " UNION ALL ".join(selects)
