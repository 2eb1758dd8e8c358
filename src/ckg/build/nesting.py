"""How deep a file is nested, looked at while it is read: the parsers pay for depth beyond measure.

The JSON-LD parser needs time and memory that grow with the square of the depth, and ends the process at a few thousand
levels; the RDF/XML parser needs time that grows with the square.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Final
from xml.parsers import expat

DEEPEST: Final = 500
"""Levels of objects and arrays in JSON, of elements in XML; what people and tools write has a few dozen at most."""

_KEPT = b'"[]{}'
_DROPPED = bytes(byte for byte in range(256) if byte not in _KEPT)
_STEPS = [{"[": 1, "{": 1, "]": -1, "}": -1}.get(chr(byte), 0) for byte in range(256)]


class JsonDepth:
    """The depth of a JSON text that comes in pieces.

    >>> depth = JsonDepth()
    >>> depth.deepest(b'{"a": [1, "[[['), depth.deepest(b'[", {}], "b": 2}')
    (2, 3)
    """

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._rest = b""

    def deepest(self, data: bytes) -> int:
        """Return the greatest depth inside the next piece of the text."""
        data = self._rest + data
        # A backslash at the end may belong to a quotation mark in the next piece.
        self._rest = data[len(data.rstrip(b"\\")) :]
        data = data[: len(data) - len(self._rest)]
        bare = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _DROPPED)
        parts = bare.split(b'"')
        outside = b"".join(parts[1 if self._in_string else 0 :: 2])
        self._in_string ^= len(parts) % 2 == 0
        deepest = self._depth
        for depth in accumulate(map(_STEPS.__getitem__, outside), initial=self._depth):
            deepest = max(deepest, depth)
            self._depth = depth
        return deepest


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
