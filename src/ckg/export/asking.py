"""Asking the application of the server as a browser without a cookie does, with no network between."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from ckg.errors import StageFailed
from ckg.pages.site import COPY

HOST: Final = "copy.invalid"
"""The host that is asked for; what is answered with it in is given the address at which the export will lie."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What was answered: status, content type without parameters, the fields of the header, and the body."""

    status: int
    media_type: str
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def field(self, name: str) -> str:
        """Return the values of a field, with commas between them; empty where there is none."""
        return ", ".join(value for known, value in self.fields if known.lower() == name)


def ask(application: Callable[..., Iterable[bytes]], address: str, language: str) -> PageAnswer:
    """Return what the WSGI application answers to a GET by a reader of a language; HTML where it is offered.

    Raises `StageFailed` for an answer of 500 or more: nothing of the kind may become a file.
    """
    path, _, query = address.partition("?")
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": address,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST,
        "HTTP_ACCEPT": "text/html, */*;q=0.1",
        "HTTP_ACCEPT_ENCODING": "identity",
        "HTTP_ACCEPT_LANGUAGE": language,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        COPY: True,
    }
    pieces = application(environ, lambda status, fields, exc_info=None: started.append((status, fields)))
    try:
        body = b"".join(pieces)
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            close()
    status, fields = started[-1]
    code = int(status.split()[0])
    if code >= 500:
        raise StageFailed(
            f"{address} was answered with {status}: {body[:300].decode(errors='replace')}",
            hint="`ckg serve` answers so too; what it logs says why.",
        )
    kind = next((value for name, value in fields if name.lower() == "content-type"), "")
    return PageAnswer(code, kind.partition(";")[0].strip(), tuple(fields), body)
