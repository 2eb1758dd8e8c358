"""From source files to staged graphs: parse, sort, put the pieces of one graph together.

Each file is staged on its own into a folder of the cache, so that a change of one file costs the parsing of that file.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from ckg.build.parsing import UnnamedGraphs, lines
from ckg.build.project_files import SourceFile
from ckg.errors import SourceLocation, SourceSyntaxError
from ckg.model.iris import Base
from ckg.model.staged import MAX_OPEN_FILES, StagedGraph

_RUN_BYTES = 128 << 20  # bytes of lines sorted in memory at a time
_INDEX = "index.json"
_BROKEN = "broken.json"


@dataclass(frozen=True, slots=True)
class Piece:
    """What one source file contributes to one named graph."""

    graph: str
    path: Path
    sha256: str
    triples: int


def stage_file(source: SourceFile, base: Base, into: Path) -> None:
    """Parse one file and write a piece per named graph, and an index, into the empty folder `into`.

    Raises `SourceSyntaxError`. Memory is bounded by one run of lines, whatever the size of the file.
    """
    try:
        runs = _runs(source, base, into)
    except UnnamedGraphs as found:
        for path in into.iterdir():
            path.unlink()
        runs = _runs(source, base, into, found.names)
    index = []
    for number, (graph, files) in enumerate(sorted(runs.items())):
        path = into / f"{number}.nq"
        sha256, triples = write_merged(files, path)
        for file in files:
            file.unlink()
        index.append({"graph": graph, "file": path.name, "sha256": sha256, "triples": triples})
    (into / _INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def _runs(source: SourceFile, base: Base, into: Path, unnamed: frozenset[bytes] = frozenset()) -> dict[str, list[Path]]:
    """Write the statements of a file into sorted files; return these by graph. Raises `UnnamedGraphs`."""
    runs: dict[str, list[Path]] = {}
    waiting: dict[str, list[bytes]] = {}
    size = 0
    for graph, batch in lines(source, base, unnamed):
        waiting.setdefault(graph, []).extend(batch)
        size += sum(map(len, batch))
        if size >= _RUN_BYTES:
            _spill(waiting, runs, into)
            size = 0
    _spill(waiting, runs, into)
    return runs


def note_broken(error: SourceSyntaxError, into: Path) -> None:
    """Write into a folder, in the place of all else, why its file cannot be read."""
    for path in into.iterdir():
        path.unlink()
    place = error.place
    row = {
        "message": error.message,
        "hint": error.hint,
        "place": None if place is None else [str(place.file), place.line, place.column],
    }
    (into / _BROKEN).write_text(json.dumps(row) + "\n", encoding="utf-8")


def broken(folder: Path) -> SourceSyntaxError | None:
    """Return why the file of a folder cannot be read, or None where it was staged."""
    path = folder / _BROKEN
    if not path.is_file():
        return None
    row = json.loads(path.read_text(encoding="utf-8"))
    file, *numbers = row["place"] or [None]
    place = SourceLocation(Path(file), *numbers) if file else None
    return SourceSyntaxError(row["message"], place=place, hint=row["hint"])


def pieces(folder: Path) -> tuple[Piece, ...]:
    """Return the pieces that `stage_file` wrote into a folder."""
    index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    return tuple(Piece(row["graph"], folder / row["file"], row["sha256"], row["triples"]) for row in index)


def merge(staged: Iterable[tuple[SourceFile, tuple[Piece, ...]]], into: Path) -> tuple[StagedGraph, ...]:
    """Put the pieces of each graph together in the folder `into`; return the graphs in the order of their names."""
    parts = sorted(
        ((piece.graph, source.relative, source, piece) for source, found in staged for piece in found),
        key=lambda part: part[:2],
    )
    graphs = []
    for number, (name, group) in enumerate(groupby(parts, key=lambda part: part[0])):
        members = list(group)
        path = into / f"{number:04d}.nq"
        if len(members) == 1:
            piece = members[0][3]
            # Both names stay in the cache of stages, where each is checked by its hash before it is used.
            os.link(piece.path, path)
            sha256, triples = piece.sha256, piece.triples
        else:
            sha256, triples = write_merged([piece.path for *_, piece in members], path)
        sources = tuple(dict.fromkeys(relative for _, relative, *_ in members))
        graphs.append(StagedGraph(name, members[0][2].role, path, sha256, triples, sources))
    return tuple(graphs)


def write_merged(files: Sequence[Path], path: Path) -> tuple[str, int]:
    """Merge sorted files of lines into one without duplicates; return its SHA-256 and number of lines."""
    if len(files) > MAX_OPEN_FILES:
        with TemporaryDirectory(dir=path.parent) as folder:
            merged = []
            for start in range(0, len(files), MAX_OPEN_FILES):
                merged.append(Path(folder) / str(start))
                write_merged(files[start : start + MAX_OPEN_FILES], merged[-1])
            return write_merged(merged, path)
    digest = hashlib.sha256()
    triples = 0
    with path.open("wb", buffering=0) as out:
        for batch in _unique_batches(files):
            data = b"".join(batch)
            triples += len(batch)
            digest.update(data)
            out.write(data)
    return digest.hexdigest(), triples


def _unique_batches(files: Sequence[Path]) -> Iterator[list[bytes]]:
    handles = [file.open("rb", buffering=1 << 20) for file in files]
    try:
        merged: Iterable[bytes] = handles[0] if len(handles) == 1 else heapq.merge(*handles)
        last = b""
        batch: list[bytes] = []
        for line in merged:
            if line != last:
                batch.append(line)
                last = line
                if len(batch) == 20_000:
                    yield batch
                    batch = []
        yield batch
    finally:
        for handle in handles:
            handle.close()


def _spill(waiting: dict[str, list[bytes]], runs: dict[str, list[Path]], folder: Path) -> None:
    for graph, batch in waiting.items():
        files = runs.setdefault(graph, [])
        path = folder / f"run-{len(runs)}-{len(files)}.tmp"
        batch.sort()
        with path.open("wb") as file:
            file.write(b"\n".join(batch))
            file.write(b"\n")
        files.append(path)
    waiting.clear()
