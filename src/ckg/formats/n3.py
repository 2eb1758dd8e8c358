"""Notation3: written as the Turtle that it contains; its formulas, rules and variables are no RDF and are not read.

W3C Team Submission Notation3 (https://www.w3.org/TeamSubmission/n3/).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, ClassVar, Final, cast

import pyoxigraph as ox

from ckg.formats.base import W3C, EngineInput, NestingFormat
from ckg.formats.turtle import TurtleWriter


class N3(EngineInput, NestingFormat):
    """Notation3. It is no dump: that in Turtle holds the same bytes."""

    has_named_graphs = False
    is_dump = False
    syntax: ClassVar = ox.RdfFormat.N3

    def parse(self, file: IO[bytes], base_iri: str) -> Iterator[ox.Quad]:
        """Yield the statements of a file. Raises `SyntaxError` for a formula, and for a variable.

        >>> from io import BytesIO
        >>> [str(quad) for quad in FORMAT.parse(BytesIO(b"<o:> is <p:> of <s:> ."), "x:")]
        ['<s:> <p:> <o:>']
        >>> list(FORMAT.parse(BytesIO(b"{ <s:> <p:> <o:> } => { <o:> <p:> <s:> } ."), "x:"))
        Traceback (most recent call last):
        ...
        SyntaxError: a formula `{ ... }` of Notation3 is no RDF: take rules and formulas out of the file
        """
        asserted = ox.DefaultGraph()
        for quad in cast("Iterator[ox.Quad]", super().parse(file, base_iri)):
            if quad.graph_name != asserted:
                raise SyntaxError("a formula `{ ... }` of Notation3 is no RDF: take rules and formulas out of the file")
            yield quad

    def writer(self, prefixes: Mapping[str, str]) -> TurtleWriter:
        """Return a writer of one document."""
        return TurtleWriter(prefixes)


FORMAT: Final = N3(
    key="n3",
    name="Notation3",
    media_type="text/n3",
    iri=W3C + "N3",
    aliases=("text/rdf+n3",),
    words=("notation3",),
    charset=True,
    rank=70,
)
