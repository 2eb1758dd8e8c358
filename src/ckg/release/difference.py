"""The difference between two releases: statements added and removed in each graph, and the things they are about.

Both sides are sorted files, so that one walk along them is enough, whatever their size. Blank nodes are compared by
their labels, which come from the file and the order in it: where one is put in front of others, those count as changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ckg.formats import N_TRIPLES
from ckg.formats.statement_lines import Lines, iri
from ckg.model.staged import Staging
from ckg.release import layout, merge, things, withdrawn
from ckg.release.layout import Release


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
class ValueDifference:
    """A value that a release keeps beside its statements, such as `title`; None where a release has none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different, graph by graph, and the IRIs of the project's things that came, went or have changed.

    `values` are settings, prefixes, versions of the tools, and what is withdrawn; `files` are the other files that are
    not the same, but for those that only follow from the statements (dumps, search index, catalogue).
    """

    graphs: tuple[GraphDifference, ...]
    appeared: tuple[str, ...]
    disappeared: tuple[str, ...]
    changed: tuple[str, ...]
    values: tuple[ValueDifference, ...] = ()
    files: tuple[str, ...] = ()


def statements(older: Release, newer: Release) -> Iterator[Change]:
    """Yield every statement that one release has and the other has not, graph by graph, in the order of their bytes."""
    for name, removed, added in lines(older.staging, newer.staging):
        changes = [*((line, False) for line in removed), *((line, True) for line in added)]
        for line, is_new in sorted(changes):
            yield Change(name, is_new, line.decode().removesuffix(" .\n"))


def lines(before: Staging, after: Staging) -> Iterator[tuple[str, Lines, Lines]]:
    """Yield, block by block, the names of graphs with the lines that are no more there and those that are new.

    Raises `ReleaseError` where a graph of `before` is not the file that its SHA-256 says, at the end of that graph.
    """
    old, new = ({graph.name: graph for graph in staging.graphs} for staging in (before, after))
    for name in sorted({*old, *new}):
        one, other = old.get(name), new.get(name)
        if one is None or other is None or one.sha256 != other.sha256:
            paths = (one.path if one else None, other.path if other else None)
            for removed, added in merge.differences(*paths, sha256=one.sha256 if one else ""):
                yield name, removed, added


def difference(older: Release, newer: Release) -> Difference:
    """Sum up the difference between two releases. Raises `ReleaseError` where a manifest cannot be read."""
    sums: dict[str, GraphDifference] = {}
    touched: set[bytes] = set()
    things_begin = f"<{newer.base.thing('')}".encode()
    for name, removed, added in lines(older.staging, newer.staging):
        touched.update(line.partition(b" ")[0] for line in (*removed, *added) if line.startswith(things_begin))
        known = sums.get(name, GraphDifference(name, 0, 0))
        sums[name] = GraphDifference(name, known.added + len(added), known.removed + len(removed))
    graphs = tuple(graph for graph in sums.values() if graph.added or graph.removed)
    old, new = older.dump(N_TRIPLES), newer.dump(N_TRIPLES)
    appeared = set(_only(new, old, newer)) if touched else set()
    disappeared = set(_only(old, new, newer)) if touched else set()
    return Difference(
        graphs,
        _names(appeared),
        _names(disappeared),
        _names(touched - appeared - disappeared),
        tuple(_values(older, newer)),
        tuple(_files(older, newer)),
    )


def _values(older: Release, newer: Release) -> Iterator[ValueDifference]:
    old, new = _beside(older), _beside(newer)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield ValueDifference(name, old.get(name), new.get(name))


def _beside(release: Release) -> dict[str, str]:
    """Return what a release holds beside its statements, as text by name."""
    about = asdict(release.about)
    prefixes = about.pop("prefixes")
    found = {name: ", ".join(value) if isinstance(value, tuple) else str(value) for name, value in about.items()}
    found |= {f"prefix {prefix}:": namespace for prefix, namespace in prefixes.items()}
    found |= {f"tool {tool}": version for tool, version in release.manifest["tools"].items()}
    for name, gone in (withdrawn.read(release.withdrawn) if release.withdrawn.is_file() else {}).items():
        said = (f"after {gone.last}" if gone.last else "", gone.replaced_by and f"see {gone.replaced_by}", gone.reason)
        found[f"withdrawn {name}"] = "; ".join(filter(None, said))
    return found


def _files(older: Release, newer: Release) -> Iterator[str]:
    """Yield the names of files that are not the same, but for those that other differences tell of or that follow."""
    old, new = ({row["path"]: row["sha256"] for row in release.manifest["files"]} for release in (older, newer))
    told = (layout.GRAPHS, layout.DUMPS, layout.SEARCH, layout.PROJECT, layout.VOID, layout.WITHDRAWN)
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name) and name.partition("/")[0] not in told:
            yield name


def _only(ours: Path, theirs: Path, release: Release) -> Iterator[bytes]:
    return things.difference(things.names(ours, release.base), things.names(theirs, release.base))


def _names(terms: set[bytes]) -> tuple[str, ...]:
    return tuple(iri(term.decode()) for term in sorted(terms))
