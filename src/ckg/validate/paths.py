"""SHACL property paths (SHACL section 2.3.1): read from the shapes graph, written as SPARQL property paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

MAX_DEPTH = 10
"""How deep pyshacl follows a path before it gives up."""


@dataclass(frozen=True, slots=True)
class PredicatePath:
    """One predicate."""

    predicate: str


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked from its end to its start."""

    of: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """Two or more paths, one after the other."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of two or more paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path repeated; `sign` is `*` (zero or more), `+` (one or more) or `?` (zero or one)."""

    of: Path
    sign: str


Path = PredicatePath | Inverse | Sequence | Alternative | Repeat

_REPEATS = ((SH.zeroOrMorePath, "*"), (SH.oneOrMorePath, "+"), (SH.zeroOrOnePath, "?"))


class PathError(ValueError):
    """What stands at `sh:path` is not a property path."""


def read(shapes: Graph, node: Node, depth: int = 0) -> Path:
    """Return the path that `node` stands for; raises PathError where it is none."""
    if isinstance(node, URIRef):
        return PredicatePath(str(node))
    if isinstance(node, Literal) or depth > MAX_DEPTH:
        raise PathError("a property path is an IRI or a blank node of few levels")
    if (node, RDF.first, None) in shapes:
        return Sequence(tuple(read(shapes, member, depth + 1) for member in _members(shapes, node)))
    for inner in shapes.objects(node, SH.inversePath):
        return Inverse(read(shapes, inner, depth + 1))
    for inner in shapes.objects(node, SH.alternativePath):
        return Alternative(tuple(read(shapes, member, depth + 1) for member in _members(shapes, inner)))
    for predicate, sign in _REPEATS:
        for inner in shapes.objects(node, predicate):
            return Repeat(read(shapes, inner, depth + 1), sign)
    raise PathError("a blank node that is no property path")


def _members(shapes: Graph, head: Node) -> Iterator[Node]:
    seen: set[Node] = set()
    while head != RDF.nil:
        first = list(shapes.objects(head, RDF.first))
        rest = list(shapes.objects(head, RDF.rest))
        if head in seen or len(first) != 1 or len(rest) != 1:
            raise PathError("a list that is not well formed")
        seen.add(head)
        yield first[0]
        head = rest[0]
    if len(seen) < 2:
        raise PathError("a list of fewer than two paths")


def sparql(path: Path, write: Callable[[str], str] = lambda iri: f"<{iri}>", *, top: bool = True) -> str:
    """Return the path in SPARQL 1.1 syntax; `write` turns a predicate's IRI into text.

    >>> sparql(Sequence((Inverse(PredicatePath("urn:p")), Repeat(Alternative((PredicatePath("urn:q"),
    ... PredicatePath("urn:r"))), "*"))))
    '^<urn:p>/(<urn:q>|<urn:r>)*'
    """
    match path:
        case PredicatePath(predicate):
            return write(predicate)
        case Inverse(inner):
            return f"^{_bound(inner, write)}"
        case Repeat(inner, sign):
            return f"{_bound(inner, write)}{sign}"
        case Sequence(parts):
            text = "/".join(sparql(part, write, top=False) for part in parts)
        case Alternative(parts):
            text = "|".join(sparql(part, write, top=False) for part in parts)
    return text if top else f"({text})"


def _bound(path: Path, write: Callable[[str], str]) -> str:
    text = sparql(path, write, top=False)
    return text if isinstance(path, PredicatePath | Sequence | Alternative) else f"({text})"


def describe(shapes: Graph, node: Node, write: Callable[[str], str] = lambda iri: f"<{iri}>") -> str:
    """Return the path at `node` as SPARQL, or the node itself where it is no path that can be read."""
    try:
        return sparql(read(shapes, node), write)
    except PathError:
        return f"_:{node}" if isinstance(node, BNode) else str(node)
