"""Reading one source file for the parser: progress is told, and what no parser survives is refused on the way."""

from __future__ import annotations

import gzip
import os
import zlib
from codecs import BOM_UTF8
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from ckg.build.project_files import SourceFile
from ckg.errors import SourceLocation, SourceSyntaxError, StageFailed
from ckg.formats.guards import Unsafe
from ckg.model.staged import MAX_LINE_BYTES
from ckg.process_jobs import Job, report, run

_CHUNK_BYTES = 1 << 20
_MAX_BUFFER_BYTES = 1 << 24  # bytes in which the parser must find the end of a term


def opened(source: SourceFile) -> IO[bytes]:
    """Open a source file, decompressing it where it is compressed; a byte-order mark of UTF-8 is read over."""
    file = gzip.GzipFile(source.path, "rb") if source.gzipped else source.path.open("rb")
    try:
        if file.peek(len(BOM_UTF8)).startswith(BOM_UTF8):
            file.read(len(BOM_UTF8))
    except BaseException as error:
        file.close()
        if isinstance(error, (OSError, EOFError, zlib.error)) and source.gzipped:
            return cast("IO[bytes]", gzip.GzipFile(source.path, "rb"))  # who reads it says what is wrong
        raise
    return cast("IO[bytes]", file)


def place_at(source: SourceFile, offset: int) -> SourceLocation:
    """Return the place of a byte of a file."""
    line, column = 1, 1
    with opened(source) as file:
        while offset > 0 and (data := file.read(min(_CHUNK_BYTES, offset))):
            offset -= len(data)
            line += data.count(b"\n")
            # Bytes that go on a character are not counted.
            after = data[data.rfind(b"\n") + 1 :]
            length = sum(byte & 0xC0 != 0x80 for byte in after)
            column = length + (1 if b"\n" in data else column)
    return SourceLocation(source.path, line, column)


class GuardedInput:
    """A source file as the parser reads it.

    `error` is what `read` raised, for parsers that hide it.
    """

    def __init__(self, source: SourceFile, file: IO[bytes]) -> None:
        self._source = source
        self._file = file
        self._guard = source.format.guard(_Reopened(source))
        self.offset = 0
        self.error: SourceSyntaxError | None = None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes of the file. Raises `SourceSyntaxError` for what the parser would not survive."""
        data = self._file.read(size)
        try:
            self._guard.look_at(data)
        except Unsafe as unsafe:
            place = (
                SourceLocation(self._source.path) if unsafe.offset is None else place_at(self._source, unsafe.offset)
            )
            self.error = SourceSyntaxError(unsafe.message, place=place, hint=unsafe.hint)
            raise self.error from None
        self.offset += len(data)
        report(len(data))
        return data

    def too_long(self) -> SourceSyntaxError:
        """Return the error for a piece of text that is longer than the parser's buffer."""
        place = place_at(self._source, max(0, self.offset - _MAX_BUFFER_BYTES))
        return too_long(SourceLocation(place.file, place.line))


def too_long(place: SourceLocation, statement: bytes = b"") -> SourceSyntaxError:
    """Return the error for a statement that is too long to be published."""
    about = f" in a statement about {statement[:200].split()[0].decode(errors='replace')}" if statement else ""
    return SourceSyntaxError(
        f"a literal, IRI or comment is longer than {MAX_LINE_BYTES / 1e6:.0f} MB{about}",
        place=place,
        hint="Publish so long a text as a file of its own and link to it; a quotation mark may also be missing.",
    )


class _Reopened:
    """A source file for its guard."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source

    def open(self) -> IO[bytes]:
        """Open it once more, decompressed."""
        return opened(self._source)

    def survives_parsing(self) -> bool:
        """Parse it in a process of its own, as its end may be the end of the process."""
        try:
            run([Job(f"a trial of {self._source.relative}", _parse, (self._source,))], processes=2)
        except StageFailed:
            return False
        return True


def _parse(source: SourceFile) -> None:
    kept = ox.RdfFormat.N_QUADS if source.format.has_named_graphs else ox.RdfFormat.N_TRIPLES
    # What is wrong otherwise, the next parser says with its place.
    with suppress(Exception), opened(source) as file, Path(os.devnull).open("wb") as nowhere:
        ox.serialize(source.format.parse(file, "https://example.org/"), nowhere, format=kept)
