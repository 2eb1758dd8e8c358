"""Look-ups in files of sorted lines, by bisection in the mapped file: no index, no memory, microseconds."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path


class SortedLines:
    """A file whose lines are sorted by `key`, a function of a line without its newline."""

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
        """Yield the lines whose key starts with a prefix, in the order of the file."""
        position = self._first(prefix)
        while position < len(self._data):
            end = self._data.find(b"\n", position)
            line = self._data[position:end]
            if not self._key(line).startswith(prefix):
                return
            yield line
            position = end + 1

    def _first(self, key: bytes) -> int:
        """Return where the first line begins whose key is not less than `key`."""
        low, high = 0, len(self._data)
        while low < high:
            begin = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._data.find(b"\n", begin)
            if self._key(self._data[begin:end]) < key:
                low = end + 1
            else:
                high = begin
        return low
