"""Where a node comes from: its label and the files that speak of it, looked up in the sorted staged graphs."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

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
        self._mapped = lru_cache(MAX_OPEN_FILES)(_map)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mapped.cache_clear()

    @property
    def _maps(self) -> Iterator[tuple[StagedGraph, mmap.mmap]]:
        return ((graph, self._mapped(graph.path)) for graph in self._graphs)

    def files(self, node: Term) -> tuple[str, ...]:
        """Return the files whose graph has the node as a subject; else those that name it as an object."""
        if not isinstance(node, ox.Literal):
            found = {
                source
                for graph, mapped in self._maps
                for source in graph.sources
                if next(_lines(mapped, f"{node} ".encode()), None)
            }
            if found:
                return tuple(sorted(found))
        wanted = f" {node} <".encode()
        return tuple(
            sorted({source for graph, mapped in self._maps for source in graph.sources if mapped.find(wanted) >= 0})
        )

    def label(self, node: Term) -> str | None:
        """Return the node's label: the English one if there is one, else the first in the order of languages."""
        if isinstance(node, ox.Literal):
            return None
        found: list[tuple[int, int, str, str]] = []
        for _graph, mapped in self._maps:
            lines = b"".join(_lines(mapped, f"{node} ".encode()))
            for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
                rank = _RANKS.get(quad.predicate.value)
                if rank is not None and isinstance(quad.object, ox.Literal):
                    language = quad.object.language or ""
                    found.append((not language.startswith("en"), rank, language, quad.object.value))
        return min(found)[3] if found else None


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _lines(mapped: mmap.mmap, prefix: bytes) -> Iterator[bytes]:
    """Yield the lines that start with `prefix`, by bisection over byte offsets."""
    low, high = 0, len(mapped)  # both always starts of lines
    while low < high:
        middle = mapped.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = _end(mapped, middle)
        if mapped[middle:end] < prefix:
            low = end
        else:
            high = middle
    while low < len(mapped) and mapped[low : low + len(prefix)] == prefix:
        end = _end(mapped, low)
        yield mapped[low:end]
        low = end


def _end(mapped: mmap.mmap, start: int) -> int:
    newline = mapped.find(b"\n", start)
    return len(mapped) if newline < 0 else newline + 1
