"""`/mcp`: the Model Context Protocol over HTTP, for reading only, within the limits of the endpoint.

The official server speaks ASGI. It runs in an event loop of a thread of its own, without sessions: each request is
answered by one JSON document. Its tools ask this very application, in the name of the client that asked.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound, ServiceUnavailable
from werkzeug.test import Client

from ckg.agents import mcp_server
from ckg.client.knowledge_graph import KnowledgeGraph
from ckg.client.transport import Fields, LocalTransport, ServerAnswer
from ckg.errors import ExtraMissing

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_TIMEOUT_S: Final = 60.0
_START_TIMEOUT_S: Final = 10.0
_CLIENT: ContextVar[str] = ContextVar("client", default="127.0.0.1")
EXTENSION: Final = "ckg.mcp"


class _OfTheClient(LocalTransport):
    """The way to this application, on which requests come from the client who asked over MCP."""

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__(application, lambda: None)
        self._application = application

    def send(self, path: str, fields: Fields, accept: str, *, post: bool = False) -> ServerAnswer:
        """Send a request and return the answer, whatever its status."""
        return self.send_with(Client(self._application), path, fields, accept, post=post, client=_CLIENT.get())


class McpBridge:
    """The ASGI application of the protocol, run by an event loop of its own from the first request on."""

    def __init__(self, application: WSGIApplication) -> None:
        self._graph = KnowledgeGraph(_OfTheClient(application))
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asgi: Any = None
        self._stop: asyncio.Event | None = None

    def answer(self, method: str, headers: Iterable[tuple[str, str]], body: bytes) -> Response:
        """Return the answer to a request. Raises `ExtraMissing`."""
        loop = self._running()
        future = asyncio.run_coroutine_threadsafe(self._ask(method, headers, body), loop)
        try:
            return future.result(_TIMEOUT_S)
        except TimeoutError:
            future.cancel()
            raise ServiceUnavailable(f"The tool gave no answer within {_TIMEOUT_S:g} seconds.") from None

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                made = mcp_server.make(self._graph)
                self._asgi = made.streamable_http_app(
                    json_response=True, stateless_http=True, transport_security=_security()
                )
                started = threading.Event()
                threading.Thread(target=self._run, args=(started,), name="ckg-mcp", daemon=True).start()
                if not started.wait(_START_TIMEOUT_S):
                    raise ServiceUnavailable("The server of the Model Context Protocol did not start.")
            assert self._loop is not None
            return self._loop

    def _run(self, started: threading.Event) -> None:
        async def live() -> None:
            self._stop = asyncio.Event()
            async with self._asgi.router.lifespan_context(self._asgi):
                self._loop = asyncio.get_running_loop()
                started.set()
                await self._stop.wait()

        asyncio.run(live())

    async def _ask(self, method: str, headers: Iterable[tuple[str, str]], body: bytes) -> Response:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": "/mcp",
            "raw_path": b"/mcp",
            "query_string": b"",
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            "client": (_CLIENT.get(), 0),
            "server": ("127.0.0.1", 80),
        }
        status, fields, pieces = 500, [], []
        received = False
        ended = asyncio.Event()

        async def receive() -> dict[str, Any]:
            nonlocal received
            if not received:
                received = True
                return {"type": "http.request", "body": body, "more_body": False}
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, fields
            if message["type"] == "http.response.start":
                status = message["status"]
                fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))

        try:
            await self._asgi(scope, receive, send)
        finally:
            ended.set()
        kept = [(name, value) for name, value in fields if name not in ("content-length", "date", "server")]
        return Response(b"".join(pieces), status, kept)

    def close(self) -> None:
        """End the event loop."""
        with self._lock:
            if self._loop is not None and self._stop is not None:
                self._loop.call_soon_threadsafe(self._stop.set)


def _security() -> Any:
    """Return the settings by which the official server checks Host and Origin: this server has done so already."""
    from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415 - an extra

    return TransportSecuritySettings(enable_dns_rebinding_protection=False)


def register(app: Flask) -> None:
    """Add the route."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # What is put around the application later is asked as well.
        return app.wsgi_app(environ, start_response)

    bridge = McpBridge(whole)
    app.extensions[EXTENSION] = bridge

    @app.route("/mcp", methods=["GET", "DELETE"])
    def mcp_without_sessions() -> Response:
        # There is no stream to listen to and no session to end (Streamable HTTP of the protocol: 405).
        raise MethodNotAllowed(["POST"])

    @app.post("/mcp")
    def mcp() -> Response:
        _CLIENT.set(request.remote_addr or "127.0.0.1")
        try:
            answer = bridge.answer(request.method, request.headers.items(), request.get_data(cache=False))
        except ExtraMissing as error:
            raise NotFound(f"This server does not speak the Model Context Protocol: {error.message}.") from None
        answer.headers["Cache-Control"] = "no-store"
        return answer
