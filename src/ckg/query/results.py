"""Answers on their way out of a worker: counted, bounded, in memory while small and in the spool file when not."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from ckg.errors import QueryStopped
from ckg.model import formats
from ckg.model.formats import Format, Kind
from ckg.query.limits import Limits

INLINE: Final = 1 << 18
"""Bytes up to which an answer travels through the socket."""

PRETTY: Final = 100_000
"""Triples up to which a graph is sorted before it is written, so that a subject's statements stand together."""

_GROUPED: Final = frozenset({"ttl", "trig", "rdf", "jsonld"})
_RESULTS: Final[Mapping[str, ox.QueryResultsFormat]] = {
    "srj": ox.QueryResultsFormat.JSON,
    "srx": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Sink(io.RawIOBase):
    """A writable file that keeps up to `INLINE` bytes, then goes on in the spool file.

    Raises `QueryStopped` at a bound. `count` returns how many rows a piece of the output ends.
    """

    def __init__(self, spool: int, limits: Limits, count: Callable[[bytes], int] | None = None) -> None:
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
        if len(self._kept) > INLINE:
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


def _check_rows(rows: int, limits: Limits) -> None:
    if rows > limits.rows:
        message = f"the answer has more than {limits.rows} rows"
        raise QueryStopped(message, bound="rows", limit=limits.rows)


def counter(wanted: Format) -> Callable[[bytes], int]:
    r"""Return a function that counts rows in the pieces of one answer.

    A result never crosses into Python row by row: the engine's serialisers write it, and rows are counted by what can
    only stand between two of them. A line break inside a cell of CSV is told from the end of a row by its quotes; in
    JSON a row that binds nothing is not counted, and a text that is exactly `}},{` is counted.

    >>> count = counter(formats.CSV)
    >>> count(b'x\r\n"a\r\n'), count(b'b"\r\n')
    (1, 1)
    """
    if wanted.key == "csv":
        return _csv_counter()
    needle = {"srj": b'"}},{"', "srx": b"<result>", "tsv": b"\n"}[wanted.key]
    return _needle_counter(needle)


def _needle_counter(needle: bytes) -> Callable[[bytes], int]:
    tail = b""
    keep = len(needle) - 1

    def count(piece: bytes) -> int:
        nonlocal tail
        text = tail + piece
        tail = text[len(text) - keep :] if keep else b""
        return text.count(needle)

    return count


def _csv_counter() -> Callable[[bytes], int]:
    quoted = False

    def count(piece: bytes) -> int:
        nonlocal quoted
        if b'"' not in piece:
            return 0 if quoted else piece.count(b"\n")
        parts = piece.split(b'"')
        found = sum(part.count(b"\n") for part in parts[int(quoted) :: 2])
        quoted ^= len(parts) % 2 == 0
        return found

    return count


def write_table(answer: ox.QuerySolutions | ox.QueryBoolean, wanted: Format, spool: int, limits: Limits) -> Sink:
    """Write the answer of SELECT or ASK in one of the result formats."""
    counted = counter(wanted) if isinstance(answer, ox.QuerySolutions) else None
    sink = Sink(spool, limits, counted)
    sink.rows = {"srj": 1, "srx": 0}.get(wanted.key, -1)  # what stands between rows is counted, or a header as well
    answer.serialize(sink, _RESULTS[wanted.key])  # type: ignore[arg-type]
    return sink


def write_graph(
    triples: Iterable[ox.Triple], wanted: Format, prefixes: Mapping[str, str], spool: int, limits: Limits
) -> Sink:
    """Write the answer of CONSTRUCT or DESCRIBE in a graph format; in the readable ones grouped by subject."""
    sink = Sink(spool, limits)
    syntax = ox.RdfFormat.from_media_type(wanted.media_type)
    assert syntax is not None
    found = _counted(triples, sink, limits)
    if wanted.key in _GROUPED:
        first = _take(found, PRETTY)
        used = _used(prefixes, first) if len(first) < PRETTY else prefixes
        ordered = sorted(set(first), key=_order) if len(first) < PRETTY else first
        rows = _chain(ordered, found)
    else:
        used, rows = {}, found
    if wanted.kind is Kind.DATASET:
        quads = (ox.Quad(triple.subject, triple.predicate, triple.object) for triple in rows)
        ox.serialize(quads, sink, syntax, prefixes=dict(used) or None)  # type: ignore[arg-type]
    else:
        ox.serialize(rows, sink, syntax, prefixes=dict(used) or None)  # type: ignore[arg-type]
    return sink


def _counted(triples: Iterable[ox.Triple], sink: Sink, limits: Limits) -> Iterator[ox.Triple]:
    for triple in triples:
        sink.rows += 1
        _check_rows(sink.rows, limits)
        yield triple


def _take(rows: Iterator[ox.Triple], most: int) -> list[ox.Triple]:
    found = []
    for row in rows:
        found.append(row)
        if len(found) >= most:
            break
    return found


def _chain(first: list[ox.Triple], rest: Iterator[ox.Triple]) -> Iterator[ox.Triple]:
    yield from first
    yield from rest


def _order(triple: ox.Triple) -> tuple[bool, str, bool, str, str]:
    """Named subjects before blank nodes, a subject's class before the rest."""
    blank = isinstance(triple.subject, ox.BlankNode)
    predicate = triple.predicate.value
    return blank, str(triple.subject), predicate != _TYPE, predicate, str(triple.object)


def _used(prefixes: Mapping[str, str], triples: list[ox.Triple]) -> dict[str, str]:
    iris = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    text = "\n".join(sorted(iris))
    return {prefix: namespace for prefix, namespace in prefixes.items() if namespace and namespace in text}


def by_key(key: str) -> Format:
    """Return the format of an answer by its key in the format table."""
    return next(offered for offered in (*formats.RESULT_FORMATS, *formats.GRAPH_FORMATS) if offered.key == key)
