"""Has the client hung up? WSGI has no way to ask, so the kernel is asked whether a connection is left that fits.

The server reads a request, and then nothing arrives on its connection until it is answered. So while a request waits,
there is a connection from its client on which data were last received when the request began. Where there is none, and
fewer connections wait for an answer than requests do, the client is gone. In doubt it is not: behind HTTP/2, where one
connection carries many requests, and where the kernel does not tell, nobody ever seems to hang up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from ckg.web.connections import Connection, established, plain

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GONE: Final = "ckg.gone"
"""The key in the WSGI environment of a function that says whether the client of the request has hung up."""

_SLACK: Final = 0.1  # seconds by which two clocks may differ
_QUEUE: Final = 1.5  # seconds that a request may have waited for a thread
_PAUSE: Final = 0.4  # seconds between two questions to the kernel about one request


class Unanswered:
    """The requests whose answer has not begun, by client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began: dict[str, list[float]] = {}

    def begin(self, peer: str) -> float:
        """Note a request; returns when it began (`time.monotonic`)."""
        now = time.monotonic()
        with self._lock:
            self._began.setdefault(peer, []).append(now)
        return now

    def end(self, peer: str, began: float) -> None:
        """Note that a request is answered."""
        with self._lock:
            times = self._began.get(peer, [])
            if began in times:
                times.remove(began)
            if not times:
                self._began.pop(peer, None)

    def ages(self, peer: str) -> list[float]:
        """Return for how many seconds each request of a client has waited."""
        now = time.monotonic()
        with self._lock:
            return [now - began for began in self._began.get(peer, ())]


def gone(age: float, waiting: Iterable[float], connections: Iterable[Connection]) -> bool:
    """Say whether the request that began `age` seconds ago has lost its connection.

    `waiting` are the ages of all unanswered requests of the client, this one among them; `connections` are its own.

    >>> gone(2.0, [2.0], [])
    True
    >>> gone(2.0, [2.0], [Connection("a", 30.0, 2.0)])
    False
    >>> gone(2.0, [2.0], [Connection("a", 9.0, 9.0)])
    True
    """
    recent = [c for c in connections if c.asked and c.received <= age + _QUEUE]
    fitting = [c for c in recent if c.received >= age - _SLACK]
    return not fitting and len(recent) < sum(1 for other in waiting if other <= age + _SLACK)


def around(application: WSGIApplication) -> WSGIApplication:
    """Return the application with `GONE` in the environment of every request."""
    unanswered = Unanswered()

    def watched(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        peer = plain(environ.get("REMOTE_ADDR", ""))
        began = unanswered.begin(peer)

        def start(*arguments: Any) -> Any:
            unanswered.end(peer, began)
            return start_response(*arguments)

        if environ.get("SERVER_PROTOCOL", "").startswith("HTTP/1"):
            environ[GONE] = _asker(unanswered, peer, began, environ.get("SERVER_PORT", ""))
        try:
            return application(environ, start)
        finally:
            unanswered.end(peer, began)

    return watched


def _asker(unanswered: Unanswered, peer: str, began: float, port: str) -> Callable[[], bool]:
    last = began

    def ask() -> bool:
        nonlocal last
        now = time.monotonic()
        if now - last < _PAUSE or not port.isdigit():
            return False
        last = now
        found = established(int(port))
        if found is None:
            return False
        return gone(time.monotonic() - began, unanswered.ages(peer), [c for c in found if c.peer == peer])

    return ask
