"""The Flask application as the front knows it (`front.server.Application`)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from ckg.query.limits import QueryLimits
from ckg.query.pool import wait_until_ready
from ckg.web import headers, metrics, probes, warming
from ckg.web.app import EXTENSION, Application
from ckg.web.front.front_limits import FrontLimits
from ckg.web.front.reply import Reply
from ckg.web.front.request import Request
from ckg.web.front.server import Exchange
from ckg.web.open_release import ReleaseSwitcher
from ckg.web.sparql_direct import DirectEndpoint
from ckg.web.sparql_protocol import longest_body

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_MCP: Final = "/mcp"
_SPARQL: Final = "/sparql"


class FrontApplication:
    """An application, and what the front asks of it beside answers."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._current: ReleaseSwitcher = app.extensions[EXTENSION]
        self._endpoints = (_SPARQL, f"/{app.config['CKG']['serve.reserved']}{_SPARQL}")
        self.waiting_paths = frozenset({*self._endpoints, _MCP})
        self._metrics: metrics.Metrics = app.extensions[metrics.EXTENSION]
        self._endpoint = DirectEndpoint(app, self._current, self._metrics)

    def begin(self, exchange: Exchange) -> bool:
        """Begin to answer a query in the event loop, where that gives what the application would."""
        return self._endpoint.begin(exchange)

    @property
    def limits(self) -> FrontLimits:
        """The limits that the settings of the application give the front."""
        settings = self._app.config["CKG"]
        return FrontLimits.of(settings, dict.fromkeys(self._endpoints, longest_body(QueryLimits.of(settings).text)))

    @property
    def release(self) -> str:
        """The name of the release that is served now."""
        return self._current.named

    @property
    def wsgi(self) -> WSGIApplication:
        """The application."""
        return self._app.wsgi_app

    def kept(self, key: tuple[str | None, ...], request: Request) -> Reply | None:
        """Return a finished answer that is kept under a key, and count it; none where others decide who may read."""
        kept = None if self._app.is_guarded else self._current.response_cache.get(key)
        if kept is None:
            return None
        self._metrics.given_again(kept, request.method, request.age())
        reply = kept.reply
        away_seconds = self._current.away_seconds
        if away_seconds is not None:
            marked = ": ".join(headers.stale(away_seconds)).encode()
            reply = Reply(reply.status, reply.head + marked + b"\r\n", reply.body)
        return Reply(reply.status, reply.head) if request.method == "HEAD" else reply

    def ready(self) -> tuple[bool, dict[str, object]]:
        """Say whether the current release can be read and queried, and which it is."""
        lease = self._current.acquire()
        try:
            return probes.state(lease.serving)
        finally:
            self._current.release(lease)

    def sandbox(self, seconds: float) -> tuple[list[str], list[str]] | None:
        """Wait for a query worker; return which layers of its sandbox hold and which do not, None for no worker."""
        lease = self._current.acquire()
        try:
            if not wait_until_ready(lease.serving.pool, seconds):
                return None
            holding = lease.serving.pool.sandbox
            return [w for w in probes.LAYERS if w in holding], [w for w in probes.LAYERS if w not in holding]
        finally:
            self._current.release(lease)

    def warm(self) -> None:
        """Render what is asked first, now and before each switch to another release."""
        self._current.warm_with(partial(warming.warm, self._app))

    def counted(self, route: str, method: str, status: int, seconds: float) -> None:
        """Take note of a request that the application did not see."""
        self._metrics.requested(route, method, status, seconds)

    def closed(self, reason: str) -> None:
        """Take note of a connection that the front ended."""
        self._metrics.closed.labels(reason).inc()

    def close(self) -> None:
        """Let go of the release."""
        self._current.close()
