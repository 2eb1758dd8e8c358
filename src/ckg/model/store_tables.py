"""Which tables of a store's folder are open, and the look-ups after which all of them are.

RocksDB keeps a store in tables (`*.sst`). Opened with a bound on open files, it opens sixteen of them, and each other
one when it is first read. A process that will soon be unable to open files must therefore have read from every table.
Reading everything would take minutes on a large store; a few look-ups chosen when the store was made, its *probes*,
take milliseconds.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

from pyoxigraph import Quad, RdfFormat, parse

SUFFIX: Final = ".sst"
FEWEST_PROBES: Final = 16
"""Probes kept of any store, however few tables it has: a health check asks for them as well."""

_FIRST_SAMPLE_QUADS, _MAX_SAMPLE_QUADS, _SAMPLE_GROWTH = 128, 65_536, 8
_DESCRIPTORS_LOOKED_AT = 1024
_MAX_LINE_BYTES, _MIN_LINE_BYTES = 10_000, 20


class QuadSource(Protocol):
    """What is needed of an open store."""

    def quads_for_pattern(self, subject: Any, predicate: Any, object_: Any, graph: Any = None, /) -> Iterator[Quad]:
        """Return the quads of a pattern, None for anything."""

    def named_graphs(self) -> Iterator[Any]:
        """Return the names of the graphs."""


def tables(folder: Path) -> frozenset[int]:
    """Return the tables in a store's folder, by inode."""
    return frozenset(entry.inode() for entry in os.scandir(folder) if entry.name.endswith(SUFFIX))


def unopened(wanted: frozenset[int]) -> int:
    """Return how many of these tables (by inode) this process has not open.

    No file is opened to find that out: a sandbox may forbid it.
    """
    found = set()
    # Files that were closed may have left holes below the tables' descriptors.
    for descriptor in range(max(_DESCRIPTORS_LOOKED_AT, _lowest_free_descriptor() + len(wanted))):
        with suppress(OSError):  # it is not open
            found.add(os.fstat(descriptor).st_ino)
    return len(wanted - found)


def look_up(store: QuadSource, quad: Quad) -> int:
    """Look a quad up in every index of the store that has it; return how many look-ups did not find it.

    Oxigraph has three indexes for the default graph and six for named ones, and a table of strings.
    """
    subject, predicate, object_, graph = quad.subject, quad.predicate, quad.object, quad.graph_name
    asked = [
        (subject, predicate, object_, graph),
        (subject, None, None, graph),
        (None, predicate, None, graph),
        (None, predicate, object_, graph),
        (None, None, object_, graph),
        (subject, None, object_, graph),
        (subject, predicate, object_, None),
        (None, predicate, object_, None),
        (subject, None, object_, None),
    ]
    return sum(next(store.quads_for_pattern(*pattern), None) is None for pattern in asked)


def read_each(store: QuadSource, folder: Path, probes: Iterable[str]) -> bool:
    """Read from every table of an open store by its probes (lines of N-Quads); say whether all tables are open now.

    Where there are no probes, or they do not reach every table, other quads are looked up, a bounded number of them.
    """
    wanted = tables(folder)
    for quad in quads_of(probes):
        look_up(store, quad)
    deque(store.named_graphs(), maxlen=0)
    if not unopened(wanted):
        return True
    for number, quad in enumerate(store.quads_for_pattern(None, None, None, None), start=1):
        look_up(store, quad)
        if number >= _MAX_SAMPLE_QUADS or (number % _FIRST_SAMPLE_QUADS == 0 and not unopened(wanted)):
            break
    return not unopened(wanted)


def quads_of(probes: Iterable[str]) -> list[Quad]:
    """Return probes as quads."""
    return list(parse("\n".join(probes).encode(), format=RdfFormat.N_QUADS, lenient=True))


def choose_probes(store: QuadSource, folder: Path, files: Sequence[Path]) -> tuple[str, ...]:
    """Return lines of N-Quads whose look-ups open every table of a store that was opened a moment ago.

    `files` are the sorted N-Quads and N-Triples that the store was made of. Lines spread evenly over them are tried,
    more and more, until every table is open or enough were tried.
    """
    wanted = tables(folder)
    deque(store.named_graphs(), maxlen=0)
    missing, lowest = unopened(wanted), _lowest_free_descriptor()
    chosen: dict[str, None] = {}
    sample = _FIRST_SAMPLE_QUADS
    while sample <= _MAX_SAMPLE_QUADS:
        for line in _spread(files, sample):
            for quad in parse(line, format=RdfFormat.N_QUADS, lenient=True):
                look_up(store, quad)
            free = _lowest_free_descriptor()
            if free > lowest or len(chosen) < FEWEST_PROBES:
                chosen[line.decode().rstrip("\n")] = None
                missing, lowest = unopened(wanted), free
            if not missing and len(chosen) >= FEWEST_PROBES:
                return tuple(chosen)
        if not missing or sample * _MIN_LINE_BYTES > sum(path.stat().st_size for path in files):
            break
        sample *= _SAMPLE_GROWTH
    return tuple(chosen)


def _lowest_free_descriptor() -> int:
    """Return the number the next file would get: it grows when a table is opened."""
    descriptor = os.dup(0)
    os.close(descriptor)
    return descriptor


def _spread(files: Sequence[Path], number: int) -> Iterator[bytes]:
    """Return about `number` whole lines, spread over the files by their sizes, at least one of each that has any.

    The places alternate between files, so that the first few lines come from different parts of the data.
    """
    sizes = [path.stat().st_size for path in files]
    whole = sum(sizes) or 1
    counts = [min(size, max(1, number * size // whole)) for size in sizes]
    for step in range(max(counts, default=0)):
        for path, size, count in zip(files, sizes, counts, strict=True):
            if step < count:
                with path.open("rb") as file:
                    before = b"\n"
                    if step:
                        file.seek(size * step // count)
                        before = file.readline(_MAX_LINE_BYTES)
                    line = file.readline(_MAX_LINE_BYTES)
                if before.endswith(b"\n") and line.endswith(b"\n"):  # not from the middle of a very long line
                    yield line
