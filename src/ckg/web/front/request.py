"""A request that has been read, and the WSGI environment (PEP 3333) made of it."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from werkzeug.http import parse_cookie

from ckg.model.negotiation import IDENTITY
from ckg.web.front import content_coding

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

GONE: Final = "ckg.gone"
"""The key in the WSGI environment of a function that says whether the client has hung up."""

FILE: Final = "ckg.file"
"""The key in the WSGI environment of a function that takes a `FileSlice` to be sent as the body of the answer."""

KEY: Final = "ckg.key"
"""The key in the WSGI environment of what a finished answer to the request may be kept under, if it may be kept."""

LANGUAGE_COOKIE: Final = "lang"
"""The one cookie that the application reads: the language that a reader chose."""

_DECIDED_BY_THE_APPLICATION: Final = ("if-none-match", "if-modified-since", "range", "origin", "authorization")
_SELECTING: Final = ("accept", "accept-language", "cookie")
_FORWARDED: Final = ("x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix")


class Request:
    """One request: `target` is path and query as they were sent, `fields` the header fields by name in lower case."""

    __slots__ = ("body", "client", "fields", "gone", "http_1_0", "keep_alive", "local", "method", "path", "peer",
                 "query", "received")  # fmt: skip

    def __init__(self, peer: tuple[str, int], local: tuple[str, int]) -> None:
        self.peer = peer
        self.local = local
        self.client = peer[0]
        self.method = ""
        self.path = ""
        self.query = ""
        self.fields: dict[str, str] = {}
        self.body = b""
        self.http_1_0 = False
        self.keep_alive = True
        self.gone = False
        self.received = time.monotonic()

    def age(self) -> float:
        """Return for how many seconds the request has been known."""
        return time.monotonic() - self.received

    def key(self, *, forwarded: bool) -> tuple[str | None, ...] | None:
        """Return what an answer to this request may be kept under, None for one that the application must decide on.

        A request that says who sends it (`Authorization`, or a cookie other than the language's) is the application's
        (RFC 9111, section 3.5).

        `forwarded` says that X-Forwarded-* fields may have an influence on the answer.
        """
        fields = self.fields
        if self.method not in ("GET", "HEAD") or not fields.keys().isdisjoint(_DECIDED_BY_THE_APPLICATION):
            return None
        get = fields.get
        cookies = get("cookie")
        if cookies and any(name != LANGUAGE_COOKIE for name in parse_cookie(cookies)):
            return None
        codings = content_coding.acceptable(get("accept-encoding"))
        key = (self.path, self.query, " ".join(codings), *map(get, _SELECTING))
        return (*key, *map(get, _FORWARDED), get("host")) if forwarded else key

    def environ(self, **extra: Any) -> WSGIEnvironment:
        """Return the environment of the request, whose body is in memory."""
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "RAW_URI": self.path,
            "QUERY_STRING": self.query,
            "SERVER_NAME": self.local[0],
            "SERVER_PORT": str(self.local[1]),
            "SERVER_PROTOCOL": "HTTP/1.0" if self.http_1_0 else "HTTP/1.1",
            "REMOTE_ADDR": self.peer[0],
            "REMOTE_PORT": str(self.peer[1]),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            GONE: self._asked,
        }
        for name, value in self.fields.items():
            environ[_CGI.get(name) or f"HTTP_{name.upper().replace('-', '_')}"] = value
        if self.body:
            environ["CONTENT_LENGTH"] = str(len(self.body))
        environ.update(extra)
        return environ

    def _asked(self) -> bool:
        return self.gone


def of_key(key: tuple[str | None, ...]) -> Request:
    """Return a request that has a key of `Request.key`, from nobody."""
    path, query, codings, *values = key
    request = Request(("127.0.0.1", 0), ("127.0.0.1", 0))
    request.method, request.path, request.query = "GET", path or "", query or ""
    names = (*_SELECTING, *_FORWARDED, "host")
    request.fields = {name: value for name, value in zip(names, values, strict=False) if value is not None}
    accepted = (codings or "").split()
    if accepted != [IDENTITY]:
        wanted = [f"{coding};q={1 - place / 10:.1f}" for place, coding in enumerate(accepted)]
        refused = [] if IDENTITY in accepted else [f"{IDENTITY};q=0"]
        request.fields["accept-encoding"] = ", ".join((*wanted, *refused))
    return request


_CGI: Final[Mapping[str, str]] = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
