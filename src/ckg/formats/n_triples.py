"""N-Triples: a line for each triple, as every stage of a build reads and writes them.

RDF 1.1 N-Triples (https://www.w3.org/TR/n-triples/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, EngineInput, GraphFormat
from ckg.formats.statement_lines import Lines, Rows


class LinesWriter:
    """Writes N-Triples."""

    def head(self) -> bytes:
        """Return nothing."""
        return b""

    def node(self, subject: str, rows: Rows) -> bytes:
        """Return a line for each statement about a subject."""
        return "".join(f"{subject} {predicate} {value} .\n" for predicate, value in rows).encode()

    def tail(self) -> bytes:
        """Return nothing."""
        return b""


class NTriples(EngineInput, GraphFormat):
    """N-Triples."""

    has_named_graphs = False
    groups_subjects = False
    syntax: ClassVar = ox.RdfFormat.N_TRIPLES

    def writer(self, _prefixes: Mapping[str, str]) -> LinesWriter:
        """Return a writer of one document."""
        return LinesWriter()

    def document(self, blocks: Iterable[Lines], _prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the lines as they are."""
        return map(b"".join, blocks)


FORMAT: Final = NTriples(
    key="nt",
    name="N-Triples",
    media_type="application/n-triples",
    iri=W3C + "N-Triples",
    aliases=("text/plain",),
    words=("ntriples", "n-triples"),
    rank=30,
)
