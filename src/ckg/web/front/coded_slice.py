"""A part of a file in a content coding: compressed into a temporary file, whatever its size."""

from __future__ import annotations

import os
import tempfile

from ckg.web.front.content_coding import compressor
from ckg.web.front.reply import FileSlice
from ckg.web.front.wsgi import OpenFile


def compressed(piece: FileSlice, coding: str, *, lasting: bool = False) -> FileSlice:
    """Return a compressed copy of a part of a file; `lasting` says that it is kept and sent many times."""
    made = compressor(coding, piece.size, lasting=lasting)
    with tempfile.TemporaryFile(prefix="ckg-coded-") as file:
        for part in piece:
            file.write(made.compress(part))
        file.write(made.flush())
        file.flush()
        return FileSlice(OpenFile(os.dup(file.fileno())), 0, file.tell(), temporary=not lasting)
