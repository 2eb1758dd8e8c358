"""Entities and depth of an RDF/XML file, looked at while it is read.

The RDF/XML parser expands entities without bound, those of entities included, and needs time that grows with the
square of the depth. Where it looks for declarations it is no XML parser: it takes what looks like one in a comment, and
a DOCTYPE in the middle of the file, for one. So every text that looks like a declaration is judged, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from xml.parsers import expat

from ckg.formats.guards import DEEPEST, GuardedFile, Unsafe, too_deep

_CHUNK_BYTES = 1 << 20
_MAX_PROLOG_BYTES = 1 << 20  # what stands before the first element
_MAX_EXPANSION_BYTES = 1 << 24
_MAX_EXPANSION_FACTOR = 16  # of the bytes read so far; namespaces as entities make a file three times as long at most
_VALUE = rb"\"(?P<value>[^\"&%<]{0,1024})\"|'(?P<other>[^'&%<]{0,1024})'"
_DECLARATION = re.compile(rb"<!ENTITY\s+(?P<name>[^\s%&<>\"']+)\s+(?:" + _VALUE + rb")\s*>")
_MAX_DECLARATION_BYTES = 2048
_REFERENCE = re.compile(rb"&([^\s;&<>\"']{1,1024});")
_MARKUP = re.compile(rb"<![^\[-]")  # neither CDATA nor a comment: a DOCTYPE, or what stands in one


class XmlDepth:
    """A guess at the depth of an XML text that comes in pieces, made without looking at every tag.

    Comments and texts that look like tags can make it wrong: `first_too_deep` knows.

    >>> depth = XmlDepth()
    >>> depth.deepest(b"<?xml version='1.0'?><a><b/><c><"), depth.deepest(b"/c></a>")
    (2, 0)
    """

    def __init__(self) -> None:
        self._depth = 0
        self._rest = b""

    def deepest(self, data: bytes) -> int:
        """Return about how deep the next piece of the text ends."""
        data = self._rest + data
        self._rest = data[len(data.rstrip(b"</")) :]
        data = data[: len(data) - len(self._rest)]
        closing, empty = data.count(b"</"), data.count(b"/>")
        opening = data.count(b"<") - closing - data.count(b"<!") - data.count(b"<?")
        self._depth += opening - closing - empty
        return self._depth


class XmlGuard:
    """Refuses entities that could be expanded without bound, and elements that are nested too deep."""

    def __init__(self, file: GuardedFile) -> None:
        self._file = file
        self._offset = 0
        self._depth: XmlDepth | None = XmlDepth()
        self._prolog: _Prolog | None = _Prolog()
        self._entities: dict[bytes, int] = {}
        self._expanded = 0
        self._last = b""

    def look_at(self, data: bytes) -> None:
        """Look at the next piece. Raises `Unsafe`."""
        body = self._last + data
        if self._prolog is not None:
            body = self._prolog.rest_of(data)
            if body:
                self._entities = self._prolog.entities()
                self._prolog = None
        if _MARKUP.search(body):
            self._refuse_second_doctype()
        self._last = body[-2:]
        self._offset += len(data)
        if self._entities:
            self._bound_expansion(data)
        if self._depth is not None and self._depth.deepest(data) > DEEPEST:
            self._depth = None
            offset = first_too_deep(self._pieces())
            if offset is not None:
                raise too_deep(offset)

    def _bound_expansion(self, data: bytes) -> None:
        sizes = self._entities
        self._expanded += sum(sizes[name] for name in _REFERENCE.findall(data) if name in sizes)
        if self._expanded > max(_MAX_EXPANSION_BYTES, _MAX_EXPANSION_FACTOR * self._offset):
            raise Unsafe(
                "its XML entities would make the file many times as long",
                offset=self._offset,
                hint="Write the texts out, or use short entities for namespaces only.",
            )

    def _refuse_second_doctype(self) -> None:
        """Read the whole file as XML, which has no DOCTYPE behind its first element."""
        parser = expat.ParserCreate()
        try:
            for piece in self._pieces():
                parser.Parse(piece)
        except expat.ExpatError as error:
            raise _malformed(error, parser) from None

    def _pieces(self) -> Iterator[bytes]:
        with self._file.open() as file:
            yield from iter(partial(file.read, _CHUNK_BYTES), b"")


class _Prolog:
    """What stands before the first element of an XML text: it may declare entities."""

    def __init__(self) -> None:
        self._text = b""
        self._end: int | None = None
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begins

    def _begins(self, _name: str, _attributes: object) -> None:
        self._end = self._parser.CurrentByteIndex
        self._parser.StartElementHandler = None

    def rest_of(self, data: bytes) -> bytes:
        """Return what follows the prolog in the next piece, nothing where the prolog goes on. Raises `Unsafe`."""
        self._text += data
        try:
            self._parser.Parse(data)
        except expat.ExpatError as error:
            if self._end is None:
                raise _malformed(error, self._parser) from None
        rest = b""
        if self._end is not None:
            self._text, rest = self._text[: self._end], self._text[self._end :]
        for start in (found.start() for found in re.finditer(b"<!ENTITY", self._text)):
            beginning = self._text[start : start + _MAX_DECLARATION_BYTES]
            complete = len(beginning) == _MAX_DECLARATION_BYTES or b">" in beginning or rest
            if complete and not _DECLARATION.match(beginning):
                raise Unsafe(
                    "an XML entity that refers to another entity or to a file, or is longer than 1 kB, is not expanded",
                    offset=start,
                    hint="Write the IRI out, or use short entities for namespaces only.",
                )
        if len(self._text) > _MAX_PROLOG_BYTES:
            raise Unsafe(
                f"the first element does not begin in the first {_MAX_PROLOG_BYTES >> 20} MB",
                offset=_MAX_PROLOG_BYTES,
                hint="Take comments and declarations out that stand before it.",
            )
        return rest

    def entities(self) -> dict[bytes, int]:
        """Return the length of the value of each entity that is declared."""
        found = _DECLARATION.finditer(self._text)
        return {match["name"]: len(match["value"] or match["other"] or b"") for match in found}


def _malformed(error: expat.ExpatError, parser: expat.XMLParserType) -> Unsafe:
    return Unsafe(
        f"is not well-formed XML: {expat.ErrorString(error.code)}",
        offset=parser.ErrorByteIndex,
        hint="The file is read as RDF/XML, because of its suffix.",
    )


def first_too_deep(pieces: Iterator[bytes]) -> int | None:
    """Return the offset of the first element of an XML text that lies too deep, or None."""
    parser = expat.ParserCreate()
    depth = 0
    found: list[int] = []

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST and not found:
            found.append(parser.CurrentByteIndex)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        for piece in pieces:
            parser.Parse(piece)
            if found:
                return found[0]
    except expat.ExpatError:
        return found[0] if found else None  # the RDF parser will say what is wrong
    return None
