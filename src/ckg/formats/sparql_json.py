"""SPARQL 1.1 Query Results JSON Format (https://www.w3.org/TR/sparql11-results-json/)."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, BooleanFormat, ResultFormat, count_of


class SparqlJson(ResultFormat, BooleanFormat):
    """SPARQL results in JSON."""

    rows_not_counted = 1

    def write_results(self, solutions: ox.QuerySolutions, out: IO[bytes]) -> None:
        """Write a result."""
        solutions.serialize(out, ox.QueryResultsFormat.JSON)

    def row_counter(self) -> Callable[[bytes], int]:
        """Return a counter of what stands between rows.

        A row that binds nothing is not counted, and a text that is exactly `}},{` is.
        """
        return count_of(b'"}},{"')

    def write_boolean(self, answer: ox.QueryBoolean, out: IO[bytes]) -> None:
        """Write the answer to ASK."""
        answer.serialize(out, ox.QueryResultsFormat.JSON)


FORMAT: Final = SparqlJson(
    key="srj",
    name="SPARQL results in JSON",
    media_type="application/sparql-results+json",
    iri=W3C + "SPARQL_Results_JSON",
    aliases=("application/json",),
    words=("json",),
    rank=10,
)
