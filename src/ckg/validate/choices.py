"""The values that a shape lets one choose from, where it names them: by `sh:in`, or by a scheme that they are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.model.staged import StagedGraph
from ckg.validate.rdflib_graphs import from_rdflib

_BLOCK_BYTES = 8 << 20


class Choices:
    """Looks up what may stand as a value of property shapes.

    A shape names its values with `sh:in`, or refers with `sh:node` to a shape that asks for one fixed value of one
    property, as in "skos:inScheme has the value scheme:novelty": whatever the graphs say this of can be chosen.
    """

    def __init__(self, shapes: Graph, graphs: Sequence[StagedGraph]) -> None:
        self._shapes = shapes
        self._files = tuple(graph.path for graph in graphs)
        self._members: Mapping[bytes, list[str]] | None = None

    def of(self, shape: Node) -> tuple[str, ...]:
        """Return the terms that fit the property shape, in N-Triples; nothing where it names none."""
        listed = self._shapes.value(shape, SH["in"])
        if listed is not None:
            return tuple(str(from_rdflib(value)) for value in Collection(self._shapes, listed))
        for other in self._shapes.objects(shape, SH.node):
            for pair in self._pairs(other):
                if self._members is None:
                    self._members = _members(
                        {pair for node in self._asked_for() for pair in self._pairs(node)}, self._files
                    )
                return tuple(self._members.get(pair, ()))
        return ()

    def _asked_for(self) -> Iterable[Node]:
        return set(self._shapes.objects(None, SH.node))

    def _pairs(self, shape: Node) -> Iterable[bytes]:
        """Yield property and value, as a staged line has them, of each fixed value that a node shape asks for."""
        for constraint in self._shapes.objects(shape, SH.property):
            path, value = self._shapes.value(constraint, SH.path), self._shapes.value(constraint, SH.hasValue)
            if isinstance(path, URIRef) and isinstance(value, URIRef):
                yield f" <{path}> <{value}> ".encode()


def _members(pairs: set[bytes], files: Iterable[Path]) -> dict[bytes, list[str]]:
    """Return the subjects that have one of the pairs, by pair, in the order of their IRIs."""
    found: dict[bytes, set[str]] = {}
    for path in files:
        with path.open("rb") as file:
            while block := file.readlines(_BLOCK_BYTES):
                for line in block:
                    subject, _, rest = line.partition(b" ")
                    pair = b" " + b" ".join(rest.split(b" ", 2)[:2]) + b" "
                    if pair in pairs:
                        found.setdefault(pair, set()).add(subject.decode())
    return {pair: sorted(subjects) for pair, subjects in found.items()}
