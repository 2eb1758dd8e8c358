"""A body of HTTP: in memory while it is small, in a file without a name when it is not."""

from __future__ import annotations

import io
import os
from typing import Final

from ckg.query.spool import Spool

IN_MEMORY_MAX_BYTES: Final = 1 << 20
"""Bytes that are held in memory."""


class SpooledBody(io.RawIOBase):
    """A file that is written at its end and read from any place; it needs no closing. Used by one thread at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._memory = bytearray()
        self._spool: Spool | None = None
        self._position = 0
        self.size = 0

    def clear(self) -> None:
        """Forget everything."""
        self._memory.clear()
        self._spool = None
        self._position = self.size = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def writable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes: for reading."""
        return True

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]  # whoever writes here has bytes
        """Add a piece at the end."""
        self._memory += piece
        self.size += len(piece)
        if self._spool is not None or len(self._memory) > IN_MEMORY_MAX_BYTES:
            self._spool = self._spool or Spool()
            view = memoryview(bytes(self._memory))
            while view:
                view = view[os.write(self._spool.fileno(), view) :]
            self._memory.clear()
        return len(piece)

    def seek(self, place: int, whence: int = 0, /) -> int:
        """Go to a place for reading, counted from the begin, from here (1) or from the end (2)."""
        self._position = place + (0, self._position, self.size)[whence]
        return self._position

    def tell(self) -> int:
        """Return the place for reading."""
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to so many bytes, all that is left for -1."""
        left = max(0, self.size - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        if self._spool is None:
            piece = bytes(self._memory[self._position : self._position + wanted])
        else:
            parts = []
            place = self._position
            while wanted and (part := self._spool.read(wanted, place)):
                parts.append(part)
                place += len(part)
                wanted -= len(part)
            piece = b"".join(parts)
        self._position += len(piece)
        return piece

    def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]  # what the library hands over
        """Read into a buffer."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
