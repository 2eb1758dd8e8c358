"""The depth of a JSON text, looked at while it is read.

The JSON-LD parser needs time and memory that grow with the square of the depth, and ends the process at a few thousand
levels.
"""

from __future__ import annotations

import copy
from itertools import accumulate

from ckg.formats.guards import DEEPEST, too_deep

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


class JsonGuard:
    """Refuses a JSON text that is nested too deep."""

    def __init__(self) -> None:
        self._depth = JsonDepth()
        self._offset = 0

    def look_at(self, data: bytes) -> None:
        """Look at the next piece. Raises `Unsafe`."""
        before = copy.copy(self._depth)
        if self._depth.deepest(data) > DEEPEST:
            raise too_deep(self._offset + _first_too_deep(before, data))
        self._offset += len(data)


def _first_too_deep(state: JsonDepth, data: bytes) -> int:
    low, high = 0, len(data)
    while high - low > 1:
        middle = (low + high) // 2
        if copy.copy(state).deepest(data[:middle]) > DEEPEST:
            high = middle
        else:
            low = middle
    return low
