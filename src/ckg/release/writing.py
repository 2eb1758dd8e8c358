"""Writing large files: hashed on the way, and with errors that say which file could not be written and why."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ckg.errors import StageFailed

_CHUNK_CHARS = 1_000_000
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A finished file: its size in bytes and the SHA-256 of its content in hex."""

    path: Path
    bytes: int
    sha256: str


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn an error of the operating system into `StageFailed` that names the file or folder being written."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "Free some space and build again; nothing was published." if full else "Nothing was published."
        raise StageFailed(f"cannot write {path}: {error.strerror or error}", hint=hint) from error


class _HashedFile:
    """A file being written; what the system cannot do is a `StageFailed` that names it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digest = hashlib.sha256()
        self._size = 0
        with naming(path):
            self._file = path.open("wb", buffering=0)

    def add(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        self._size += len(chunk)
        with naming(self.path):
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._file.write(rest) :]

    def close(self) -> WrittenFile:
        with naming(self.path):
            self._file.close()
        return WrittenFile(self.path, self._size, self._digest.hexdigest())


class OutputFile:
    """A file that is written piece by piece; a context that closes it.

    Raises `StageFailed` where it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = _HashedFile(path)
        self._waiting: list[bytes] = []
        self._size = 0

    def __enter__(self) -> OutputFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, piece: bytes) -> None:
        """Write a piece, sooner or later."""
        self._waiting.append(piece)
        self._size += len(piece)
        if self._size >= _CHUNK_CHARS:
            self._flush()

    def finish(self) -> WrittenFile:
        """Write what is left and return what was written."""
        self._flush()
        return self._file.close()

    def remove(self) -> None:
        """Close the file and delete it."""
        self._file.close()
        with naming(self._file.path):
            self._file.path.unlink()

    def _flush(self) -> None:
        self._file.add(b"".join(self._waiting))
        self._waiting, self._size = [], 0


def write_bytes(path: Path, pieces: Iterable[bytes]) -> WrittenFile:
    """Write pieces to a file and return what was written; `StageFailed` where it cannot be done."""
    with OutputFile(path) as file:
        for piece in pieces:
            file.add(piece)
        return file.finish()


def sha256(path: Path) -> WrittenFile:
    """Read a file and return its size and digest."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    return WrittenFile(path, size, digest.hexdigest())
