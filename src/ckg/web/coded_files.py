"""Compressed copies of files that never change: made when one is asked for first, kept while the release is served."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ckg.web.front.coded_slice import compressed
from ckg.web.front.reply import FileSlice
from ckg.web.front.wsgi import OpenFile

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CodedFile:
    """A file in a content coding, and the SHA-256 of its bytes in hexadecimal."""

    slice: FileSlice
    sha256: str


class CodedFiles:
    """The copies of one release: temporary files without a name, whose disk is free when nobody holds them any more."""

    def __init__(self) -> None:
        self._made: dict[tuple[Path, str], CodedFile] = {}
        self._making: defaultdict[tuple[Path, str], threading.Lock] = defaultdict(threading.Lock)

    @property
    def held(self) -> int:
        """Bytes of disk that the copies take."""
        return sum(copy.slice.size for copy in list(self._made.values()))

    def get(self, path: Path, coding: str, *, wait: bool) -> CodedFile | None:
        """Return the copy of a file in a coding.

        None where it is just being made for somebody else, unless `wait` says that it is worth waiting for, and where
        there is no room for it on the disk.
        """
        key = (path, coding)
        if key not in self._made:
            lock = self._making[key]
            if not lock.acquire(blocking=wait):
                return None
            try:
                if key not in self._made:
                    self._made[key] = _made(path, coding)
            except OSError as error:
                _LOG.warning("%s is sent uncompressed, no copy of it can be written: %s", path.name, error)
                return None
            finally:
                lock.release()
        return self._made[key]


def _made(path: Path, coding: str) -> CodedFile:
    original = FileSlice(OpenFile(os.open(path, os.O_RDONLY | os.O_CLOEXEC)), 0, path.stat().st_size)
    coded = compressed(original, coding, lasting=True)
    digest = hashlib.sha256()
    for piece in coded:
        digest.update(piece)
    return CodedFile(coded, digest.hexdigest())
