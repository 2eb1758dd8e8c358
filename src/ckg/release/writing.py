"""Writing large files: hashed on the way, and with errors that say which file could not be written and why."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ckg.errors import StageFailed

_CHUNK = 1_000_000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
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


def write_bytes(path: Path, chunks: Iterable[bytes]) -> Written:
    """Write chunks of bytes to a file and return what was written; `StageFailed` where it cannot be done."""
    digest = hashlib.sha256()
    size = 0
    with naming(path), path.open("wb", buffering=0) as file:
        for chunk in chunks:
            digest.update(chunk)
            rest = memoryview(chunk)
            while rest:
                rest = rest[file.write(rest) :]
            size += len(chunk)
    return Written(path, size, digest.hexdigest())


def write_text(path: Path, pieces: Iterable[str]) -> Written:
    """Write pieces of text to a file as UTF-8 and return what was written."""
    return write_bytes(path, _gathered(pieces))


def _gathered(pieces: Iterable[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def sha256(path: Path) -> Written:
    """Read a file and return its size and digest."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return Written(path, size, digest.hexdigest())
