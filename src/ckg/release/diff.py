"""The difference between two releases: statements added and removed in each graph, and the things they are about.

Both sides are sorted files, so that one walk along them is enough, whatever their size. Blank nodes are compared by
their labels, which come from the file and the order in it: where one is put in front of others, those count as changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ckg.model.formats import N_TRIPLES
from ckg.model.staged import StagedGraph
from ckg.release import merge, things
from ckg.release.layout import Release
from ckg.release.statements import iri


@dataclass(frozen=True, slots=True)
class Change:
    """One statement that was added to a graph or removed from it; `statement` is a line of N-Quads without its end."""

    graph: str
    added: bool
    statement: str


@dataclass(frozen=True, slots=True)
class GraphDifference:
    """How many statements were added to a named graph and removed from it."""

    graph: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different, graph by graph, and the IRIs of the project's things that came, went or have changed."""

    graphs: tuple[GraphDifference, ...]
    appeared: tuple[str, ...]
    disappeared: tuple[str, ...]
    changed: tuple[str, ...]


def statements(older: Release, newer: Release) -> Iterator[Change]:
    """Yield every statement that one release has and the other has not, graph by graph, in the order of their bytes."""
    for name, before, after in _pairs(older, newer):
        for added, line in _compare(before, after):
            yield Change(name, added, line.decode().removesuffix(" .\n"))


def difference(older: Release, newer: Release) -> Difference:
    """Sum up the difference between two releases. Raises `ReleaseError` where a manifest cannot be read."""
    graphs: list[GraphDifference] = []
    touched: set[bytes] = set()
    things_begin = f"<{newer.base.thing('')}".encode()
    for name, before, after in _pairs(older, newer):
        sums = [0, 0]
        for added, line in _compare(before, after):
            sums[added] += 1
            if line.startswith(things_begin):
                touched.add(line.partition(b" ")[0])
        if any(sums):
            graphs.append(GraphDifference(name, added=sums[True], removed=sums[False]))
    old, new = older.dump(N_TRIPLES), newer.dump(N_TRIPLES)
    appeared = set(_only(new, old, newer)) if touched else set()
    disappeared = set(_only(old, new, newer)) if touched else set()
    return Difference(tuple(graphs), _names(appeared), _names(disappeared), _names(touched - appeared - disappeared))


def _only(ours: Path, theirs: Path, release: Release) -> Iterator[bytes]:
    return things.difference(things.names(ours, release.base), things.names(theirs, release.base))


def _names(terms: set[bytes]) -> tuple[str, ...]:
    return tuple(iri(term.decode()) for term in sorted(terms))


def _pairs(older: Release, newer: Release) -> Iterator[tuple[str, StagedGraph | None, StagedGraph | None]]:
    before = {graph.name: graph for graph in older.staging.graphs}
    after = {graph.name: graph for graph in newer.staging.graphs}
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        if one is None or other is None or one.sha256 != other.sha256:
            yield name, one, other


def _compare(before: StagedGraph | None, after: StagedGraph | None) -> Iterator[tuple[bool, bytes]]:
    """Yield (added, line) for the lines of two sorted files that are in one of them only, sorted."""
    for removed, added in merge.differences(before.path if before else None, after.path if after else None):
        yield from sorted([*((False, line) for line in removed), *((True, line) for line in added)], key=_line)


def _line(change: tuple[bool, bytes]) -> bytes:
    return change[1]
