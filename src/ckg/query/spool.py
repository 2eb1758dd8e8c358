"""A file without a name for one large answer, closed when nobody holds it any more."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress


class Spool:
    """An open, empty file that no path leads to."""

    def __init__(self) -> None:
        descriptor, path = tempfile.mkstemp(prefix="ckg-answer-")
        os.unlink(path)  # noqa: PTH108  a Path would cost more than the call
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._descriptor

    def read(self, size: int, position: int) -> bytes:
        """Return up to `size` bytes from a position; threads do not disturb each other."""
        return os.pread(self._descriptor, size, position)

    def __del__(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)
