"""Jelly: a binary format that is small and that Java tools read fast.

The Jelly RDF stream format (https://jelly-rdf.github.io/), through the package `pyjelly`; without it there is no such
format here. A graph is one flat stream of triples, each term as it was written.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import IO, Any, Final

import pyoxigraph as ox

from ckg.formats.base import GraphFormat, InputFormat
from ckg.formats.guards import Guard, GuardedFile
from ckg.formats.statement_lines import Rows, iri, label, literal, unescaped

_MAX_EXPANSION_BYTES = 1 << 26
_MAX_EXPANSION_FACTOR = 500  # of the bytes read; what repeats most, a table of numbers, is a fiftieth of its N-Triples
_CACHE_SIZE = 100_000
_CUT_OFF = "the file is damaged or cut off: it is no stream of Jelly"


class _Counted(io.RawIOBase):
    """A file that counts what is read from it, and that cannot be sought in."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.offset = 0

    def readable(self) -> bool:
        """Say yes, as the protocol of files wants it."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer from the file."""
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.offset += len(data)
        return len(data)


class _NoGuard:
    """A stream of Jelly has no depth; what it refers to again is bounded where it is read."""

    def look_at(self, data: bytes) -> None:
        """Do nothing."""


class _Writer:
    """Writes one flat stream of triples."""

    def __init__(self) -> None:
        from pyjelly.integrations.generic import generic_sink, serialize  # noqa: PLC0415 - an extra
        from pyjelly.options import StreamParameters  # noqa: PLC0415
        from pyjelly.serialize import ioutils, streams  # noqa: PLC0415

        self._terms = generic_sink
        self._write: Callable[[Any, IO[bytes]], None] = ioutils.write_delimited
        options = streams.SerializerOptions(params=StreamParameters(stream_name=""))
        self._stream = streams.TripleStream(encoder=serialize.GenericSinkTermEncoder(), options=options)
        self._known: dict[str, Any] = {}

    def head(self) -> bytes:
        """Begin the stream."""
        self._stream.enroll()
        return b""

    def node(self, subject: str, rows: Rows) -> bytes:
        """Return the frames that are full after the statements about a subject."""
        out = io.BytesIO()
        about = self._term(subject)
        for predicate, value in rows:
            frame = self._stream.triple((about, self._term(predicate), self._term(value)))
            if frame is not None:
                self._write(frame, out)
        return out.getvalue()

    def tail(self) -> bytes:
        """Return the last frame."""
        out = io.BytesIO()
        frame = self._stream.flow.to_stream_frame()
        if frame is not None:
            self._write(frame, out)
        return out.getvalue()

    def _term(self, text: str) -> Any:
        if text[0] == '"':
            lexical, language, datatype = literal(text)
            return self._terms.Literal(unescaped(lexical), language or None, unescaped(datatype) or None)
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _CACHE_SIZE:
                self._known.clear()
            known = self._terms.BlankNode(label(text)) if text[0] == "_" else self._terms.IRI(iri(text))
            self._known[text] = known
        return known


class Jelly(InputFormat, GraphFormat):
    """Jelly; read are all its physical types, written is the one of triples.

    It is no dump: `pyjelly` writes 100,000 triples a second where the others write 400,000, and a build would wait.
    """

    has_named_graphs = True
    groups_subjects = False
    is_dump = False

    @property
    def available(self) -> bool:
        """Whether `pyjelly` is installed (`ckg[jelly]`)."""
        return find_spec("pyjelly") is not None

    def parse(self, file: IO[bytes], _base_iri: str) -> Iterator[ox.Quad]:
        """Yield the statements of a stream; its IRIs are absolute."""
        from google.protobuf.message import DecodeError  # noqa: PLC0415 - comes with the extra
        from pyjelly import errors  # noqa: PLC0415
        from pyjelly.integrations.generic import generic_sink, parse  # noqa: PLC0415

        refused = (errors.JellyAssertionError, errors.JellyConformanceError, NotImplementedError, DecodeError)
        broken = (EOFError, ValueError, LookupError, TypeError, AssertionError)  # what damage makes it stumble over
        counted = _Counted(file)
        term = _Reader(generic_sink).term
        expanded = 0
        try:
            for statement in parse.parse_jelly_flat(counted):
                if isinstance(statement, generic_sink.Prefix):
                    continue
                quad = ox.Quad(*map(term, statement))
                expanded += sum(len(str(part)) for part in statement)
                if expanded > max(_MAX_EXPANSION_BYTES, _MAX_EXPANSION_FACTOR * counted.offset):
                    raise SyntaxError("terms that it refers to again would make the file many times as long")
                yield quad
        except (*refused, *broken) as error:
            raise SyntaxError(f"{_CUT_OFF} ({error})") from None

    def guard(self, _file: GuardedFile) -> Guard:
        """Return a guard that lets everything pass."""
        return _NoGuard()

    def writer(self, _prefixes: Mapping[str, str]) -> _Writer:
        """Return a writer of one document."""
        return _Writer()


class _Reader:
    """From terms of pyjelly to ours."""

    def __init__(self, terms: Any) -> None:
        self._terms = terms

    def term(self, found: Any) -> Any:
        """Return a term. Raises `SyntaxError` for a triple and `ValueError` for what is no IRI."""
        terms = self._terms
        if isinstance(found, terms.IRI):
            return ox.NamedNode(str(found)[1:-1])
        if isinstance(found, terms.BlankNode):
            # Any text may be a label there; in hex it is a label everywhere, and another one for every node.
            return ox.BlankNode(f"x{found._identifier.encode().hex()}")
        if isinstance(found, terms.Literal):
            if found._langtag:
                return ox.Literal(found._lex, language=found._langtag)
            datatype = ox.NamedNode(found._datatype) if found._datatype else None
            return ox.Literal(found._lex, datatype=datatype)
        if found is terms.DefaultGraph:
            return ox.DefaultGraph()
        raise SyntaxError("triple terms and generalized statements are not published: reify them (rdf:Statement)")


FORMAT: Final = Jelly(
    key="jelly",
    name="Jelly",
    media_type="application/x-jelly-rdf",
    rank=80,
)
