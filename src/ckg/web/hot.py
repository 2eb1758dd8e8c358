"""Finished answers to the very same request, given again without asking the application.

Only documents and pages that say so are kept (`keep`), only while their release is served, and only for requests that
agree in everything a document depends on: path, query, `Accept`, `Accept-Language`, `Cookie`. A request that says who
sends it (`Authorization`, or a cookie other than the language's) is the application's to decide: its answer is neither
taken from here nor kept (RFC 9111, section 3.5).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Response, request
from werkzeug.http import parse_cookie

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LANGUAGE_COOKIE: Final = "lang"
"""The one cookie that this application reads: the language that a reader chose."""

KEEP: Final = "ckg.keep"
"""The key in the WSGI environment under which `keep` leaves word; its value is the form of the query, if any."""

PRIVATE: Final = "ckg.private"
"""The key in the WSGI environment that says that somebody else's code decides who may read: nothing is shared then."""

_OVERHEAD = 3_000  # bytes counted for headers and key
_LONGEST_KEY = 2_000
_SELECTING = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE")
_DECIDED_BY_THE_APPLICATION = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_ORIGIN")

Key = tuple[str | None, ...]


def is_personal(environ: WSGIEnvironment) -> bool:
    """Say whether a request tells who sends it, so that its answer may be for nobody else."""
    return "HTTP_AUTHORIZATION" in environ or any(
        name != LANGUAGE_COOKIE for name in (parse_cookie(environ) if "HTTP_COOKIE" in environ else ())
    )


class Kept(NamedTuple):
    """A finished answer, and what it is counted as: its route, and the form of the query where it answers one."""

    status: str
    fields: list[tuple[str, str]]
    body: bytes
    route: str
    form: str


class HotAnswers:
    """The most recently given answers, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self.hits = 0

    @staticmethod
    def key(environ: WSGIEnvironment) -> Key | None:
        """Return what the answer to a request is kept under, or None for one that the application must decide on."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or any(n in environ for n in _DECIDED_BY_THE_APPLICATION):
            return None
        if PRIVATE in environ or is_personal(environ):
            return None
        return tuple(map(environ.get, _SELECTING))

    def get(self, key: Key) -> Kept | None:
        """Return status, headers and body, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                self.hits += 1
            return kept

    def offer(self, environ: WSGIEnvironment, response: Response) -> None:
        """Keep a finished answer with status 200 or 303."""
        key = self.key(environ)
        if key is None or response.status_code not in (200, 303) or sum(len(part or "") for part in key) > _LONGEST_KEY:
            return
        body = response.get_data()
        size = len(body) + _OVERHEAD
        if size > self._most // 8:
            return
        fields = response.get_wsgi_headers(environ).to_wsgi_list()
        kept = Kept(response.status, fields, body, str(request.url_rule), environ[KEEP])
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = kept
            self._held += size
            while self._held > self._most:
                _, dropped = self._kept.popitem(last=False)
                self._held -= len(dropped.body) + _OVERHEAD


def keep(form: str = "") -> None:
    """Say that the answer to the request at hand may be given again to the very same request.

    `form` is that of the query it answers (`SELECT`, ...), if it answers one.
    """
    request.environ[KEEP] = form
