"""Screening SHACL-SPARQL constraints: finding the focus nodes for which a query can have a solution.

The algebra of the query is turned into SQL that finds at least every solution: what SQL cannot say for sure stays
possible. Solutions are rows of term ids, one column for each variable; a filter keeps what is not surely false.
"""

# ruff: noqa: S608 - the pieces of SQL are names made here and quoted text

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from rdflib import BNode, URIRef, Variable
from rdflib.plugins.sparql.parserutils import CompValue

from ckg.validate.prefilter.context import PrefilterContext, Values
from ckg.validate.prefilter.expressions import Scope, condition, value
from ckg.validate.prefilter.path_sql import NotPrefiltered
from ckg.validate.prefilter.value_tests import sql_text
from ckg.validate.rdflib_graphs import from_rdflib, parsed_query

_THIS = Variable("this")
_NOT_BOUND_HERE = ("shapesGraph", "currentShape")


@dataclass(frozen=True, slots=True)
class SolutionRows:
    """A SELECT whose columns are the variables that every solution binds, and what is known of computed ones."""

    select: str
    scope: Scope


def select(prefilter: PrefilterContext, values: Values, part: SPARQLBasedConstraint) -> str:
    """Return a SELECT of candidates (n, decided) for a shape's `sh:sparql` (SHACL section 5)."""
    found = []
    for query in sorted(part.sparql_constraints, key=lambda query: str(query.node)):
        if query.deactivated:
            continue
        try:
            bound, text = query.pre_bind_variables(URIRef("urn:focus"))
            algebra = parsed_query(query.apply_prefixes(text), prefilter.namespaces).algebra
        except Exception as error:  # rdflib raises `Exception` itself; pyshacl will meet the same and name the shape
            raise NotPrefiltered("a query that cannot be used") from error
        if "this" not in bound or any(name in text for name in _NOT_BOUND_HERE):
            raise NotPrefiltered("a query with special variables")
        rows = _rows(algebra, values.nodes)
        if _THIS not in rows.scope.bound:
            raise NotPrefiltered("a query that may leave $this open")
        found.append(f"SELECT DISTINCT {rows.scope.bound[_THIS]} AS n, FALSE AS decided FROM ({rows.select})")
    return " UNION ALL ".join(found) or "SELECT 0::UBIGINT AS n, FALSE AS decided WHERE FALSE"


def _rows(node: CompValue, nodes: str) -> SolutionRows:  # noqa: PLR0911 - one line for each operator
    match node.name:
        case "SelectQuery" | "Project" | "Distinct" | "Reduced" | "OrderBy":
            return _rows(node.p, nodes)
        case "BGP":
            return _basic_graph_pattern(node.triples, nodes)
        case "Filter":
            rows = _rows(node.p, nodes)
            return SolutionRows(_where(rows, condition(node.expr, rows.scope)), rows.scope)
        case "Extend":
            rows = _rows(node.p, nodes)
            return replace(rows, scope=rows.scope.with_computed(node.var, value(node.expr, rows.scope)))
        case "LeftJoin":
            return _rows(node.p1, nodes)  # what is optional excludes nothing
        case "Minus":
            return _rows(node.p1, nodes)
        case "Join":
            return _joined(_rows(node.p1, nodes), _rows(node.p2, nodes))
        case "Union":
            return _either(_rows(node.p1, nodes), _rows(node.p2, nodes))
    raise NotPrefiltered("a query of a form that is left to pyshacl")


def _basic_graph_pattern(triples: list[tuple[Any, Any, Any]], nodes: str) -> SolutionRows:
    """Join the triple table with itself, pattern by pattern; patterns must hang together and have a given predicate."""
    columns: dict[Variable | BNode, str] = {}
    sources: list[str] = []
    conditions: list[str] = []
    waiting = sorted(triples, key=lambda triple: _THIS not in triple)
    if not waiting or _THIS not in waiting[0]:
        raise NotPrefiltered("a query whose pattern is not about $this")
    while waiting:
        triple = next((t for t in waiting if not sources or any(term in columns for term in t)), None)
        if triple is None:
            raise NotPrefiltered("a query whose patterns do not hang together")
        waiting.remove(triple)
        alias = f"q{len(sources)}"
        sources.append(f"triple {alias}")
        if not isinstance(triple[1], URIRef):
            raise NotPrefiltered("a query with open predicates or paths")
        for term, column in zip(triple, ("s", "p", "o"), strict=True):
            place = f"{alias}.{column}"
            if isinstance(term, Variable | BNode):
                if term in columns:
                    conditions.append(f"{place} = {columns[term]}")
                columns.setdefault(term, place)
            else:
                conditions.append(f"{place} = hash({sql_text(str(from_rdflib(term)))})")
    conditions.append(f"{columns[_THIS]} IN (SELECT n FROM {nodes})")
    names = {term: f"x{number}" for number, term in enumerate(columns)}
    listed = ", ".join(f"{place} AS {names[term]}" for term, place in columns.items())
    select = f"SELECT {listed} FROM {', '.join(sources)} WHERE {' AND '.join(conditions)}"
    return SolutionRows(select, Scope({term: name for term, name in names.items() if isinstance(term, Variable)}, {}))


def _where(rows: SolutionRows, test: str) -> str:
    """Keep the rows that the test does not surely exclude; the texts of terms are joined in where it needs them."""
    texts = [name for name in rows.scope.bound.values() if f"{name}_text" in test]
    joins = "".join(f" JOIN (SELECT id AS {n}_id, text AS {n}_text FROM term) ON {n}_id = {n}" for n in texts)
    listed = ", ".join(rows.scope.bound.values())
    return f"SELECT {listed} FROM ({rows.select}){joins} WHERE ({test}) IS NOT FALSE"


def _joined(left: SolutionRows, right: SolutionRows) -> SolutionRows:
    """Join on the variables that both sides bind; without one there is nothing to join on."""
    shared = [variable for variable in left.scope.bound if variable in right.scope.bound]
    if not shared:
        raise NotPrefiltered("a query whose patterns do not hang together")
    names = {v: f"j{n}" for n, v in enumerate({**left.scope.bound, **right.scope.bound})}
    places = {v: f"r.{name}" for v, name in right.scope.bound.items()}
    places |= {v: f"l.{name}" for v, name in left.scope.bound.items()}
    columns = [f"{places[variable]} AS {name}" for variable, name in names.items()]
    on = " AND ".join(f"l.{left.scope.bound[v]} = r.{right.scope.bound[v]}" for v in shared)
    return SolutionRows(
        f"SELECT {', '.join(columns)} FROM ({left.select}) l JOIN ({right.select}) r ON {on}", Scope(names, {})
    )


def _either(left: SolutionRows, right: SolutionRows) -> SolutionRows:
    shared = [variable for variable in left.scope.bound if variable in right.scope.bound]
    names = {variable: f"u{n}" for n, variable in enumerate(shared)}
    sides = (
        f"SELECT {', '.join(f'{side.scope.bound[v]} AS {n}' for v, n in names.items())} FROM ({side.select})"
        for side in (left, right)
        if shared
    )
    if not shared:
        raise NotPrefiltered("a union without a common variable")
    return SolutionRows(" UNION ".join(sides), Scope(names, {}))
