"""SPARQL Query Results XML Format (https://www.w3.org/TR/rdf-sparql-XMLres/)."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, BooleanFormat, ResultFormat, count_of


class SparqlXml(ResultFormat, BooleanFormat):
    """SPARQL results in XML."""

    rows_not_counted = 0

    def write_results(self, solutions: ox.QuerySolutions, out: IO[bytes]) -> None:
        """Write a result."""
        solutions.serialize(out, ox.QueryResultsFormat.XML)

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
