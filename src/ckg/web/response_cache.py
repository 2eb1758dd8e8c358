"""Finished answers to the very same request, given again by the front without asking the application.

Only documents and pages that say so are kept (`mark_cacheable`), only while their release is served, and only for
requests that agree in everything a document depends on: path, query, and the header fields of `front.request`. A
request that says who sends it (`Authorization`, or a cookie other than the language's) is the application's to decide:
its answer is neither taken from here nor kept (RFC 9111, section 3.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Response, request
from werkzeug.http import parse_cookie

from ckg.model.byte_lru import ByteLru
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


class ResponseCache:
    """The most recently given answers, up to a number of bytes, their keys and heads included."""

    def __init__(self, max_bytes: int) -> None:
        self._cache = ByteLru[CachedResponse](max_bytes, share_divisor=8)

    @property
    def held(self) -> int:
        """Bytes held now."""
        return self._cache.held

    @property
    def hits(self) -> int:
        """How often an answer was found."""
        return self._cache.hits

    def __contains__(self, key: Key) -> bool:
        """Say whether an answer is kept under a key."""
        return key in self._cache

    def latest(self) -> list[tuple[Key, CachedResponse]]:
        """Return the kept answers with their keys, the most recently used first."""
        return [(key, kept) for key, kept in self._cache.latest() if isinstance(key, tuple)]

    def get(self, key: Key) -> CachedResponse | None:
        """Return a kept answer, or None."""
        return self._cache.get(key)

    def put(self, environ: WSGIEnvironment, response: Response, route: str) -> None:
        """Keep a finished answer with status 200 or 303, if the front has said under which key."""
        key: Key | None = environ.get(KEY)
        if key is None or response.status_code not in (200, 303):
            return
        first = head(response.status, response.get_wsgi_headers(environ).to_wsgi_list())
        self.keep(
            key, CachedResponse(Reply(response.status_code, first, response.get_data()), route, environ[CACHEABLE])
        )

    def keep(self, key: Key, kept: CachedResponse) -> None:
        """Keep a finished answer, unless its key is very long."""
        if sum(len(part or "") for part in key) <= _MAX_KEY_CHARS:
            self._cache.put(key, kept, size=kept.reply.size + len(kept.reply.head))


def mark_cacheable(form: str = "") -> None:
    """Say that the answer to the request at hand may be given again to the very same request.

    `form` is that of the query it answers (`SELECT`, ...), if it answers one.
    """
    request.environ[CACHEABLE] = form
