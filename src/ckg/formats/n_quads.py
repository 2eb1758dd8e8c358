"""N-Quads: a line for each triple and its graph.

RDF 1.1 N-Quads (https://www.w3.org/TR/n-quads/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, DatasetFormat, EngineInput
from ckg.formats.n_triples import LinesWriter
from ckg.formats.statement_lines import Lines


class NQuads(EngineInput, DatasetFormat):
    """N-Quads; a graph without a name is written as in N-Triples."""

    has_named_graphs = True
    groups_subjects = False
    syntax: ClassVar = ox.RdfFormat.N_QUADS

    def writer(self, _prefixes: Mapping[str, str]) -> LinesWriter:
        """Return a writer of one document."""
        return LinesWriter()

    def document(self, blocks: Iterable[Lines], _prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the lines as they are: without a graph they are N-Quads."""
        return map(b"".join, blocks)

    def dataset(self, graphs: Iterable[tuple[str, Iterable[Lines]]], _prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield lines with the name of their graph."""
        for name, blocks in graphs:
            if not name:
                yield from map(b"".join, blocks)
                continue
            ending = f"<{name}> .\n".encode()
            for lines in blocks:
                yield b"".join(line[:-2] + ending for line in lines)


FORMAT: Final = NQuads(
    key="nq",
    name="N-Quads",
    media_type="application/n-quads",
    iri=W3C + "N-Quads",
    aliases=("text/x-nquads",),
    words=("nquads", "n-quads"),
    rank=60,
)
