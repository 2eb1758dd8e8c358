"""TriG: Turtle with named graphs.

RDF 1.1 TriG (https://www.w3.org/TR/trig/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, DatasetFormat, EngineInput
from ckg.formats.statement_lines import Lines, subjects
from ckg.formats.turtle import Terms, TurtleWriter, header, node
from ckg.model.prefixes import Prefixes


class TriG(EngineInput, DatasetFormat):
    """TriG; a graph without a name is written as in Turtle."""

    has_named_graphs = True
    syntax: ClassVar = ox.RdfFormat.TRIG

    def writer(self, prefixes: Mapping[str, str]) -> TurtleWriter:
        """Return a writer of one document."""
        return TurtleWriter(prefixes)

    def dataset(self, graphs: Iterable[tuple[str, Iterable[Lines]]], prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield a document with named graphs."""
        terms = Terms(Prefixes(prefixes))
        yield header(prefixes).encode()
        for name, blocks in graphs:
            indent = "    " if name else ""
            if name:
                yield f"{terms[f'<{name}>']} {{\n".encode()
            for subject, rows in subjects(blocks):
                yield node(subject, rows, terms, indent).encode()
            if name:
                yield b"}\n\n"


FORMAT: Final = TriG(
    key="trig",
    name="TriG",
    media_type="application/trig",
    iri=W3C + "TriG",
    aliases=("application/x-trig",),
    rank=50,
)
