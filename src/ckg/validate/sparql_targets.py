"""Targets that a query finds (SHACL Advanced Features, 3.1 and 3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from pyshacl.helper import get_query_helper_cls
from pyshacl.shape import Shape
from rdflib import RDF, Graph, Literal, URIRef, Variable
from rdflib.namespace import SH
from rdflib.term import Identifier, Node

_THIS = Variable("this")


def is_evaluated(shapes: Graph, target: Node) -> bool:
    """Whether a value of `sh:target` has a query, or is of a type that has one."""
    return _query(shapes, target) is not None


def focus_nodes(shape: Shape, target: Node, data: Graph) -> Iterator[Node]:
    """Yield what the query of a target binds to `?this`, once each; raises what rdflib raises of faulty queries."""
    shapes = shape.sg.graph
    teller = _query(shapes, target)
    if teller is None:
        return
    helper = get_query_helper_cls()(None, teller, str(shapes.value(teller, SH.select)))
    helper._shape = shape  # its setter would look for parameters of constraint components
    helper.collect_prefixes()
    given = dict(_arguments(shapes, teller, target))
    solutions = data.query(helper.apply_prefixes(helper.select_text), initBindings=given)
    yield from dict.fromkeys(row[_THIS] for row in solutions.bindings if _THIS in row)


def _query(shapes: Graph, target: Node) -> Node | None:
    """Return the node that has the query: the target itself, or its type."""
    for teller in (target, *sorted(shapes.objects(target, RDF.type), key=str)):
        if isinstance(shapes.value(teller, SH.select), Literal):
            return teller
    return None


def _arguments(shapes: Graph, teller: Node, target: Node) -> Iterator[tuple[str, Identifier]]:
    """Yield the parameters of a type of targets, by the local names of their paths, with the values of a target."""
    for parameter in shapes.objects(teller, SH.parameter):
        path = shapes.value(parameter, SH.path)
        value = None if path is None else shapes.value(target, path)
        if isinstance(path, URIRef) and isinstance(value, Identifier):
            yield path.rsplit("#", 1)[-1].rsplit("/", 1)[-1], value
