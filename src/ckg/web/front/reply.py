"""An answer on its way to the client: head and body, the body in memory or a part of an open file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Final, Protocol

PIECE_BYTES: Final = 1 << 17
"""Bytes that are read from a file, or given to the socket, at a time."""


_STATUS: Final = {str(status.value): f"{status.value} {status.phrase}" for status in HTTPStatus}


class Positional(Protocol):
    """A file that is read at any position and closes itself when nobody holds it any more."""

    def read(self, size: int, position: int) -> bytes:
        """Return up to `size` bytes from a position."""


@dataclass(frozen=True, slots=True)
class FileSlice:
    """A part of an open file: `size` bytes from `position`; `temporary` if the disk is free again when it is sent."""

    file: Positional
    position: int
    size: int
    temporary: bool = False

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from an offset within the slice. Raises `EOFError` where the file is shorter."""
        piece = self.file.read(min(size, self.size - offset), self.position + offset)
        if not piece and size and offset < self.size:
            raise EOFError("the file is shorter than the answer")
        return piece

    def __iter__(self) -> Iterator[bytes]:
        offset = 0
        while offset < self.size:
            piece = self.read(offset, PIECE_BYTES)
            offset += len(piece)
            yield piece


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `head` is status line and fields without the empty line; a body that is not sent (HEAD) is empty."""

    status: int
    head: bytes
    body: bytes | FileSlice = b""

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return self.body.size if isinstance(self.body, FileSlice) else len(self.body)


def head(status: str, fields: Iterable[tuple[str, str]]) -> bytes:
    r"""Return a status line and header fields. Raises `ValueError` for a field that would end a line.

    >>> head("303 SEE OTHER", [("A", "b")])
    b'HTTP/1.1 303 See Other\r\nA: b\r\n'
    """
    lines = [f"HTTP/1.1 {_STATUS.get(status[:3], status)}", *(f"{name}: {value}" for name, value in fields)]
    text = "\r\n".join(lines)
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        raise ValueError("a header field with a line break")
    return text.encode("latin-1") + b"\r\n"


def refusal(status: int, detail: str, *, retry_after_s: int | None = None) -> Reply:
    """Return an answer of the front itself, as problem details (RFC 9457), after which the connection is closed."""
    title = HTTPStatus(status).phrase
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode() + b"\n"
    fields = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", "*"),
    ]
    if retry_after_s is not None:
        fields.append(("Retry-After", str(retry_after_s)))
    return Reply(status, head(f"{status} {title}", fields), body)


class Clock:
    """The `Date` of answers, made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._line = b""

    def line(self) -> bytes:
        """Return the field, its line break included."""
        now = int(time.time())
        if now != self._second:
            self._second = now
            self._line = f"Date: {formatdate(now, usegmt=True)}\r\n".encode()
        return self._line
