"""SPARQL 1.1 Query Results CSV and TSV Formats (https://www.w3.org/TR/sparql11-results-csv-tsv/): TSV.

The recommendation says nothing of ASK. Here its answer is a table of one column and one row, whose header no query of a
person will use: a reader of tables gets a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, BooleanFormat, ResultFormat, count_of


class Tsv(ResultFormat, BooleanFormat):
    """TSV."""

    rows_not_counted = -1

    def write_results(self, solutions: ox.QuerySolutions, out: IO[bytes]) -> None:
        """Write a result."""
        solutions.serialize(out, ox.QueryResultsFormat.TSV)

    def row_counter(self) -> Callable[[bytes], int]:
        """Return a counter of the ends of rows, that of the header included."""
        return count_of(b"\n")

    def write_boolean(self, answer: ox.QueryBoolean, out: IO[bytes]) -> None:
        """Write the answer to ASK as a table of one row."""
        out.write(b"?_askResult\ntrue\n" if answer else b"?_askResult\nfalse\n")


FORMAT: Final = Tsv(
    key="tsv",
    name="TSV",
    media_type="text/tab-separated-values",
    iri=W3C + "SPARQL_Results_TSV",
    charset=True,
    rank=40,
)
