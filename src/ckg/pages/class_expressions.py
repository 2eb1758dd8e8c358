"""Class expressions in words, as the Manchester syntax has them (OWL 2 Manchester Syntax, section 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.pages import text
from ckg.pages.graph import Graph, Node, Term
from ckg.pages.terms import OWL, RDF, XSD
from ckg.pages.view_context import Ref, ViewContext

_DEEP: Final = 6
_JOINED_MAX: Final = 100

Pieces = list[Ref | str]
"""An expression: terms as links, and the words between them."""

_VALUES: Final = (
    (OWL.someValuesFrom, "some"),
    (OWL.allValuesFrom, "only"),
    (OWL.hasValue, "value"),
)
_COUNTS: Final = (
    (OWL.minCardinality, "min"),
    (OWL.maxCardinality, "max"),
    (OWL.cardinality, "exactly"),
    (OWL.minQualifiedCardinality, "min"),
    (OWL.maxQualifiedCardinality, "max"),
    (OWL.qualifiedCardinality, "exactly"),
)
_FACETS: Final = (
    (XSD.minInclusive, ">="),
    (XSD.minExclusive, ">"),
    (XSD.maxInclusive, "<="),
    (XSD.maxExclusive, "<"),
    (XSD.length, "length"),
    (XSD.minLength, "minLength"),
    (XSD.maxLength, "maxLength"),
    (XSD.pattern, "pattern"),
)


def expression(reader: ViewContext, node: Term, depth: int = 0) -> Pieces:
    """Return a class expression, a data range or a property expression; empty for a node that is none."""
    graph = reader.graph
    if not isinstance(node, BlankNode):
        return [reader.ref(node) if isinstance(node, NamedNode) else f'"{text.plain(node.value, 60)}"']
    if depth > _DEEP:
        return ["…"]
    for predicate, word in ((OWL.intersectionOf, " and "), (OWL.unionOf, " or ")):
        head = graph.node(node, predicate)
        if head is not None:
            inner = joined(reader, graph.members(head), word, depth + 1)
            return ["(", *inner, ")"] if depth else inner
    head = graph.node(node, OWL.oneOf)
    if head is not None:
        return ["{", *joined(reader, graph.members(head), ", ", depth + 1), "}"]
    for predicate, word in (
        (OWL.complementOf, "not "),
        (OWL.datatypeComplementOf, "not "),
        (OWL.inverseOf, "inverse "),
    ):
        of = graph.node(node, predicate)
        if of is not None:
            return [word, *expression(reader, of, depth + 1)]
    return _restriction(reader, node, depth) or _datatype(reader, node, depth)


def joined(reader: ViewContext, members: Iterable[Term], word: str, depth: int = 1) -> Pieces:
    """Return expressions with a word between them, at most a hundred."""
    pieces: Pieces = []
    for number, member in enumerate(members):
        if pieces:
            pieces.append(word)
        if number == _JOINED_MAX:
            return [*pieces, "…"]
        pieces += expression(reader, member, depth)
    return pieces


def said(pieces: Pieces) -> str:
    """Return an expression as text, by which a list of them is ordered."""
    return "".join(piece if isinstance(piece, str) else piece.words.text for piece in pieces).casefold()


def _restriction(reader: ViewContext, node: BlankNode, depth: int) -> Pieces:
    graph = reader.graph
    on = graph.node(node, OWL.onProperty)
    if on is None:
        return []
    property_ = expression(reader, on, depth + 1)
    for predicate, word in _VALUES:
        value = graph.value(node, predicate)
        if value is not None:
            return [*property_, f" {word} ", *expression(reader, value, depth + 1)]
    for predicate, word in _COUNTS:
        number = graph.text(node, predicate)
        if number is not None:
            of = graph.node(node, OWL.onClass, OWL.onDataRange)
            return [*property_, f" {word} {text.plain(number, 20)}", *_of(reader, of, depth)]
    if graph.text(node, OWL.hasSelf) in ("true", "1"):
        return [*property_, " Self"]
    return []


def _of(reader: ViewContext, of: Node | None, depth: int) -> Pieces:
    return [" ", *expression(reader, of, depth + 1)] if of is not None else []


def _datatype(reader: ViewContext, node: BlankNode, depth: int) -> Pieces:
    """Return a datatype with its facets (section 2.3), as in `integer[>= 1]`."""
    graph = reader.graph
    on, facets = graph.node(node, OWL.onDatatype), graph.node(node, OWL.withRestrictions)
    if on is None or facets is None:
        return []
    found = [row for facet in graph.members(facets) if not isinstance(facet, Literal) for row in _facets(graph, facet)]
    return [*expression(reader, on, depth + 1), f"[{', '.join(found)}]"]


def _facets(graph: Graph, facet: Node) -> list[str]:
    rows = [(word, graph.text(facet, predicate)) for predicate, word in _FACETS]
    language = graph.text(facet, RDF.langRange)
    return [f"{word} {text.plain(value, 60)}" for word, value in (*rows, ("langRange", language)) if value is not None]
