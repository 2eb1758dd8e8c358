"""SPARQL 1.1 Query Results CSV and TSV Formats (https://www.w3.org/TR/sparql11-results-csv-tsv/): CSV.

The recommendation says nothing of ASK. Here its answer is a table of one column and one row, whose header no query of a
person will use: a reader of tables gets a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, BooleanFormat, ResultFormat


class Csv(ResultFormat, BooleanFormat):
    """CSV."""

    rows_not_counted = -1

    def write_results(self, solutions: ox.QuerySolutions, out: IO[bytes]) -> None:
        """Write a result."""
        solutions.serialize(out, ox.QueryResultsFormat.CSV)

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
