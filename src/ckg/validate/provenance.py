"""Where a node comes from: its label and the files that speak of it, looked up in the sorted staged graphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from ckg.model.sorted_lines import SortedLines
from ckg.model.staged import MAX_OPEN_FILES, StagedGraph
from ckg.model.vocabulary import LABELS
from ckg.validate.rdflib_graphs import Term

_RANKS = {iri: rank for rank, iri in enumerate(LABELS)}


class NodeProvenance:
    """Looks nodes up in staged graphs by bisection: their lines are sorted, so those of a subject lie together.

    Used as a context manager; files stay mapped until it ends, but not too many at a time.
    """

    def __init__(self, graphs: Sequence[StagedGraph]) -> None:
        self._graphs = [graph for graph in graphs if graph.triples]
        self._opened = lru_cache(MAX_OPEN_FILES)(SortedLines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.cache_clear()

    @property
    def _files(self) -> Iterator[tuple[StagedGraph, SortedLines]]:
        return ((graph, self._opened(graph.path)) for graph in self._graphs)

    def files(self, node: Term) -> tuple[str, ...]:
        """Return the files whose graph has the node as a subject; else those that name it as an object."""
        if not isinstance(node, ox.Literal):
            found = {
                source
                for graph, lines in self._files
                for source in graph.sources
                if next(lines.starting_with(f"{node} ".encode()), None)
            }
            if found:
                return tuple(sorted(found))
        wanted = f" {node} <".encode()
        return tuple(
            sorted({source for graph, lines in self._files for source in graph.sources if lines.contains(wanted)})
        )

    def label(self, node: Term) -> str | None:
        """Return the node's label: the English one if there is one, else the first in the order of languages."""
        if isinstance(node, ox.Literal):
            return None
        found: list[tuple[int, int, str, str]] = []
        for _graph, lines in self._files:
            about = b"\n".join(lines.starting_with(f"{node} ".encode()))
            for quad in ox.parse(about, format=ox.RdfFormat.N_QUADS):
                rank = _RANKS.get(quad.predicate.value)
                if rank is not None and isinstance(quad.object, ox.Literal):
                    language = quad.object.language or ""
                    found.append((not language.startswith("en"), rank, language, quad.object.value))
        return min(found)[3] if found else None
