"""SPARQL Query Results XML Format (https://www.w3.org/TR/rdf-sparql-XMLres/).

What XML 1.0 forbids (most control characters) is refused. A carriage return is written as a reference, because a reader
takes the character itself for a line feed (XML 1.0, section 2.11).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import IO, Final

import pyoxigraph as ox

from ckg.errors import NotExpressible
from ckg.formats.base import W3C, BooleanFormat, ResultFormat, count_of

_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")  # the last: U+FFFE, U+FFFF


class _WellFormed(io.RawIOBase):
    r"""Writes XML to a file, as long as XML 1.0 has a form for it. Raises `NotExpressible`.

    >>> out = io.BytesIO()
    >>> _WellFormed(out).write(b"a\rb"), out.getvalue()
    (3, b'a&#13;b')
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._tail = b""

    def writable(self) -> bool:
        """Say yes, as the protocol of files wants it."""
        return True

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # the engine hands over bytes
        """Take a piece."""
        found = _FORBIDDEN.search(self._tail + piece)
        if found:
            code = ord(found[0].decode())
            raise NotExpressible(f"a literal holds the character U+{code:04X}, which XML 1.0 forbids")
        self._tail = piece[-2:]
        self._out.write(piece.replace(b"\r", b"&#13;") if b"\r" in piece else piece)
        return len(piece)


class SparqlXml(ResultFormat, BooleanFormat):
    """SPARQL results in XML."""

    rows_not_counted = 0

    def write_results(self, solutions: ox.QuerySolutions, out: IO[bytes]) -> None:
        """Write a result."""
        table = _WellFormed(out)
        solutions.serialize(table, ox.QueryResultsFormat.XML)  # type: ignore[arg-type]  # it has what is used of a file

    def row_counter(self) -> Callable[[bytes], int]:
        """Return a counter of the beginnings of rows."""
        return count_of(b"<result>")

    def write_boolean(self, answer: ox.QueryBoolean, out: IO[bytes]) -> None:
        """Write the answer to ASK."""
        answer.serialize(out, ox.QueryResultsFormat.XML)


FORMAT: Final = SparqlXml(
    key="srx",
    name="SPARQL results in XML",
    media_type="application/sparql-results+xml",
    iri=W3C + "SPARQL_Results_XML",
    aliases=("application/xml", "text/xml"),
    words=("xml",),
    rank=20,
)
