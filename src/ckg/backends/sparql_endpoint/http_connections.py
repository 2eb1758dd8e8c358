"""Requests to an endpoint over HTTP/1.1: a bounded number of kept connections, deadlines, and tries again."""

from __future__ import annotations

import http.client
import logging
import math
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

from ckg.backends.sparql_endpoint.spooled_body import SpooledBody
from ckg.errors import EndpointBusy, EngineAway

_LOG: Final = logging.getLogger(__name__)
_CHUNK_BYTES: Final = 1 << 16
_FIRST_WAIT_S: Final = 0.05
_UNANSWERED: Final = (OSError, http.client.HTTPException)
_DROPPED: Final = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The head of an answer, its header fields by their names in lower case; the body has been taken."""

    status: int
    fields: Mapping[str, str]

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def retry_after(self) -> float | None:
        """Seconds after which the server asks to come back (RFC 9110, section 10.2.3), where it says a number."""
        value = self.fields.get("retry-after", "")
        return float(value) if value.isdigit() else None


class ByteSink(Protocol):
    """What takes the body of an answer."""

    def write(self, piece: bytes, /) -> int:
        """Take a piece."""


class Cancelling:
    """The way to end a request from another thread."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self.is_cancelled = False

    def holds(self, used: socket.socket | None) -> None:
        """Take note of the socket that a request waits at; none once it has its answer."""
        with self._lock:
            self._socket = used
            if self.is_cancelled:
                self._cut()

    def cancel(self) -> None:
        """End the request: whoever waits for it gets `EngineAway`."""
        with self._lock:
            self.is_cancelled = True
            self._cut()

    def _cut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class _Sending:
    """A request, as it is sent at each try."""

    method: str
    address: str
    body: bytes | Callable[[], SpooledBody]
    fields: Mapping[str, str]
    into: Callable[[HttpAnswer], ByteSink]
    deadline: float
    cancelling: Cancelling


class HttpConnections:
    """Connections to one server, at most so many at a time; safe to use from several threads.

    `fields` are sent with every request. `away_since` is the time, by `time.monotonic()`, since when the server has not
    answered, None while it does. Each of those who `share` it closes it once.
    """

    def __init__(
        self,
        *,
        most: int,
        connect_seconds: float,
        retries: int,
        fields: Mapping[str, str],
    ) -> None:
        self._places = threading.BoundedSemaphore(most)
        self.most = most
        self._connect_seconds = connect_seconds
        self._retries = retries
        self._fields = dict(fields)
        self._idle: dict[tuple[str, str], list[http.client.HTTPConnection]] = {}
        self._lock = threading.Lock()
        self._users = 0
        self._secure: ssl.SSLContext | None = None
        self.away_since: float | None = None

    def share(self) -> HttpConnections:
        """Count one more who uses the connections, and return them."""
        with self._lock:
            self._users += 1
        return self

    def close(self) -> None:
        """Count one less; with the last, close what is idle now and what is given back later."""
        with self._lock:
            self._users -= 1
            if self._users > 0:
                return
            idle = [connection for kept in self._idle.values() for connection in kept]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def request(
        self,
        method: str,
        address: str,
        *,
        into: Callable[[HttpAnswer], ByteSink],
        deadline: float,
        body: bytes | Callable[[], SpooledBody] = b"",
        fields: Mapping[str, str] | None = None,
        is_repeatable: bool = True,
        cancelling: Cancelling | None = None,
    ) -> HttpAnswer:
        """Return the answer to a request; its whole body has been written to what `into` returns for its head.

        `body` is called anew for each try where it is a function. `deadline` is by `time.monotonic()`. What
        `is_repeatable` is tried again where no answer came. Raises `EndpointBusy` where no connection gets free in
        time, `EngineAway` where there is no answer, or only a part of one, and whatever `into` or its file raise.
        """
        if not self._places.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise EndpointBusy(f"all {self.most} connections to the endpoint are busy", retry_after=1.0)
        cancelling = cancelling or Cancelling()
        sending = _Sending(method, address, body, fields or {}, into, deadline, cancelling)
        try:
            tries = self._retries if is_repeatable else 0
            for number in range(tries + 1):
                try:
                    answer = self._attempt(sending)
                except _UNANSWERED as error:
                    wait = _FIRST_WAIT_S * 2**number * (1 + random.random())  # noqa: S311  spread, no secret
                    late = time.monotonic() + wait >= deadline
                    if number == tries or late or cancelling.is_cancelled:
                        raise self._away(address, error, cancelling) from error
                    time.sleep(wait)
                else:
                    self.away_since = None
                    return answer
            raise AssertionError("a request is tried at least once")
        finally:
            cancelling.holds(None)
            self._places.release()

    def _away(self, address: str, error: Exception, cancelling: Cancelling) -> EngineAway:
        if cancelling.is_cancelled:
            return EngineAway("the query was ended")
        if isinstance(error, TimeoutError):
            words = "did not answer in time"
        else:
            words = f"cannot be reached ({type(error).__name__})"
        if self.away_since is None:
            self.away_since = time.monotonic()
            _LOG.warning("%s %s: %s", address, words, error)
        return EngineAway(f"the SPARQL endpoint {words}")

    def _attempt(self, sending: _Sending) -> HttpAnswer:
        parts = urlsplit(sending.address)
        origin = (parts.scheme, parts.netloc)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        while True:
            connection, is_kept = self._take(origin, sending.deadline)
            try:
                response = self._answered(connection, target, sending)
            except _DROPPED:
                connection.close()
                if is_kept and not sending.cancelling.is_cancelled:  # the server had ended the idle connection
                    continue
                raise
            except BaseException:
                connection.close()
                raise
            break
        try:
            answer = _received(response, connection.sock, sending)
        except BaseException:
            connection.close()
            raise
        self._give_back(origin, connection, response)
        return answer

    def _answered(
        self, connection: http.client.HTTPConnection, target: str, sending: _Sending
    ) -> http.client.HTTPResponse:
        sending.cancelling.holds(connection.sock)
        body = sending.body if isinstance(sending.body, bytes) else sending.body()
        connection.request(sending.method, target, body, {**self._fields, **sending.fields})
        _allow(connection.sock, sending.deadline)
        return connection.getresponse()

    def _take(self, origin: tuple[str, str], deadline: float) -> tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            idle = self._idle.get(origin)
            kept = idle.pop() if idle else None
        if kept is not None:
            _allow(kept.sock, deadline)
            return kept, True
        connect_seconds = max(0.001, min(self._connect_seconds, deadline - time.monotonic()))
        scheme, place = origin
        connection: http.client.HTTPConnection
        if scheme == "https":
            if self._secure is None:
                self._secure = ssl.create_default_context()
            connection = http.client.HTTPSConnection(place, timeout=connect_seconds, context=self._secure)
        else:
            connection = http.client.HTTPConnection(place, timeout=connect_seconds)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _allow(connection.sock, deadline)
        return connection, False

    def _give_back(
        self, origin: tuple[str, str], connection: http.client.HTTPConnection, response: http.client.HTTPResponse
    ) -> None:
        with self._lock:
            is_usable = self._users > 0 and not response.will_close and connection.sock is not None
            if is_usable:
                self._idle.setdefault(origin, []).append(connection)
        if not is_usable:
            connection.close()


def _allow(used: socket.socket | None, deadline: float) -> None:
    """Let the next operation of a socket take until the deadline."""
    if used is not None:
        left = deadline - time.monotonic()
        used.settimeout(None if math.isinf(left) else max(0.001, left))


def _received(response: http.client.HTTPResponse, used: socket.socket | None, sending: _Sending) -> HttpAnswer:
    """Take the whole body of an answer. Raises `HTTPException` or `OSError` where it is not whole."""
    answer = HttpAnswer(response.status, {name.lower(): value for name, value in response.getheaders()})
    out = sending.into(answer)
    while piece := _read(response, used, sending.deadline):
        out.write(piece)
    if response.length:  # of a body in chunks, the library itself sees that it is not whole
        raise http.client.IncompleteRead(b"", response.length)
    response.close()
    return answer


def _read(response: http.client.HTTPResponse, used: socket.socket | None, deadline: float) -> bytes:
    if time.monotonic() > deadline:
        raise TimeoutError("the answer took too long")
    _allow(used, deadline)
    return response.read1(_CHUNK_BYTES)
