"""Merging sorted files of lines into one sorted stream without duplicates, in bounded memory.

Staged graphs are sorted by their bytes. Blocks of all files are taken together up to the smallest last line of any
block; Python's sort then merges the runs it finds in them, so that the work per line is done outside the interpreter.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ckg.errors import ReleaseError
from ckg.formats.statement_lines import Lines
from ckg.model.staged import StagedGraph
from ckg.process_jobs import report

_MEMORY_BYTES = 64_000_000
_MIN_BLOCK_BYTES = 65_536


class _Source:
    """The unread rest of one sorted file, a block at a time; the file is open only while a block is read.

    With `sha256` the file is hashed as it is read, and its end is a `ReleaseError` where it is another one.
    """

    def __init__(self, path: Path, block: int, cut: Callable[[Lines], Lines], sha256: str = "") -> None:
        self._path = path
        self._block = block
        self._cut = cut
        self._sha256 = sha256
        self._digest = hashlib.sha256()
        self._offset = 0
        self.ended = False
        self.lines: Lines = []

    def fill(self) -> None:
        """Read the next block of whole lines if none are left."""
        if self.lines or self.ended:
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            read = file.readlines(self._block)
            self._offset = file.tell()
        self.ended = not read
        if self._sha256:
            self._digest.update(b"".join(read))
            if self.ended and self._digest.hexdigest() != self._sha256:
                raise ReleaseError(f"{self._path} is not what its manifest says")
        self.lines = self._cut(read)

    def take(self, last: bytes) -> Lines:
        """Remove and return the lines that do not sort after `last`."""
        if self.lines[-1] <= last:
            taken, self.lines = self.lines, []
            return taken
        end = bisect_right(self.lines, last)
        taken, self.lines = self.lines[:end], self.lines[end:]
        return taken


def _uncut(lines: Lines) -> Lines:
    return lines


def without_graph(name: str) -> Callable[[Lines], Lines]:
    r"""Return a function that turns lines of N-Quads of the graph `name` into lines of N-Triples.

    The order of the lines stays the order of their bytes: what follows an object is a space either way, and no term of
    canonical N-Quads is a term again when a space is cut off.

    >>> without_graph("https://example.org/g")([b"<s:> <p:> <o:> <https://example.org/g> .\n"])
    [b'<s:> <p:> <o:> .\n']
    """
    length = len(f"<{name}> .\n".encode())
    return lambda lines: [line[:-length] + b".\n" for line in lines]


def blocks(sources: Iterable[tuple[Path, Callable[[Lines], Lines]]]) -> Iterator[Lines]:
    """Yield the lines of sorted files as sorted blocks, each line once; every block sorts after the one before.

    Each source is a file and a function applied to the lines of each block read from it, which must keep their order.
    """
    given = list(sources)
    block = max(_MIN_BLOCK_BYTES, _MEMORY_BYTES // max(1, len(given)))
    live = [_Source(path, block, cut) for path, cut in given]
    while True:
        for source in live:
            source.fill()
        live = [source for source in live if source.lines]
        if not live:
            return
        last = min(source.lines[-1] for source in live)
        runs = [source.take(last) for source in live if source.lines[0] <= last]
        if len(runs) == 1:
            lines = runs[0]
        else:
            lines = [line for run in runs for line in run]
            lines.sort()
            lines = list(dict.fromkeys(lines))
        report(len(lines))
        yield lines


def differences(before: Path | None, after: Path | None, *, sha256: str = "") -> Iterator[tuple[Lines, Lines]]:
    """Yield, block by block, the lines that only the first of two sorted files has, and those that only the second has.

    None stands for a file without lines. Blocks that are alike are not yielded. With `sha256` the first file is hashed
    as it is read: raises `ReleaseError`, at its end, where it is another one.
    """
    given = ((before, sha256), (after, ""))
    live = [_Source(path, _MEMORY_BYTES // 2, _uncut, digest) if path else None for path, digest in given]
    while True:
        for source in live:
            if source:
                source.fill()
        left = [source for source in live if source and source.lines]
        if not left:
            return
        last = min(source.lines[-1] for source in left)
        old, new = (source.take(last) if source and source.lines else [] for source in live)
        if old != new:
            in_old, in_new = set(old), set(new)
            yield [line for line in old if line not in in_new], [line for line in new if line not in in_old]


def triples(graphs: Sequence[StagedGraph]) -> Iterator[Lines]:
    """Yield the union of staged graphs as sorted blocks of N-Triples lines, each triple once."""
    return blocks((graph.path, without_graph(graph.name)) for graph in graphs)


def quads(graphs: Sequence[StagedGraph]) -> Iterator[Lines]:
    """Yield the quads of staged graphs as sorted blocks of N-Quads lines."""
    return blocks((graph.path, _uncut) for graph in graphs)


def lines(path: Path) -> Iterator[Lines]:
    """Yield the lines of one file in blocks."""
    return blocks([(path, _uncut)])


def beginning_with(path: Path, beginnings: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the lines of a sorted file that begin with one of the given bytes."""
    for block in lines(path) if beginnings else ():
        for beginning in beginnings:
            for line in block[bisect_left(block, beginning) :]:
                if not line.startswith(beginning):
                    break
                yield line
