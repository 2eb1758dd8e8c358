"""The Oxigraph store of a release: built once from the staged graphs, then only read.

The default graph holds the union of ontology, data and inferred statements physically, so that a query needs no union;
every graph, the shapes included, is there as a named graph too. Where a little has changed since the release before,
its store is gone on from. Every file that is read of that release is held against its SHA-256 while it is read; where
one is another, nothing is taken over and everything is loaded anew.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from ckg.copying import copy
from ckg.errors import ReleaseError, StageFailed
from ckg.formats import N_TRIPLES
from ckg.formats.statement_lines import Lines
from ckg.model import store_tables
from ckg.model.staged import StagedGraph, Staging
from ckg.process_jobs import report
from ckg.release import canonical_json, difference, layout, manifest, merge, text_numbers
from ckg.release.dumps import Dump
from ckg.release.layout import Release
from ckg.release.writing import naming, sha256

LAYOUT = 1
"""Which graphs hold what; a store with another number is not gone on from."""

_MAX_INCREMENTS = 8
_LARGEST_SHARE = 20
_REWRITABLE = re.compile(rb'(\S+ \S+ )".*"(?:\^\^<[^>]*>|@\S+)(?: <(\S*)>)? \.\n')
"""A line with a literal that the store may write in another way: the beginning up to the literal, the graph."""


@dataclass(frozen=True, slots=True)
class StoreMade:
    """How a store came about: its layout, the version of its engine, and how many times it was gone on from.

    `probes` are the look-ups that reach every table of it (`ckg.model.store_tables`), `text_numbers` the properties
    with numbers that it keeps as text.
    """

    layout: int
    engine: str
    steps: int
    probes: tuple[str, ...] = ()
    text_numbers: tuple[str, ...] = ()

    @property
    def record(self) -> Mapping[str, int | str | list[str]]:
        """What store.json keeps of it."""
        return {
            "layout": self.layout,
            "engine": self.engine,
            "steps": self.steps,
            "probes": list(self.probes),
            "text_numbers": list(self.text_numbers),
        }


def build(staging: Staging, triples: Dump, into: Path, predecessor: Release | None = None) -> StoreMade:
    """Build the store in the folder `into` (which must not exist yet).

    `triples` is the result of `dumps.union`. The store of `predecessor` is gone on from where it is sound, of this
    layout, made by this version of the engine in less than eight steps, and less than one in twenty statements is
    different. Otherwise everything is loaded and compacted. Afterwards the store is flushed, ready for
    `Store.read_only`. Raises `StageFailed`.
    """
    if into.exists():
        raise StageFailed(f"{into} exists already", hint="A store is built once; build the release again.")
    numbers = text_numbers.properties(triples.path)
    with naming(into):
        made = _earlier(predecessor) if predecessor else None
        if predecessor and made:
            try:
                changes = _changes(predecessor, staging, triples)
                if changes is not None:
                    _take_over(predecessor, into)
                    _apply(changes, staging, triples, into)
                    report(staging.triples)
                    probes = _probes(staging, triples.path, into)
                    return StoreMade(made.layout, made.engine, made.steps + 1, probes, numbers)
            except (ReleaseError, KeyError, ValueError):  # something of the predecessor has changed since it was made
                shutil.rmtree(into, ignore_errors=True)
        _load(staging, triples, into)
        return StoreMade(LAYOUT, _engine(), 0, _probes(staging, triples.path, into), numbers)


def describe(made: StoreMade, into: Path, staging: Staging, triples: Path, lines: Path) -> StoreMade:
    """Put the graphs that describe the store into it, in the place of those it was gone on from with.

    `lines` is what `ckg.release.description.write` wrote, `triples` the union. Raises `StageFailed`.
    """
    with naming(into):
        store = Store(into)
        quads = list(parse(path=lines, format=RdfFormat.N_QUADS, lenient=True))
        for graph in {quad.graph_name for quad in quads}:
            store.remove_graph(graph)
        store.bulk_extend(quads)
        store.flush()
        del store
        return replace(made, probes=_probes(staging, triples, into, lines))


def _probes(staging: Staging, triples: Path, store: Path, *more: Path) -> tuple[str, ...]:
    files = [triples, *(graph.path for graph in staging.graphs), *more]
    return store_tables.choose_probes(Store.read_only(str(store)), store, files)


def _load(staging: Staging, triples: Dump, into: Path) -> None:
    store = Store(into)
    # Staged files were parsed and checked when they were written: no need to check every IRI again.
    # `bulk_load` of a file gives blank nodes new names, other ones for each file and each build; parsing keeps them: a
    # node is the same one in the union and in its graph, and is called as in the dumps. It is as fast.
    # All graphs come as one stream: each call makes tables of its own, and a project may have thousands of graphs.
    store.bulk_extend(chain.from_iterable(map(_quads, staging.graphs)))
    store.bulk_extend(parse(path=triples.path, format=RdfFormat.N_TRIPLES, lenient=True))
    store.optimize()
    store.flush()


def _quads(graph: StagedGraph) -> Iterator[Quad]:
    report(graph.triples // 2)
    return parse(path=graph.path, format=RdfFormat.N_QUADS, lenient=True)


@dataclass(frozen=True, slots=True)
class _Changes:
    """Lines of N-Quads that are no more there and that are new, and named graphs of which nothing is left."""

    removed: Lines
    added: Lines
    gone: tuple[str, ...]


def _engine() -> str:
    return version("pyoxigraph")


def _earlier(predecessor: Release) -> StoreMade | None:
    """Return how the store of a release came about, or None where it cannot be gone on from."""
    try:
        manifest.verify(predecessor, deep=False)
        record = canonical_json.read_object(predecessor.folder / layout.STORE_FILES)
        made = StoreMade(int(record["layout"]), str(record["engine"]), int(record["steps"]))
    except (ReleaseError, KeyError, ValueError):
        return None
    return made if (made.layout, made.engine) == (LAYOUT, _engine()) and made.steps < _MAX_INCREMENTS else None


def _changes(predecessor: Release, staging: Staging, triples: Dump) -> _Changes | None:
    """Return what is different, or None where that is too much to be worth it."""
    most = (staging.triples + triples.statements) // _LARGEST_SHARE
    removed: Lines = []
    added: Lines = []
    for old, new in _differences(predecessor, staging, triples):
        removed += old
        added += new
        if len(removed) + len(added) > most:
            return None
    gone = {graph.name for graph in predecessor.staging.graphs} - {graph.name for graph in staging.graphs}
    return _Changes(removed, added, tuple(sorted(gone)))


def _differences(predecessor: Release, staging: Staging, triples: Dump) -> Iterator[tuple[Lines, Lines]]:
    for _, removed, added in difference.lines(predecessor.staging, staging):
        yield removed, added
    earlier = predecessor.dump(N_TRIPLES)
    sha256 = manifest.digests(predecessor)[earlier.relative_to(predecessor.folder).as_posix()]
    yield from merge.differences(earlier, triples.path, sha256=sha256)


def _take_over(predecessor: Release, into: Path) -> None:
    """Copy the store of a release; the copies are hashed, not what they were made from. Raises `ReleaseError`."""
    into.mkdir()
    listed = manifest.digests(predecessor)
    for name, digest in listed.items():
        file = predecessor.folder / name
        if file.parent == predecessor.store:
            copy(file, into / file.name)
            if sha256(into / file.name).sha256 != digest:
                raise ReleaseError(f"{file} is not what its manifest says")


def _apply(changes: _Changes, staging: Staging, triples: Dump, into: Path) -> None:
    store = Store(into)
    for quad in parse(b"".join(changes.removed), format=RdfFormat.N_QUADS, lenient=True):
        store.remove(quad)
    for name in changes.gone:
        store.remove_graph(NamedNode(name))
    store.bulk_extend(parse(b"".join(changes.added), format=RdfFormat.N_QUADS, lenient=True))
    # The store writes "01" as "1": taking out the one takes out the other, which may still be said.
    for path, beginnings in _may_be_lost(changes.removed, staging, triples).items():
        kept = b"".join(merge.beginning_with(path, sorted(beginnings)))
        store.bulk_extend(parse(kept, format=RdfFormat.N_QUADS, lenient=True))
    store.flush()


def _may_be_lost(removed: Lines, staging: Staging, triples: Dump) -> dict[Path, set[bytes]]:
    """Return files and beginnings of lines that say the same as a removed one to a store that rewrites literals."""
    paths = {graph.name.encode(): graph.path for graph in staging.graphs}
    found: dict[Path, set[bytes]] = {}
    for line in removed:
        literal = _REWRITABLE.fullmatch(line)
        path = paths.get(literal[2]) if literal and literal[2] else triples.path
        if literal and path:
            found.setdefault(path, set()).add(literal[1])
    return found
