"""The server: accepts connections, hands requests to who answers them, and ends what takes too long."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from ckg.query.scheduler.budget import client_of
from ckg.web import forwarded
from ckg.web.front import wsgi
from ckg.web.front.access_log import AccessLog
from ckg.web.front.connection import Connection
from ckg.web.front.front_limits import BODIES_MAX_BYTES, FILES_MAX_BYTES, READ_MAX_BYTES, WAITING_MAX, FrontLimits
from ckg.web.front.reply import Clock, Reply, head, refusal
from ckg.web.front.request import Request
from ckg.web.front.threads import Threads

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LOG: Final = logging.getLogger(__name__)
_SWEEP_S: Final = 1.0
_PROBE_S: Final = 2.0
_FINISH_S: Final = 15.0
# Seconds after which a thread that renders gives way to the event loop, which wants the interpreter several times for
# each query: at the interpreter's own 5 ms a small query took 9 ms beside a crawler, at this 4 ms.
_SWITCH_INTERVAL_S: Final = 0.0005
_FAST_LOOP: Final = "uvloop"  # of the extra `fast`: it saves a tenth of the time that a small query takes
_DESCRIPTORS_KEPT: Final = 256  # for workers, stores, files that are sent


class ServedApplication(Protocol):
    """What is served."""

    @property
    def wsgi(self) -> WSGIApplication:
        """The application; called in threads."""

    @property
    def waiting_paths(self) -> frozenset[str]:
        """Paths at which requests mostly wait for another process, and so may have many threads."""

    def kept(self, key: tuple[str | None, ...], request: Request) -> Reply | None:
        """Return a finished answer that is kept under a key; called in the event loop."""

    def begin(self, exchange: Exchange) -> bool:
        """Begin to answer without a thread of the front's, or say that a thread has to ask `wsgi`.

        Called in the event loop. Who says yes sees to it that the exchange is answered.
        """

    def ready(self) -> tuple[bool, dict[str, object]]:
        """Say whether requests can be answered, and with what; called in a thread of its own."""

    def counted(self, route: str, method: str, status: int, seconds: float) -> None:
        """Take note of a request that the application did not see."""

    def closed(self, reason: str) -> None:
        """Take note of a connection that the server ended."""

    def close(self) -> None:
        """Let go of everything; called when the last request has ended."""


class Exchange:
    """A request that has been read, and the way for its answer; `key` is what the answer may be kept under."""

    __slots__ = ("_connection", "_front", "key", "loop", "request")

    def __init__(
        self, front: Front, connection: Connection, request: Request, key: tuple[str | None, ...] | None
    ) -> None:
        self._front = front
        self._connection = connection
        self.loop = front.loop
        self.request = request
        self.key = key

    def answer(self, reply: Reply) -> None:
        """Send the answer; for the event loop's thread."""
        self._connection.answer(self.request, reply)

    def compute(self, more: Mapping[str, Any]) -> None:
        """Have a thread ask the application, with more in its environment; for the event loop's thread."""
        self._front.compute(self, more)


class Front:
    """All connections of a server, and what they share; everything here runs in the event loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, application: ServedApplication, limits: FrontLimits) -> None:
        self.loop = loop
        self._application = application
        self._all: set[Connection] = set()
        self._by_client: Counter[str] = Counter()
        self._files: Counter[str] = Counter()
        self._waiting: Threads[Reply] = Threads(loop, "query", limits.threads, WAITING_MAX)
        self._rendering: Threads[Reply] = Threads(loop, "page", min(limits.page_threads, limits.threads), WAITING_MAX)
        self._probe: Threads[Reply] = Threads(loop, "probe", 1, 1)
        self._probing: list[tuple[Connection, Request]] = []
        self._probes = {f"{limits.prefix}{path}": path for path in ("/healthz", "/readyz")} | {
            path: path for path in ("/healthz", "/readyz")
        }
        self.limits = limits
        self.log = AccessLog() if limits.log == "json" else None
        self.buffer = memoryview(bytearray(READ_MAX_BYTES))
        self.body_bytes = 0
        self.body_max_bytes = BODIES_MAX_BYTES
        self.clock = Clock()

    # Connections.

    def now(self) -> float:
        """Return the time in seconds, as `time.monotonic` does."""
        return time.monotonic()

    def opened(self, connection: Connection) -> bool:
        """Take note of a connection; say whether there is room for it, made if need be at the cost of an idle one."""
        limits = self.limits
        client = connection.client = client_of(connection.peer[0])
        full = not limits.proxies and self._by_client[client] >= limits.client_connections
        if full or len(self._all) >= limits.connections:
            greedy = client if full else self._by_client.most_common(1)[0][0]
            waiting = [other for other in self._all if other.client == greedy and other.waits]
            if not waiting:
                self._add(connection)
                return False
            min(waiting, key=lambda other: other.since).abort()
            self.note("crowded out")
        self._add(connection)
        return True

    def _add(self, connection: Connection) -> None:
        self._all.add(connection)
        self._by_client[connection.client] += 1

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        if connection in self._all:
            self._all.remove(connection)
            self._by_client[connection.client] -= 1
            if not self._by_client[connection.client]:
                del self._by_client[connection.client]

    def note(self, reason: str) -> None:
        """Take note of a connection that is ended."""
        self._application.closed(reason)

    def take_file(self, client: str, size: int) -> bool:
        """Say whether an answer may hold so many bytes of temporary files, and count them."""
        if self._files[client] + size > FILES_MAX_BYTES // 4 or self._files.total() + size > FILES_MAX_BYTES:
            return False
        self._files[client] += size
        return True

    def give_file(self, client: str, size: int) -> None:
        """Count back what an answer held."""
        self._files[client] -= size
        if self._files[client] <= 0:
            del self._files[client]

    # Requests.

    def handle(self, connection: Connection, request: Request) -> None:
        """See to it that a request is answered."""
        proxies = self.limits.proxies
        probe = self._probes.get(request.path)
        if probe is not None and request.method in ("GET", "HEAD"):
            self._answer_probe(connection, request, probe)
            return
        key = request.key(forwarded=proxies > 0)
        if key is not None:
            kept = self._application.kept(key, request)
            if kept is not None:
                connection.answer(request, kept)
                return
        if proxies:
            address = forwarded.client_address(request.fields.get("x-forwarded-for", ""), proxies)
            request.client = client_of(address or request.peer[0])
        else:
            request.client = connection.client
        exchange = Exchange(self, connection, request, key)
        if not self._application.begin(exchange):
            self.compute(exchange, {})

    def compute(self, exchange: Exchange, more: Mapping[str, Any]) -> None:
        """Have a thread ask the application, with `more` in its environment."""
        request = exchange.request
        waits = request.path.removeprefix(self.limits.prefix) in self._application.waiting_paths
        threads = self._waiting if waits else self._rendering
        ask = partial(wsgi.call, self._application.wsgi, request, exchange.key, more)
        if not threads.submit(request.client, ask, exchange.answer):
            exchange.answer(refusal(503, "Too many requests wait to be answered.", retry_after_s=1))

    def _answer_probe(self, connection: Connection, request: Request, path: str) -> None:
        self._application.counted(path, request.method, 200, 0.0)
        if path == "/healthz":
            connection.answer(request, _probed(request, healthy=True, values={"status": "ok"}))
            return
        self._probing.append((connection, request))
        if len(self._probing) == 1:
            timer = self.loop.call_later(_PROBE_S, self._probed_all, None)
            self._probe.submit("", self._ready, partial(self._probed_all, timer=timer))

    def _ready(self) -> Reply:
        try:
            ready, values = self._application.ready()
        except Exception:  # noqa: BLE001 - whatever it is, the client is owed an answer
            _LOG.exception("the state of the server cannot be told")
            ready, values = False, {"status": "fault"}
        return _probed(None, healthy=ready, values=values)

    def _probed_all(self, reply: Reply | None, timer: asyncio.TimerHandle | None = None) -> None:
        if timer is not None:
            timer.cancel()
        waiting, self._probing = self._probing, []
        reply = reply or _probed(None, healthy=False, values={"status": "does not answer in time"})
        for connection, request in waiting:
            body = b"" if request.method == "HEAD" else reply.body
            connection.answer(request, Reply(reply.status, reply.head, body))

    # Time.

    def sweep(self) -> None:
        """End what has taken too long; called every second."""
        now = self.now()
        for connection in list(self._all):
            connection.sweep(now)

    async def run(self, listening: socket.socket) -> None:
        """Serve until SIGINT or SIGTERM, then let what is under way end."""
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            self.loop.add_signal_handler(number, stopped.set)
        server = await self.loop.create_server(lambda: Connection(self), sock=listening, backlog=1024)
        try:
            while not stopped.is_set():
                try:
                    await asyncio.wait_for(stopped.wait(), _SWEEP_S)
                except TimeoutError:
                    self.sweep()
        finally:
            server.close()
            await self._end()

    async def _end(self) -> None:
        for connection in list(self._all):
            connection.finish()
        until = self.now() + _FINISH_S
        while self._all and self.now() < until:
            self.sweep()
            await asyncio.sleep(0.02)
        for connection in list(self._all):
            connection.abort()
        for threads in (self._waiting, self._rendering, self._probe):
            threads.stop()
        self._application.close()
        if self.log is not None:
            self.log.close()


def _probed(request: Request | None, *, healthy: bool, values: dict[str, object]) -> Reply:
    body = json.dumps(values).encode() + b"\n"
    status = "200 OK" if healthy else "503 Service Unavailable"
    fields = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Access-Control-Allow-Origin", "*"),
    ]
    sent = b"" if request is not None and request.method == "HEAD" else body
    return Reply(int(status[:3]), head(status, fields), sent)


def serve(listening: socket.socket, application: ServedApplication, limits: FrontLimits) -> None:
    """Serve an application on a bound socket until the process is told to end (SIGINT, SIGTERM)."""
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    allowed = _descriptors() - _DESCRIPTORS_KEPT
    if limits.connections > allowed:
        _LOG.warning("%d connections instead of %d: RLIMIT_NOFILE allows no more", allowed, limits.connections)
        limits = FrontLimits(**{name: getattr(limits, name) for name in limits.__slots__} | {"connections": allowed})

    async def main() -> None:
        await Front(asyncio.get_running_loop(), application, limits).run(listening)

    loops: Any = importlib.import_module(_FAST_LOOP) if importlib.util.find_spec(_FAST_LOOP) else asyncio
    loops.run(main())


def _descriptors() -> int:
    """Raise the limit of open files as far as this process may, and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 1 << 16) if hard != resource.RLIM_INFINITY else 1 << 16
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft if soft != resource.RLIM_INFINITY else os.sysconf("SC_OPEN_MAX")
