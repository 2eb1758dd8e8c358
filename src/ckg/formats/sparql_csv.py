"""SPARQL 1.1 Query Results CSV and TSV Formats (https://www.w3.org/TR/sparql11-results-csv-tsv/): CSV.

The engine's own writer does not quote an IRI that holds a comma (RFC 4180, section 2). In TSV its terms can be told
apart, so that its TSV is turned into CSV here, as text, piece by piece.

The recommendation says nothing of ASK. Here its answer is a table of one column and one row, whose header no query of a
person will use: a reader of tables gets a table.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import IO, Final

import pyoxigraph as ox

from ckg.errors import NotExpressible
from ckg.formats.base import W3C, BooleanFormat, ResultFormat

_TERM: Final = re.compile(
    rb'"((?:[^"\\]|\\.)*+)"(?:@[A-Za-z0-9-]++|\^\^<[^<>]*+>)?|<([^<>]*+)>|(<<\()|\t|\n', re.DOTALL
)
_ESCAPE: Final = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPED: Final = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"b": b"\b", b"f": b"\f"}
_TO_QUOTE: Final = re.compile(rb'[",\r\n]')


class _FromTsv(io.RawIOBase):
    r"""Takes the engine's TSV and writes it to a file as CSV. Raises `NotExpressible` for a triple term.

    >>> out = io.BytesIO()
    >>> file = _FromTsv(out)
    >>> file.write(b"?a\t?b\n<x:a,b>\t"), file.write(b'"c"@en\n')
    (14, 7)
    >>> out.getvalue()
    b'a,b\r\n"x:a,b",c\r\n'
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._rest = b""
        self._begun = False

    def writable(self) -> bool:
        """Say yes, as the protocol of files wants it."""
        return True

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # the engine hands over bytes
        """Write the rows that are complete now; a line feed stands only between rows, those of literals are escaped."""
        end = piece.rfind(b"\n") + 1
        if end:
            rows = self._rest + piece[:end]
            self._rest = piece[end:]
            if not self._begun:
                self._begun = True
                header, _, rows = rows.partition(b"\n")
                self._out.write(header.replace(b"?", b"").replace(b"\t", b",") + b"\r\n")
            if rows:
                self._out.write(_csv_rows(rows))
        else:
            self._rest += piece
        return len(piece)


def _csv_rows(rows: bytes) -> bytes:
    if b'"' not in rows and b"," not in rows and b"<<" not in rows:
        return rows.replace(b"<", b"").replace(b">", b"").replace(b"\t", b",").replace(b"\n", b"\r\n")
    return _TERM.sub(_csv_term, rows)


def _csv_term(found: re.Match[bytes]) -> bytes:
    if found[0] == b"\t":
        return b","
    if found[0] == b"\n":
        return b"\r\n"
    if found[3]:
        raise NotExpressible("a triple (RDF 1.2) has no form in CSV")
    value = found[2]
    if value is None:
        value = found[1]
        if b"\\" in value:
            value = _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), value)
    if _TO_QUOTE.search(value):
        return b'"' + value.replace(b'"', b'""') + b'"'
    return value


class Csv(ResultFormat, BooleanFormat):
    """CSV."""

    rows_not_counted = -1

    def write_results(self, solutions: ox.QuerySolutions, out: IO[bytes]) -> None:
        """Write a result."""
        table = _FromTsv(out)
        solutions.serialize(table, ox.QueryResultsFormat.TSV)  # type: ignore[arg-type]  # it has what is used of a file

    def row_counter(self) -> Callable[[bytes], int]:
        r"""Return a counter of the ends of rows, that of the header included.

        A line break inside a cell is told from the end of a row by its quotes.

        >>> count = FORMAT.row_counter()
        >>> count(b'x\r\n"a\r\n'), count(b'b"\r\n')
        (1, 1)
        """
        return _csv_counter()

    def write_boolean(self, answer: ox.QueryBoolean, out: IO[bytes]) -> None:
        """Write the answer to ASK as a table of one row."""
        out.write(b"_askResult\r\ntrue\r\n" if answer else b"_askResult\r\nfalse\r\n")


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


FORMAT: Final = Csv(
    key="csv",
    name="CSV",
    media_type="text/csv",
    iri=W3C + "SPARQL_Results_CSV",
    charset=True,
    rank=30,
)
