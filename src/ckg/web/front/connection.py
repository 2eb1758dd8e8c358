"""One connection of one client: its requests one after the other, their answers, and limits of time for both."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress
from typing import Final, Protocol, cast

from ckg.web.front.access_log import AccessLog
from ckg.web.front.front_limits import ANSWER_MAX_S, KEEP_ALIVE_S, RATE_MIN_BYTES_PER_S, FrontLimits
from ckg.web.front.reading import Reader, Refused
from ckg.web.front.reply import PIECE_BYTES, Clock, FileSlice, Reply, refusal
from ckg.web.front.request import Request

_LINGER_S: Final = 2.0
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 seconds
_KEPT_ALIVE: Final = b"Connection: keep-alive\r\n\r\n"
_UNSENT_MS: Final = 60_000  # the kernel gives up a closed connection whose last bytes nobody takes


class ConnectionOwner(Protocol):
    """What a connection needs of the server that it belongs to."""

    limits: FrontLimits
    log: AccessLog | None
    buffer: memoryview
    body_bytes: int
    body_max_bytes: int
    clock: Clock

    def now(self) -> float:
        """Return the time in seconds, as `time.monotonic` does."""

    def opened(self, connection: Connection) -> bool:
        """Take a new connection; say whether there is room for it."""

    def closed(self, connection: Connection) -> None:
        """Let a connection go."""

    def note(self, reason: str) -> None:
        """Count a connection that was ended for a reason."""

    def take_file(self, client: str, size: int) -> bool:
        """Count the bytes of a temporary file that waits for a client; say whether its share allows that."""

    def give_file(self, client: str, size: int) -> None:
        """Take back what `take_file` counted."""

    def handle(self, connection: Connection, request: Request) -> None:
        """Have a request answered."""


class Connection(asyncio.BufferedProtocol):
    """What the event loop calls for a connection; `front` knows what belongs to all of them."""

    def __init__(self, front: ConnectionOwner) -> None:
        self._front = front
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._reader = Reader(front.limits, self._fresh, self._proceed, self._admit)
        self._pending: deque[Request | Reply] = deque()
        self._request: Request | None = None
        self._reply: Reply | None = None
        self._sent_bytes = 0  # of the body of the reply, given to the transport
        self._written_bytes = 0  # in all, given to the transport
        self._window = (0.0, 0)  # since when progress is measured, and how much had been sent then
        self._paused = False
        self._deaf = False  # nothing more is read
        self._last = False  # the connection is closed after the reply
        self._eof = False
        self._linger_until = 0.0
        self._began = 0.0  # when the request that is being read began, or the waiting for one
        self._came = 0.0  # when something came last
        self._body_began = 0.0
        self._answered = False
        self._turning = False
        self._body_bytes = 0
        self._file_bytes = 0
        self.peer: tuple[str, int] = ("", 0)
        self.local: tuple[str, int] = ("", 0)
        self.client = ""

    # Seen by the front.

    @property
    def waits(self) -> bool:
        """Whether it is the client's turn: nothing is computed for it and nothing is being sent."""
        return self._request is None and self._reply is None and not self._pending

    @property
    def since(self) -> float:
        """When something came last."""
        return self._came

    def abort(self) -> None:
        """Close at once; what the kernel has not sent yet is thrown away, so that half an answer ends in an error."""
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def finish(self) -> None:
        """Close when what is under way has been answered: the server stops."""
        self._deaf = True
        self._pending.clear()
        if self.waits:
            self._transport.close()
        else:
            self._last = True

    def sweep(self, now: float) -> None:
        """Close, or refuse, what has taken too long."""
        limits = self._front.limits
        if self._reply is not None or self._transport.get_write_buffer_size():
            self._check_rate(now, limits.stall_seconds)
        elif self._linger_until:
            if now > self._linger_until:
                self.abort()
        elif self._request is not None or self._transport.is_closing():
            return
        elif self._reader.between:
            if now - self._came > (KEEP_ALIVE_S if self._answered else limits.receive_seconds):
                self._transport.close()
        elif now - max(self._began, self._body_began) > limits.receive_seconds or (
            self._reader.in_body and now - self._came > limits.stall_seconds
        ):
            self._refuse(refusal(408, "The request did not come in time."))

    def _check_rate(self, now: float, stall_seconds: float) -> None:
        began, before = self._window
        if now - began < stall_seconds:
            return
        taken = self._written_bytes - self._transport.get_write_buffer_size()
        size = self._reply.size if self._reply is not None else 0
        if taken - before < max(RATE_MIN_BYTES_PER_S, size / ANSWER_MAX_S) * (now - began):
            self._front.note("slow reader")
            self.abort()
        self._window = (now, taken)

    # Called by the event loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless the client has too many connections."""
        self._transport = cast("asyncio.Transport", transport)
        peer, local = (transport.get_extra_info(name) or ("", 0) for name in ("peername", "sockname"))
        self.peer, self.local = (peer[0], peer[1]), (local[0], local[1])
        self._began = self._came = self._front.now()
        sock = transport.get_extra_info("socket")
        if sock is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            with suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNSENT_MS)
        self._transport.set_write_buffer_limits(high=PIECE_BYTES)
        if not self._front.opened(self):
            self._refuse(refusal(503, "There are too many connections.", retry_after_s=1))

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return the buffer that all connections share: what is read is taken out of it at once."""
        return self._front.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take what has come."""
        if self._deaf:
            return
        now = self._came = self._front.now()
        if self._reader.between:
            self._began = now
        in_body = self._reader.in_body
        complete, ended = self._reader.feed(bytes(self._front.buffer[:nbytes]))
        if complete:
            self._pending.extend(complete)
            self._began = now
        if ended is not None:
            self._deaf = True
            if ended.status:
                self._pending.append(ended)
            elif not self._pending and self._request is None:
                self._transport.close()
        elif self._reader.in_body and (complete or not in_body):
            self._body_began = now
        self._next()

    def eof_received(self) -> bool:
        """Note that nothing more comes: a request that is not complete is refused, one under way loses its client."""
        self._eof = True
        if not self._deaf and not self._reader.between:
            self._refuse(self._reader.cut_short())
        if self._request is not None:
            self._request.gone = True
        elif self.waits:
            return False
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Give everything back."""
        self._deaf = True
        self._pending.clear()
        if self._request is not None:
            self._request.gone = True
        self._reply = None
        self._front.closed(self)
        self._front.body_bytes -= self._body_bytes
        self._body_bytes = 0
        self._release_file()

    def pause_writing(self) -> None:
        """Wait for the client to read."""
        self._paused = True

    def resume_writing(self) -> None:
        """Go on."""
        self._paused = False
        if self._reply is not None:
            self._pump()
        else:
            self._next()

    # Requests.

    def _fresh(self) -> Request:
        return Request(self.peer, self.local)

    def _proceed(self) -> None:
        self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _admit(self, size: int) -> None:
        self._body_bytes += size
        self._front.body_bytes += size
        if self._front.body_bytes > self._front.body_max_bytes:
            raise Refused(503, "Too many requests are being read.", retry_after_s=1)

    def _refuse(self, reply: Reply) -> None:
        self._deaf = True
        self._pending.append(reply)
        self._next()

    def _next(self) -> None:
        """Begin with the next request, if it is its turn."""
        if self._turning:  # answers that are at hand must not be answered one inside the other
            return
        self._turning = True
        while self._request is None and self._reply is None and self._pending and not self._paused:
            turn = self._pending.popleft()
            if isinstance(turn, Reply):
                self._last = True
                if self._front.log is not None:
                    self._front.log.note(None, self.client, turn.status, turn.size)
                self._send(turn)
            else:
                self._request = turn
                turn.gone = self._eof
                self._front.handle(self, turn)
        self._turning = False
        if not self._deaf and not self._transport.is_closing():
            # Reading goes on while an answer is computed, or nobody would hear that the client hangs up.
            if self._pending:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def answer(self, request: Request, reply: Reply) -> None:
        """Send the answer to the request under way."""
        if request is not self._request:
            return
        self._request = None
        self._front.body_bytes -= len(request.body)
        self._body_bytes -= len(request.body)
        if self._transport.is_closing():
            return
        reply = self._admitted(reply)
        if self._front.log is not None:
            self._front.log.note(request, self.client, reply.status, reply.size)
        self._answered = True
        self._last = self._last or not request.keep_alive or (self._eof and not self._pending)
        self._send(reply, keep_alive_1_0=request.http_1_0)

    def _admitted(self, reply: Reply) -> Reply:
        """Return the reply, or a refusal if its temporary file would take too much of the disk."""
        if isinstance(reply.body, FileSlice) and reply.body.temporary:
            if not self._front.take_file(self.client, reply.size):
                return refusal(503, "Too many large answers are being sent.", retry_after_s=10)
            self._file_bytes = reply.size
        return reply

    # Answers.

    def _send(self, reply: Reply, *, keep_alive_1_0: bool = False) -> None:
        ending = b"Connection: close\r\n\r\n" if self._last else _KEPT_ALIVE if keep_alive_1_0 else b"\r\n"
        head = b"".join((reply.head, self._front.clock.line(), ending))
        self._reply, self._sent_bytes = reply, 0
        if not self._transport.get_write_buffer_size():
            self._window = (self._front.now(), self._written_bytes)
        if isinstance(reply.body, bytes) and len(reply.body) <= PIECE_BYTES:
            self._sent_bytes = len(reply.body)
            self._write(head + reply.body)
        else:
            self._write(head)
        self._pump()

    def _write(self, data: bytes | memoryview) -> None:
        self._written_bytes += len(data)
        self._transport.write(data)

    def _pump(self) -> None:
        """Give the transport as much of the body as it takes."""
        reply = self._reply
        if reply is None:
            return
        size = reply.size
        while self._sent_bytes < size and not self._paused and not self._transport.is_closing():
            if isinstance(reply.body, FileSlice):
                try:
                    piece: bytes | memoryview = reply.body.read(self._sent_bytes, PIECE_BYTES)
                except (OSError, EOFError):
                    self._front.note("file")
                    self.abort()
                    return
            else:
                piece = memoryview(reply.body)[self._sent_bytes : self._sent_bytes + PIECE_BYTES]
            self._sent_bytes += len(piece)
            self._write(piece)
        if self._sent_bytes >= size:
            self._sent()

    def _sent(self) -> None:
        """Go on to the next request, or close."""
        self._reply = None
        self._release_file()
        self._came = self._began = self._front.now()
        if not self._last:
            self._next()
        elif self._deaf and not self._eof and not self._transport.is_closing():
            # The client may still be sending: closed at once, it would lose the answer (RFC 9112, section 9.6).
            self._linger_until = self._front.now() + _LINGER_S
            self._transport.write_eof()
            self._transport.resume_reading()
        else:
            self._transport.close()

    def _release_file(self) -> None:
        if self._file_bytes:
            self._front.give_file(self.client, self._file_bytes)
            self._file_bytes = 0
