"""Screening the constraints that look at one value at a time."""

# ruff: noqa: S608 - the pieces of SQL are numbers, names made here, and quoted text

from __future__ import annotations

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.other_constraints import ClosedConstraintComponent, InConstraintComponent
from pyshacl.constraints.core.string_based_constraints import (
    LanguageInConstraintComponent,
    MaxLengthConstraintComponent,
    MinLengthConstraintComponent,
    PatternConstraintComponent,
)
from pyshacl.constraints.core.value_constraints import (
    ClassConstraintComponent,
    DatatypeConstraintComponent,
    NodeKindConstraintComponent,
)
from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)
from rdflib import RDF, RDFS, BNode, URIRef

from ckg.validate.prefilter import value_tests
from ckg.validate.prefilter.context import PrefilterContext, Values
from ckg.validate.prefilter.parsed_terms import parse_terms
from ckg.validate.prefilter.path_sql import NotPrefiltered
from ckg.validate.pyshacl_patches import Matcher
from ckg.validate.rdflib_graphs import from_rdflib, to_rdflib


def test(prefilter: PrefilterContext, values: Values, part: ConstraintComponent) -> str | None:  # noqa: PLR0911
    """Return the expression for "the value fails", or None where the constraint is of another sort."""
    match part:
        case NodeKindConstraintComponent():
            return value_tests.node_kind(URIRef(part.nodekind_rule))
        case DatatypeConstraintComponent():
            return value_tests.datatype(URIRef(part.datatype_rule))
        case MinLengthConstraintComponent():
            return value_tests.length(at_least=int(part.string_rules[0].value))
        case MaxLengthConstraintComponent():
            return value_tests.length(at_most=int(part.string_rules[0].value))
        case LanguageInConstraintComponent():
            return value_tests.languages(str(tag) for tag in prefilter.shapes.graph.items(part.string_rules[0]))
        case InConstraintComponent():
            return value_tests.among(prefilter.identify(str(from_rdflib(value))) for value in part.in_vals)
        case ClassConstraintComponent():
            return value_tests.any_of(
                f"v NOT IN (SELECT n FROM {prefilter.instances(str(from_rdflib(rule)))})" for rule in part.class_rules
            )
        case (
            MinExclusiveConstraintComponent()
            | MinInclusiveConstraintComponent()
            | MaxExclusiveConstraintComponent()
            | MaxInclusiveConstraintComponent()
        ):
            return value_tests.in_range(part)
        case PatternConstraintComponent():
            return _pattern(prefilter, values, part)
        case ClosedConstraintComponent():
            return _closed(prefilter, values, part)
    return None


def _pattern(prefilter: PrefilterContext, values: Values, part: PatternConstraintComponent) -> str:
    """sh:pattern (SHACL 4.4.3), matched in Python, value by value: other engines' expressions differ."""
    found = prefilter.table.step_rows(f"SELECT id, text FROM term WHERE id IN (SELECT v FROM {values.pairs})")
    nodes = parse_terms(str(text) for _, text in found)
    matchers: list[Matcher] = list(part.compiled_cache.values())
    failing = []
    for (number, _), term in zip(found, nodes, strict=True):
        node = to_rdflib(term)
        text = part.value_node_to_string(node)
        if isinstance(node, BNode) or not all(matcher.match(text) for matcher in matchers):
            failing.append(number)
    if not failing:
        return "FALSE"
    kept = prefilter.table.table("SELECT 0::UBIGINT AS n WHERE FALSE")
    prefilter.table.rows(f"INSERT INTO {kept} SELECT unnest(?::UBIGINT[])", [failing])
    return f"v IN (SELECT n FROM {kept})"


def _closed(prefilter: PrefilterContext, values: Values, part: ClosedConstraintComponent) -> str:
    """sh:closed (SHACL 4.8.1); pyshacl lets rdf:type rdfs:Resource pass besides."""
    if not part.is_closed:
        return "FALSE"
    allowed = {str(prop) for prop in part.ignored_props if isinstance(prop, URIRef)}
    for node in part.property_shapes:
        property_shape = prefilter.other(values.shape, node)
        if not property_shape.is_property_shape:
            raise NotPrefiltered("sh:property of what is no property shape")
        path = property_shape.path()
        if isinstance(path, URIRef):
            allowed.add(str(path))
    listed = ", ".join(str(prefilter.identify(f"<{iri}>")) for iri in sorted(allowed)) or "NULL"
    kind, resource = (prefilter.identify(f"<{iri}>") for iri in (RDF.type, RDFS.Resource))
    return (
        f"v IN (SELECT s FROM triple WHERE s IN (SELECT v FROM {values.pairs})"
        f" AND coalesce(p NOT IN ({listed}), TRUE) AND NOT (p = {kind} AND o = {resource}))"
    )
