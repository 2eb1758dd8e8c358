"""Look-ups in files of sorted lines, by bisection in the mapped file: no index, no memory, microseconds."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path


class SortedLines:
    """A file whose lines are sorted by `key`, a function of a line without its newline. Safe for several threads."""

    def __init__(self, path: Path, key: Callable[[bytes], bytes] = bytes) -> None:
        self._key = key
        with path.open("rb") as file:
            self._data: mmap.mmap | bytes = (
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
            )

    def close(self) -> None:
        """Let go of the file."""
        if isinstance(self._data, mmap.mmap):
            self._data.close()

    def starting_with(self, prefix: bytes) -> Iterator[bytes]:
        """Yield the lines whose key starts with a prefix, in the order of the file, without their newlines."""
        return (line for _, line in self.placed(prefix))

    def placed(self, prefix: bytes, start: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield the same lines, each with its place in bytes; from the line at `start` on, where that is known."""
        position = self.first(prefix) if start is None else start
        while position < len(self._data):
            end = self._end(position)
            line = self._data[position:end]
            if not self._key(line).startswith(prefix):
                return
            yield position, line
            position = end + 1

    def contains(self, text: bytes) -> bool:
        """Return whether a text stands anywhere in the file. Reads all of it."""
        return self._data.find(text) >= 0

    def _end(self, start: int) -> int:
        """Return where the line that begins at `start` ends; the last one may have no newline."""
        newline = self._data.find(b"\n", start)
        return len(self._data) if newline < 0 else newline

    def has(self, prefix: bytes) -> bool:
        """Say whether a line has a key that starts with a prefix."""
        return next(self.starting_with(prefix), None) is not None

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self._data)

    def line_at(self, position: int) -> bytes:
        """Return the line that begins at a place in bytes, without its newline."""
        return self._data[position : self._end(position)]

    def group_at(self, position: int, group: Callable[[bytes], bytes]) -> int:
        """Return where the first group of lines begins that begins at a place in bytes or behind it.

        `group` of a key are its first bytes, the same for all lines of a group and for no others, and end in a space.
        """
        if position <= 0:
            return 0
        begin = self._data.rfind(b"\n", 0, position - 1) + 1  # of the last line that begins before the place
        if begin >= len(self._data):
            return len(self._data)
        return self.first(group(self._key(self.line_at(begin)))[:-1] + b"!")

    def first(self, key: bytes) -> int:
        """Return where the first line begins whose key is not less than `key`."""
        low, high = 0, len(self._data)
        while low < high:
            begin = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._end(begin)
            if self._key(self._data[begin:end]) < key:
                low = end + 1
            else:
                high = begin
        return min(low, len(self._data))
