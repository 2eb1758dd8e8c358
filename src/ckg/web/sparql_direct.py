"""Queries to `/sparql` answered in the event loop: no thread, no Flask, the same answers.

Most of the time of a small query went into handing it to a thread and through the application. Here the event loop
reads the request, has a worker evaluate the query, and makes the answer, while all of that takes little: the plain
answer of a plain query. Everything else is left to the application: requests that it must decide on (who asks, what the
client has already), pages, descriptions, long texts, refusals and errors. It is told what has come of a query that was
evaluated already (`sparql.OUTCOME`), so that no query is evaluated twice. A query that takes longer gets a thread.
"""

from __future__ import annotations

import threading
import time
from asyncio import TimerHandle
from typing import Final

from flask import Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie
from werkzeug.test import EnvironBuilder

from ckg.errors import EndpointBusy
from ckg.formats import ANSWER_FORMATS, HTML, Format, by_key
from ckg.model.negotiation import IDENTITY
from ckg.query.evaluator import Arrival
from ckg.query.guard.checker import ParsedQuery
from ckg.query.job import QueryJob, QueryResult
from ckg.query.scheduler.queued_query import QueuedQuery
from ckg.web import forwarded, headers, metrics, sparql
from ckg.web.app import Application
from ckg.web.front import content_coding
from ckg.web.front.reply import FileSlice, Reply, head
from ckg.web.front.request import LANGUAGE_COOKIE, Request
from ckg.web.front.server import Exchange
from ckg.web.open_release import ENVIRON, Lease, OpenRelease, ReleaseSwitcher
from ckg.web.response_cache import CachedResponse
from ckg.web.sparql_protocol import ProtocolRequest, read

_ROUTE: Final = "/sparql"
_METHODS: Final = ("GET", "POST", "QUERY")
_DECIDED_BY_THE_APPLICATION: Final = ("authorization", "if-none-match", "if-modified-since", "range")
_TEXT_MAX_CHARS: Final = 4096  # the guard takes a third of a millisecond for so many
_CODED_MAX_BYTES: Final = 1 << 16  # compressed here; more takes longer than others should wait
_WITHOUT_THREAD_S: Final = 0.1


class DirectEndpoint:
    """Begins to answer requests to `/sparql`, or leaves them to the application; used in the event loop's thread."""

    def __init__(self, app: Application, current: ReleaseSwitcher, counted: metrics.Metrics) -> None:
        settings = app.config["CKG"]
        self.app = app
        self.current = current
        self.metrics = counted
        self.thread = 0  # the event loop's
        self.root = str(settings["serve.prefix"])
        self._paths = frozenset((_ROUTE, self.root + _ROUTE))
        self._moves = ("x-forwarded-prefix", "x-forwarded-host") if settings["serve.proxies"] else ()

    def begin(self, exchange: Exchange) -> bool:
        """Begin to answer, and say so, or say no."""
        request = exchange.request
        self.thread = threading.get_ident()
        if request.path not in self._paths or not self.app.is_plain or not self._is_plain(request):
            return False
        try:
            asked = read(request.method, request.query, request.fields.get("content-type", ""), request.body)
        except HTTPException:
            return False
        if not asked.query or asked.graph is not None or asked.release or len(asked.query) > _TEXT_MAX_CHARS:
            return False
        lease = self.current.acquire()
        query = _Query(self, exchange, asked, lease)
        began = query.begin()
        if not began:
            self.current.release(lease, elsewhere=True)
        return began

    def _is_plain(self, request: Request) -> bool:
        fields = request.fields
        cookies = fields.get("cookie")
        return (
            request.method in _METHODS
            and not any(name in fields for name in _DECIDED_BY_THE_APPLICATION)
            and not any(name in fields for name in self._moves)
            and not (cookies and any(name != LANGUAGE_COOKIE for name in parse_cookie(cookies)))
            and forwarded.is_host(fields.get("host", ""))
        )

    def head(self, opened: OpenRelease, key: str, volatile: bool) -> bytes:
        """Return the head of answers in a format but for ETag, length and coding: made as the application makes it."""
        environ = EnvironBuilder(path=_ROUTE).get_environ()
        environ.update({ENVIRON: opened, "SCRIPT_NAME": self.root})
        wanted = by_key(key, ANSWER_FORMATS)
        assert wanted is not None
        with self.app.request_context(environ):
            plain = Response(content_type=wanted.content_type)
            answer = headers.secure(sparql.described(plain, "" if volatile else "any"))
            if content_coding.is_compressible(wanted.content_type):
                headers.vary(answer, "Accept-Encoding")
        fields = [(name, value) for name, value in answer.headers if name not in ("ETag", "Content-Length")]
        return head("200", fields)


class _Query:
    """One query under way; everything but `_finish` runs in the event loop's thread."""

    def __init__(self, endpoint: DirectEndpoint, exchange: Exchange, asked: ProtocolRequest, lease: Lease) -> None:
        self._endpoint = endpoint
        self._exchange = exchange
        self._asked = asked
        self._lease = lease
        self._opened: OpenRelease = lease.serving
        self._received = time.monotonic()
        self._checked: ParsedQuery
        self._wanted: Format
        self._queued: QueuedQuery
        self._timer: TimerHandle | None = None
        self._waits = False  # for its turn

    def begin(self) -> bool:
        """Have the query evaluated, if it passes."""
        request, text, pool = self._exchange.request, self._asked.query, self._opened.pool
        assert text is not None
        checked = pool.passes(text, request.client)
        if checked is None:
            return False
        wanted = sparql.format_for(self._asked, checked, request.fields.get("accept"))
        if wanted is None or wanted == HTML or not content_coding.acceptable(request.fields.get("accept-encoding")):
            return False
        self._checked, self._wanted = checked, wanted
        job = QueryJob(text, wanted, self._asked.dataset, request.client, self._received, lambda: request.gone)
        kept = pool.kept(job, checked)
        if kept is not None:
            self._conclude(kept)
            return True
        try:
            queued = pool.queue(job, checked, self._told)
        except EndpointBusy as error:
            self._conclude(error)
            return True
        if queued is None:
            return False
        self._queued, self._waits = queued, True
        if queued.is_decided:
            self._start()
        else:
            seconds = self._received + pool.limits.seconds - time.monotonic()
            self._timer = self._exchange.loop.call_later(seconds, self._too_late)
        return True

    def _told(self) -> None:
        """Hear, in any thread, that it is the query's turn."""
        if not self._waits:
            return
        if threading.get_ident() == self._endpoint.thread:
            self._exchange.loop.call_soon(self._start)
            return
        try:
            self._exchange.loop.call_soon_threadsafe(self._start)
        except RuntimeError:  # the loop has ended: nobody waits any more
            return

    def _too_late(self) -> None:
        if self._waits:
            self._waits = False
            error = EndpointBusy("every worker is busy and others are waiting", retry_after=1.0)
            self._queued.abandon(error)
            self._conclude(error)

    def _start(self) -> None:
        if not self._waits:
            return
        self._waits = False
        self._stop_timer()
        try:
            began = self._queued.start()
        except EndpointBusy as error:
            self._conclude(error)
            return
        if not began:
            self._take_a_thread()
            return
        loop = self._exchange.loop
        loop.add_reader(self._queued.descriptor, self._readable)
        self._timer = loop.call_later(_WITHOUT_THREAD_S, self._take_a_thread)

    def _readable(self) -> None:
        arrival = self._queued.arrived()
        if arrival is Arrival.NOTHING:
            return
        if arrival is Arrival.SPECIAL:
            self._take_a_thread()
            return
        self._unwatch()
        try:
            found: QueryResult | Exception = self._queued.finish()
        except Exception as error:  # noqa: BLE001 - the application says what it is to the client
            found = error
        self._conclude(found)

    def _unwatch(self) -> None:
        if self._timer is not None:
            self._exchange.loop.remove_reader(self._queued.descriptor)
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take_a_thread(self) -> None:
        """Go on in a thread of its own: of these there are no more than places for queries to be evaluated in."""
        self._unwatch()
        threading.Thread(target=self._finish, name="ckg-long-query", daemon=True).start()

    def _finish(self) -> None:
        try:
            found: QueryResult | Exception = self._queued.finish()
        except Exception as error:  # noqa: BLE001 - as above
            found = error
        try:
            self._exchange.loop.call_soon_threadsafe(self._conclude, found)
        except RuntimeError:  # the loop has ended
            return

    def _conclude(self, found: QueryResult | Exception) -> None:
        """Answer, or let the application do so."""
        exchange, endpoint = self._exchange, self._endpoint
        reply = self._reply(found) if isinstance(found, QueryResult) else None
        if reply is None:
            exchange.compute({sparql.OUTCOME: sparql.Outcome(self._opened, self._checked, self._wanted, found)})
        else:
            endpoint.metrics.requested(_ROUTE, exchange.request.method, 200, time.monotonic() - self._received)
            exchange.answer(reply)
        endpoint.current.release(self._lease, elsewhere=True)

    def _reply(self, found: QueryResult) -> Reply | None:
        """Return the plain answer; None where it has to be compressed and is too long for that here."""
        codings = content_coding.acceptable(self._exchange.request.fields.get("accept-encoding"))
        as_it_is = codings[0] == IDENTITY or not content_coding.is_compressible(self._wanted.content_type)
        coding = IDENTITY
        body: bytes | FileSlice
        if found.body is None:
            if not as_it_is or found.file is None:
                return None
            body, size = FileSlice(found.file, 0, found.size, temporary=True), found.size
        else:
            body = found.body
            if not as_it_is:
                if len(body) > _CODED_MAX_BYTES:
                    return None
                body, coding = content_coding.best(body, codings)
            size = len(body)
        volatile = self._checked.volatile
        lines = [f"Content-Length: {size}\r\n"]
        if not volatile:
            parts = sparql.representation(self._asked, self._wanted)
            tag = "W/" + headers.tag_of(self._opened.release.id, self._endpoint.root, *parts)
            lines.append(f"ETag: {content_coding.tag_of(tag, coding)}\r\n")
        if coding != IDENTITY:
            lines.append(f"Content-Encoding: {coding}\r\n")
        away_seconds = self._opened.pool.away_seconds
        if away_seconds is not None:
            lines.append(": ".join(headers.stale(away_seconds)) + "\r\n")
        first = self._opened.remembered(self._endpoint.head, self._wanted.key, volatile)
        reply = Reply(200, first + "".join(lines).encode("latin-1"), body)
        key = self._exchange.key
        if key is not None and not volatile and found.body is not None and away_seconds is None:
            self._opened.response_cache.keep(key, CachedResponse(reply, _ROUTE, self._checked.form.value))
        return reply
