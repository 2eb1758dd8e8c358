"""Finished answers to the very same request, given again by the front without asking the application.

Only documents and pages that say so are kept (`mark_cacheable`), only while their release is served, and only for
requests that agree in everything a document depends on: path, query, and the header fields of `front.request`. A
request that says who sends it (`Authorization`, or a cookie other than the language's) is the application's to decide:
its answer is neither taken from here nor kept (RFC 9111, section 3.5).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Response, request
from werkzeug.http import parse_cookie

from ckg.web.front.reply import Reply, head
from ckg.web.front.request import KEY, LANGUAGE_COOKIE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CACHEABLE: Final = "ckg.keep"
"""The key in the WSGI environment under which `mark_cacheable` leaves word.

Its value is the form of the query, if any.
"""

PRIVATE: Final = "ckg.private"
"""The key in the WSGI environment that says that somebody else's code decides who may read: nothing is shared then."""

_OVERHEAD_BYTES = 1_000  # counted for an entry beside its key, head and body
_MAX_KEY_CHARS = 2_000

Key = tuple[str | None, ...]


def is_personal(environ: WSGIEnvironment) -> bool:
    """Say whether a request tells who sends it, so that its answer may be for nobody else."""
    return "HTTP_AUTHORIZATION" in environ or any(
        name != LANGUAGE_COOKIE for name in (parse_cookie(environ) if "HTTP_COOKIE" in environ else ())
    )


class CachedResponse(NamedTuple):
    """A finished answer, and what it is counted as: its route, and the form of the query where it answers one."""

    reply: Reply
    route: str
    form: str
    size: int


class ResponseCache:
    """The most recently given answers, up to a number of bytes, their keys and heads included."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, CachedResponse] = OrderedDict()
        self._lock = threading.Lock()
        self.held = 0
        self.hits = 0

    def get(self, key: Key) -> CachedResponse | None:
        """Return a kept answer, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                self.hits += 1
            return kept

    def put(self, environ: WSGIEnvironment, response: Response, route: str) -> None:
        """Keep a finished answer with status 200 or 303, if the front has said under which key."""
        key: Key | None = environ.get(KEY)
        if key is None or response.status_code not in (200, 303):
            return
        length = sum(len(part or "") for part in key)
        if length > _MAX_KEY_CHARS:
            return
        body = response.get_data()
        first = head(response.status, response.get_wsgi_headers(environ).to_wsgi_list())
        size = len(body) + len(first) + 4 * length + _OVERHEAD_BYTES
        if size > self._most // 8:
            return
        kept = CachedResponse(Reply(response.status_code, first, body), route, environ[CACHEABLE], size)
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = kept
            self.held += size
            while self.held > self._most:
                _, dropped = self._kept.popitem(last=False)
                self.held -= dropped.size


def mark_cacheable(form: str = "") -> None:
    """Say that the answer to the request at hand may be given again to the very same request.

    `form` is that of the query it answers (`SELECT`, ...), if it answers one.
    """
    request.environ[CACHEABLE] = form
