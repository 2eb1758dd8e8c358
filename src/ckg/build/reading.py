"""Reading one source file for the parser: progress is told, and what no parser survives is refused on the way."""

from __future__ import annotations

import copy
import gzip
import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from ckg.build.nesting import DEEPEST, JsonDepth, XmlDepth, first_too_deep
from ckg.build.sources import SourceFile
from ckg.errors import Place, SourceSyntaxError, StageFailed
from ckg.jobs import Job, report, run
from ckg.model.formats import Kind
from ckg.model.staged import LONGEST_LINE

_CHUNK = 1 << 20
_BUFFER = 1 << 24  # bytes in which the parser must find the end of a term
_MANY_TRIPLE_TERMS = 5_000  # the parser ends the process when some ten thousand of them are nested


def opened(source: SourceFile) -> IO[bytes]:
    """Open a source file, decompressing it where it is compressed."""
    return gzip.open(source.path, "rb") if source.gzipped else source.path.open("rb")  # type: ignore[return-value]


def place_at(source: SourceFile, offset: int) -> Place:
    """Return the place of a byte of a file."""
    line, column = 1, 1
    with opened(source) as file:
        while offset > 0 and (data := file.read(min(_CHUNK, offset))):
            offset -= len(data)
            line += data.count(b"\n")
            # Bytes that go on a character are not counted.
            after = data[data.rfind(b"\n") + 1 :]
            length = sum(byte & 0xC0 != 0x80 for byte in after)
            column = length + (1 if b"\n" in data else column)
    return Place(source.path, line, column)


class Reader:
    """A source file as the parser reads it.

    `error` is what `read` raised, for parsers that hide it.
    """

    def __init__(self, source: SourceFile, file: IO[bytes]) -> None:
        self._source = source
        self._file = file
        depths: dict[str, JsonDepth | XmlDepth] = {"jsonld": JsonDepth(), "rdf": XmlDepth()}
        self._depth = depths.get(source.format.key)
        self._triple_terms = 0
        self.offset = 0
        self.error: SourceSyntaxError | None = None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes of the file. Raises `SourceSyntaxError` for what is nested too deep."""
        data = self._file.read(size)
        try:
            self._look_at(data)
        except SourceSyntaxError as error:
            self.error = error
            raise
        self.offset += len(data)
        report(len(data))
        return data

    def too_long(self) -> SourceSyntaxError:
        """Return the error for a piece of text that is longer than the parser's buffer."""
        place = place_at(self._source, max(0, self.offset - _BUFFER))
        return too_long(Place(place.file, place.line))

    def _look_at(self, data: bytes) -> None:
        if self._depth is None:
            before = self._triple_terms
            self._triple_terms += data.count(b"<<")
            if before < _MANY_TRIPLE_TERMS <= self._triple_terms:
                _survive(self._source)
            return
        state = copy.copy(self._depth)
        if self._depth.deepest(data) <= DEEPEST:
            return
        if isinstance(state, XmlDepth):
            with opened(self._source) as file:
                offset = first_too_deep(iter(partial(file.read, _CHUNK), b""))
            self._depth = None
        else:
            offset = self.offset + _first_too_deep(state, data)
        if offset is not None:
            raise SourceSyntaxError(
                f"nested more than {DEEPEST} levels deep",
                place=place_at(self._source, offset),
                hint="Give the inner things names (or blank node labels), and write them side by side.",
            )


def too_long(place: Place, statement: bytes = b"") -> SourceSyntaxError:
    """Return the error for a statement that is too long to be published."""
    about = f" in a statement about {statement[:200].split()[0].decode(errors='replace')}" if statement else ""
    return SourceSyntaxError(
        f"a literal, IRI or comment is longer than {LONGEST_LINE / 1e6:.0f} MB{about}",
        place=place,
        hint="Publish so long a text as a file of its own and link to it; a quotation mark may also be missing.",
    )


def _first_too_deep(state: JsonDepth, data: bytes) -> int:
    low, high = 0, len(data)
    while high - low > 1:
        middle = (low + high) // 2
        if copy.copy(state).deepest(data[:middle]) > DEEPEST:
            high = middle
        else:
            low = middle
    return low


def _survive(source: SourceFile) -> None:
    """Parse a file in a process of its own first, as its end may be the end of the process."""
    try:
        run([Job(f"a trial of {source.relative}", _parse, (source,))], processes=2)
    except StageFailed:
        raise SourceSyntaxError(
            "triple terms (RDF 1.2) are nested so deep that the parser gives up",
            place=Place(source.path),
            hint="Triple terms are not published: reify the statements (rdf:Statement).",
        ) from None


def _parse(source: SourceFile) -> None:
    form = ox.RdfFormat.from_media_type(source.format.media_type)
    kept = ox.RdfFormat.N_TRIPLES if source.format.kind is Kind.GRAPH else ox.RdfFormat.N_QUADS
    # What is wrong otherwise, the next parser says with its place.
    with suppress(Exception), opened(source) as file, Path(os.devnull).open("wb") as nowhere:
        ox.serialize(ox.parse(file, format=form, base_iri="https://example.org/"), nowhere, format=kept)
