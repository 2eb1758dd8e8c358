"""Statements as they were written: the store rewrites literals (`01` becomes `1`), the staged graphs do not.

A staged graph is a sorted file of N-Quads, so the lines of one subject are found by bisection, without an index.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from ckg.query.lookup import Node

_MOST = 1 << 20  # bytes of one subject's lines that are read from one graph


class Originals:
    """The staged graphs of a release, mapped into memory; safe to use from several threads."""

    def __init__(self, graphs: Iterable[tuple[str, Path]]) -> None:
        """Map the files of `graphs`, pairs of a graph's IRI and its sorted N-Quads file."""
        self._maps: dict[str, mmap.mmap] = {}
        for name, path in graphs:
            with path.open("rb") as file:
                if path.stat().st_size:
                    self._maps[name] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def close(self) -> None:
        """Unmap the files."""
        for mapped in self._maps.values():
            mapped.close()
        self._maps.clear()

    def quads(self, subject: Node, graph: str) -> list[Quad]:
        """Return the statements about a subject in one named graph, with their literals as they were written."""
        mapped = self._maps.get(graph)
        if mapped is None:
            return []
        prefix = f"{subject} ".encode()
        start = first_line(mapped, prefix)
        end = start
        while end < min(len(mapped), start + _MOST) and mapped[end : end + len(prefix)] == prefix:
            end = _after_line(mapped, end)
        return list(parse(BytesIO(mapped[start:end]), format=RdfFormat.N_QUADS)) if end > start else []


def _after_line(mapped: mmap.mmap, position: int) -> int:
    found = mapped.find(b"\n", position)
    return len(mapped) if found < 0 else found + 1


def first_line(mapped: mmap.mmap, prefix: bytes) -> int:
    """Return where the first line that does not sort before `prefix` begins."""
    low, high = 0, len(mapped)
    while low < high:
        middle = (low + high) // 2
        start = mapped.rfind(b"\n", low, middle) + 1 or low
        end = _after_line(mapped, start)
        if mapped[start : start + len(prefix)] < prefix:
            low = end
        else:
            high = start
    return low
