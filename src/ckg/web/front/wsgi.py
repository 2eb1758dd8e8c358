"""Calling a WSGI application (PEP 3333) for a request whose body has been read; runs in a thread."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ckg.web.front.reply import FileSlice, Reply, head, refusal
from ckg.web.front.request import FILE, KEY, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import WSGIApplication

_LOG: Final = logging.getLogger(__name__)
_MEMORY_MAX_BYTES: Final = 1 << 20


class OpenFile:
    """An open file, read by position, closed when nobody holds it any more."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, size: int, position: int) -> bytes:
        """Return up to `size` bytes from a position."""
        return os.pread(self._descriptor, size, position)

    def __del__(self) -> None:
        with suppress(OSError):
            os.close(self._descriptor)


def call(
    application: WSGIApplication, request: Request, key: object, more: Mapping[str, Any] = MappingProxyType({})
) -> Reply:
    """Return the application's answer; what it raises is logged and answered with 500.

    The application may keep its answer under `key`, if that is not None, and may hand a `FileSlice` to the function
    under `FILE` instead of a body. `more` is added to its environment.
    """
    started: list[tuple[str, list[tuple[str, str]]]] = []
    files: list[FileSlice] = []

    def start_response(status: str, fields: list[tuple[str, str]], exc_info: Any = None) -> Any:
        if exc_info is not None:
            started.clear()
        started.append((status, fields))
        return _no_write

    try:
        answer = application(request.environ(**{FILE: files.append, KEY: key, **more}), start_response)
        try:
            body = files[0] if files else _collected(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        status, fields = started[0]
        code = int(status[:3])
        return Reply(code, head(status, _sized(code, fields, body, request.method)), _sent(request.method, body))
    except Exception:  # noqa: BLE001 - whatever it is, the client is owed an answer
        _LOG.exception("a request met a bug: %s %s", request.method, request.path[:200])
        return refusal(500, "The server met a fault of its own; it has been logged.")


def _no_write(_: bytes) -> object:
    raise NotImplementedError("write() of PEP 3333 is not offered")


def _sent(method: str, body: bytes | FileSlice) -> bytes | FileSlice:
    return b"" if method == "HEAD" else body


def _sized(code: int, fields: list[tuple[str, str]], body: bytes | FileSlice, method: str) -> list[tuple[str, str]]:
    """Return the fields with the length of the body, unless they have it or there can be none (RFC 9110, 8.6)."""
    named = {name.lower() for name, _ in fields}
    size = body.size if isinstance(body, FileSlice) else len(body)
    if "content-length" in named or code in (204, 304) or method == "HEAD":
        return fields
    return [*fields, ("Content-Length", str(size))]


def _collected(answer: Iterable[bytes]) -> bytes | FileSlice:
    """Return a whole body, in memory while it is small and in a temporary file when it is not."""
    kept: list[bytes] = []
    size = 0
    pieces = iter(answer)
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size > _MEMORY_MAX_BYTES and not isinstance(answer, list | tuple):
            break
    else:
        return kept[0] if len(kept) == 1 else b"".join(kept)
    with tempfile.TemporaryFile(prefix="ckg-answer-") as file:
        file.writelines(kept)
        kept.clear()
        file.writelines(pieces)
        file.flush()
        return FileSlice(OpenFile(os.dup(file.fileno())), 0, file.tell(), temporary=True)
