"""Answers on their way out of a worker: counted, bounded, in memory while small and in the spool file when not."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Final

import pyoxigraph as ox

from ckg.errors import NotExpressible, QueryStopped
from ckg.formats import BooleanFormat, GraphFormat, ResultFormat
from ckg.formats.statement_lines import Lines, used_prefixes
from ckg.query.limits import QueryLimits

INLINE_MAX_BYTES: Final = 1 << 18
"""Bytes up to which an answer travels through the socket."""

PRETTY_MAX_TRIPLES: Final = 100_000
"""Triples up to which a graph is sorted before it is written, so that a subject's statements stand together."""

_BATCH: Final = 1_000  # lines that are handed to a writer at a time


class Sink(io.RawIOBase):
    """A writable file that keeps up to `INLINE_MAX_BYTES` bytes, then goes on in the spool file.

    Raises `QueryStopped` at a bound. `count` returns how many rows a piece of the output ends.
    """

    def __init__(self, spool: int, limits: QueryLimits, count: Callable[[bytes], int] | None = None) -> None:
        self._spool = spool
        self._limits = limits
        self._count = count
        self._kept = bytearray()
        self.spooled = False
        self.size = 0
        self.rows = 0

    def writable(self) -> bool:
        """Say yes, as the protocol of files wants it."""
        return True

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # the engine hands over bytes
        """Take a piece of the answer."""
        self.size += len(piece)
        if self.size > self._limits.bytes:
            message = f"the answer has more than {self._limits.bytes} bytes"
            raise QueryStopped(message, bound="bytes", limit=self._limits.bytes)
        if self._count is not None:
            self.rows += self._count(piece)
            _check_rows(self.rows, self._limits)
        self._kept += piece
        if len(self._kept) > INLINE_MAX_BYTES:
            self._flush()
        return len(piece)

    def finish(self) -> bytes:
        """Return the whole answer, or nothing if it is in the spool file."""
        if self.spooled:
            self._flush()
        return bytes(self._kept)

    def _flush(self) -> None:
        self.spooled = True
        view = memoryview(bytes(self._kept))
        while view:
            view = view[os.write(self._spool, view) :]
        self._kept.clear()


def _check_rows(rows: int, limits: QueryLimits) -> None:
    if rows > limits.rows:
        message = f"the answer has more than {limits.rows} rows"
        raise QueryStopped(message, bound="rows", limit=limits.rows)


def write_table(
    answer: ox.QuerySolutions | ox.QueryBoolean, wanted: ResultFormat | BooleanFormat, spool: int, limits: QueryLimits
) -> Sink:
    """Write the answer of SELECT or ASK in one of the formats that have it."""
    if isinstance(answer, ox.QueryBoolean):
        assert isinstance(wanted, BooleanFormat)
        sink = Sink(spool, limits)
        wanted.write_boolean(answer, sink)  # type: ignore[arg-type]  # it has what the writers use of a file
    else:
        assert isinstance(wanted, ResultFormat)
        sink = Sink(spool, limits, wanted.row_counter())
        sink.rows = wanted.rows_not_counted
        wanted.write_results(answer, sink)  # type: ignore[arg-type]
    return sink


def write_graph(
    triples: Iterable[ox.Triple], wanted: GraphFormat, prefixes: Mapping[str, str], spool: int, limits: QueryLimits
) -> Sink:
    """Write the answer of CONSTRUCT or DESCRIBE in a graph format; in the readable ones grouped by subject.

    Raises `QueryStopped` at a bound and `NotExpressible` for a triple that the format has no form for.
    """
    sink = Sink(spool, limits)

    def counted() -> Iterator[Lines]:
        for lines in _lines(triples):
            sink.rows += len(lines)
            _check_rows(sink.rows, limits)
            yield lines

    for piece in _document(counted(), wanted, prefixes):
        sink.write(piece)
    return sink


def _document(blocks: Iterator[Lines], wanted: GraphFormat, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """Yield a document; up to `PRETTY_MAX_TRIPLES` triples are sorted first in the formats for people."""
    if not wanted.groups_subjects:
        return wanted.document(blocks, {})
    first: Lines = []
    while len(first) < PRETTY_MAX_TRIPLES and (block := next(blocks, None)):
        first += block
    if len(first) < PRETTY_MAX_TRIPLES:
        first = sorted(set(first))
        return wanted.whole(first, used_prefixes(prefixes, first))
    return wanted.document(chain([first], blocks), prefixes)


def _lines(triples: Iterable[ox.Triple]) -> Iterator[Lines]:
    """Yield the lines of N-Triples of a graph in batches: the engine writes a batch faster than Python a line."""
    waiting = iter(triples)
    while batch := list(islice(waiting, _BATCH)):
        written = ox.serialize(batch, format=ox.RdfFormat.N_TRIPLES) or b""
        if b" <<( " in written:
            found = next((triple for triple in batch if isinstance(triple.object, ox.Triple)), None)
            if found is not None:
                raise NotExpressible(f"a statement about {found.subject} has a triple as its object (RDF 1.2)")
        if b"--" in written:
            found = next((triple for triple in batch if getattr(triple.object, "direction", None)), None)
            if found is not None:
                raise NotExpressible(f"a statement about {found.subject} has a text with a direction (RDF 1.2)")
        yield written.splitlines(keepends=True)
