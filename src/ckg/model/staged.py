"""Staged graphs: the one form in which the stages of a build hand triples to each other.

A staged graph is a file of N-Quads in which every line carries the same graph name, lines are sorted by their bytes
and unique, literals keep the lexical form they were written in, and blank nodes have labels that are unique in the
whole build and the same in every build of the same input.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

MAX_LINE_BYTES: Final = 16_000_000
"""Bytes of a line at most; parsers of N-Quads give up at a little more for one term."""

MAX_OPEN_FILES: Final = 100
"""How many graphs a stage keeps open at most: a process may have some hundred files open, and a project thousands."""


class Role(StrEnum):
    """What a graph is for: the ontology, the data, the shapes, the background, or what was inferred.

    A background graph is validated and reasoned over together with the others, and is not published.
    """

    ONTOLOGY = "ontology"
    DATA = "data"
    SHAPES = "shapes"
    CONTEXT = "context"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class StagedGraph:
    """One named graph on disk.

    `name` is the graph's absolute IRI, `path` the N-Quads file, `sha256` the hex digest of that file,
    `triples` the number of its lines, `sources` the project files it was read from, relative to the project folder.
    """

    name: str
    role: Role
    path: Path
    sha256: str
    triples: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staging:
    """All staged graphs of one build, in the order of their names."""

    graphs: tuple[StagedGraph, ...]

    def of(self, *roles: Role) -> tuple[StagedGraph, ...]:
        """Return the graphs that have one of the given roles."""
        return tuple(graph for graph in self.graphs if graph.role in roles)

    @property
    def published(self) -> Staging:
        """The same without the background graphs."""
        return Staging(tuple(graph for graph in self.graphs if graph.role is not Role.CONTEXT))

    def with_graphs(self, graphs: Iterable[StagedGraph]) -> Staging:
        """Return a staging that holds the given graphs as well."""
        return Staging(tuple(sorted((*self.graphs, *graphs), key=lambda graph: graph.name)))

    @property
    def triples(self) -> int:
        """The number of triples, counted graph by graph."""
        return sum(graph.triples for graph in self.graphs)
