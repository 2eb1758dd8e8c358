"""Requests out of the bytes of a connection (RFC 9112): complete and within limits, or refused.

The grammar is that of llhttp (the package httptools): no bare line feeds, no folded fields, no two lengths, no length
beside chunks. What it leaves open is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import httptools

from ckg.web.front.front_limits import FIELDS_MAX, FIELDS_MAX_BYTES, PATH_MAX_BYTES, FrontLimits
from ckg.web.front.reply import Reply, refusal
from ckg.web.front.request import Request

_REQUEST_LINE: Final = re.compile(rb"[A-Z-]{1,32} [^ \r\n]+ HTTP/1\.[01]\r\n")
_SINGLE: Final = frozenset({"host", "content-type", "content-length", "authorization", "x-forwarded-prefix"})


class Refused(Exception):
    """A request that is not accepted, with the answer; nothing more is read from its connection."""

    def __init__(self, status: int, detail: str, **options: int) -> None:
        super().__init__(detail)
        self.reply: Reply = refusal(status, detail, retry_after_s=options.get("retry_after_s"))


class Reader:
    """Reads the requests of one connection; `feed` gives back those that are complete.

    `make` returns a fresh request, `proceed` is called where a client waits to be told to send its body, `admit` is
    told how many bytes of a body have come and may raise `Refused`.
    """

    def __init__(
        self,
        limits: FrontLimits,
        make: Callable[[], Request],
        proceed: Callable[[], None],
        admit: Callable[[int], None],
    ) -> None:
        self._limits = limits
        self._make = make
        self._proceed = proceed
        self._admit = admit
        self._parser = httptools.HttpRequestParser(self)
        self._complete: list[Request] = []
        self._request: Request | None = None
        self._target = b""
        self._head_bytes = 0
        self._fields_bytes = 0
        self._fields = 0
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._body_max_bytes = 0
        self.in_body = False

    @property
    def in_head(self) -> bool:
        """Whether a request has begun whose head is not complete."""
        return self._request is not None and not self.in_body

    @property
    def between(self) -> bool:
        """Whether no request is begun."""
        return self._request is None

    def feed(self, data: bytes) -> tuple[list[Request], Reply | None]:
        """Take what has come; return the requests that are complete and, if no more are read, why."""
        if self._request is None and not data.isascii():
            data = _encoded(data)
        reply: Reply | None = None
        try:
            self._parser.feed_data(data)
            if self.in_head:
                self._check_head(len(data))
        except httptools.HttpParserUpgrade:  # the request may be answered as if it did not ask (RFC 9110, 7.8)
            if self._complete:
                self._complete[-1].keep_alive = False
            reply = _SILENT
        except Refused as error:
            reply = error.reply
        except httptools.HttpParserError as error:
            reply = self._why(error, data)
        complete, self._complete = self._complete, []
        return complete, reply

    def cut_short(self) -> Reply:
        """Return the answer to a request that ends before it is complete (RFC 9112, section 8)."""
        return refusal(400, "The request ends before it is complete.")

    def _why(self, error: httptools.HttpParserError, data: bytes) -> Reply:
        if isinstance(error, httptools.HttpParserCallbackError) and isinstance(error.__context__, Refused):
            return error.__context__.reply
        if isinstance(error, httptools.HttpParserInvalidMethodError) and _REQUEST_LINE.match(data):
            return refusal(501, "There is no such method here.")
        if str(error) == "Data after `Connection: close`":
            return _SILENT
        return refusal(400, "This is no HTTP/1.1 request.")

    def _check_head(self, came: int) -> None:
        self._head_bytes += came
        path, mark, _ = self._target.partition(b"?")
        if not mark and len(path) > PATH_MAX_BYTES and self._fields == 0:
            raise Refused(414, f"A path may have {PATH_MAX_BYTES} bytes.")
        most = PATH_MAX_BYTES + self._limits.query_max_bytes(path.decode("latin-1")) + FIELDS_MAX_BYTES
        if self._head_bytes > most:
            raise Refused(431, f"Header fields may have {FIELDS_MAX_BYTES} bytes in all.")

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._request = self._make()
        self._target = b""
        self._head_bytes = self._fields_bytes = self._fields = 0
        self._body = []
        self._body_bytes = 0
        self.in_body = False

    def on_url(self, piece: bytes) -> None:
        """Take a piece of the target."""
        self._target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; one behind a body (a trailer) means nothing here."""
        request = self._request
        if self.in_body or request is None:
            return
        self._fields += 1
        self._fields_bytes += len(name) + len(value) + 4
        if self._fields > FIELDS_MAX or self._fields_bytes > FIELDS_MAX_BYTES:
            raise Refused(431, f"A request may have {FIELDS_MAX} fields with {FIELDS_MAX_BYTES} bytes in all.")
        if b"_" in name:  # `X_Forwarded_For` would become what `X-Forwarded-For` is (PEP 3333)
            return
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1").strip(" \t")
        before = request.fields.get(key)
        if before is not None and key in _SINGLE:
            raise Refused(400, f"The field {key} is given twice.")
        joint = "; " if key == "cookie" else ", "
        request.fields[key] = text if before is None else f"{before}{joint}{text}"

    def on_headers_complete(self) -> None:
        """Decide whether the request may go on."""
        request = self._request
        assert request is not None
        self.in_body = True
        version = self._parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise Refused(505, "HTTP/1.1 is spoken here; a proxy in front may speak other versions.")
        request.http_1_0 = version == "1.0"
        request.method = self._parser.get_method().decode("latin-1")
        _put_target(request, self._target)
        if len(request.query) > self._limits.query_max_bytes(request.path):
            raise Refused(414, "The query string is too long.")
        if version == "1.1" and "host" not in request.fields:
            raise Refused(400, "The field Host is missing.")
        self._body_max_bytes = self._limits.body_max_bytes(request.path)
        if int(request.fields.get("content-length", "0")) > self._body_max_bytes:
            raise self._too_long()
        expected = request.fields.get("expect")
        if expected is not None and version == "1.1":
            if expected.lower() != "100-continue":
                raise Refused(417, "Only 100-continue may be expected.")
            self._proceed()

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self._body_bytes += len(piece)
        if self._body_bytes > self._body_max_bytes:
            raise self._too_long()
        self._admit(len(piece))
        self._body.append(piece)

    def on_message_complete(self) -> None:
        """End a request."""
        request = self._request
        assert request is not None
        request.body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        request.keep_alive = self._parser.should_keep_alive()
        self._complete.append(request)
        self._request, self._body, self.in_body = None, [], False

    def _too_long(self) -> Refused:
        return Refused(413, f"A body may have {self._body_max_bytes} bytes here.")


_SILENT: Final = Reply(0, b"")
"""Not an answer: nothing more is read, and nothing is said about it."""


def _put_target(request: Request, target: bytes) -> None:
    """Give a request its path and query (RFC 9112, section 3.2)."""
    text = target.decode("latin-1").partition("#")[0]
    if text[:7].lower() == "http://" or text[:8].lower() == "https://":
        authority, slash, rest = text.partition("://")[2].partition("/")
        authority, mark, query = authority.partition("?")
        request.fields["host"] = authority
        text = f"/{rest}" if slash else f"/{mark}{query}"
    if not text.startswith("/") and not (text == "*" and request.method == "OPTIONS"):
        raise Refused(400, "The target of a request is a path.")
    path, _, request.query = text.partition("?")
    if len(path) > PATH_MAX_BYTES:
        raise Refused(414, f"A path may have {PATH_MAX_BYTES} bytes.")
    request.path = path


def _encoded(data: bytes) -> bytes:
    """Return data whose first line has its non-ASCII bytes percent-encoded: so IRIs are asked for that are pasted."""
    line, end, rest = data.partition(b"\r\n")
    return (
        b"".join(b"%%%02X" % byte if byte > 127 else bytes((byte,)) for byte in line[:65536])
        + line[65536:]
        + end
        + rest
    )
