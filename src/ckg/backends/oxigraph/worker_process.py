"""One worker process, seen from the server."""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import socket
import threading
from pathlib import Path
from typing import Any, Final

from ckg.backends.oxigraph import wire
from ckg.backends.oxigraph.wire import Closed
from ckg.query.spool import Spool

_TIMEOUT_S: Final = 5.0  # seconds for what takes milliseconds on a healthy machine
_LOWEST_NICE: Final = 19
_GROWTH_MAX_BYTES: Final = 64 << 20


class WorkerProcess:
    """One process, seen from the server: its socket, its spool file, and whether it is still alive."""

    def __init__(self, number: int, sock: socket.socket, spool: Spool) -> None:
        self.number = number
        self.spool: Spool | None = spool
        self.born = threading.Event()
        self.ended = threading.Event()
        self.code: int | None = None
        self.last_words = ""
        self.pid: int | None = None
        self.handle: int | None = None
        self.sandbox: tuple[str, ...] = ()
        self.ready = False
        self.spent = False
        self.low_priority = False
        self._ready_bytes = 0
        self._sock = sock
        self._incoming = wire.Incoming()
        self._received: tuple[dict[str, Any], bytes] | None = None
        sock.settimeout(_TIMEOUT_S)
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def wait(self, seconds: float) -> bool:
        """Wait until the worker has something to say, or has died; say whether it is so."""
        return self._received is not None or bool(self._poll.poll(max(0, math.ceil(seconds * 1000))))

    @property
    def descriptor(self) -> int:
        """The file descriptor that is readable when the worker says something."""
        return self._sock.fileno()

    def take(self) -> dict[str, Any] | None:
        """Take what has come; return what it says of itself when it is whole. Raises `Closed` where it has died."""
        self._incoming.take(self._sock)
        if self._incoming.closed:
            raise Closed
        if not self._incoming.whole:
            return None
        self._received = self._incoming.frame()
        return self._received[0]

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """Wait for what the worker says, if it is not taken already. Raises `Closed` where it has died."""
        while self._received is None:
            self.take()
        received, self._received = self._received, None
        return received

    def take_spool(self) -> Spool | None:
        """Return the spool file that has been written to and hold it no longer: whoever reads the answer does."""
        spool, self.spool = self.spool, None
        return spool

    def ask(self, values: dict[str, Any], text: str) -> None:
        """Give the worker a query, with a fresh spool file if the last one is used up. Raises `Closed`."""
        if self.spent:
            self.spool = Spool()
            self.spent = False
            wire.send(self._sock, values, text.encode(), (self.spool.fileno(),))
        else:
            wire.send(self._sock, values, text.encode())

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal, never to another that got its number since."""
        if not self.born.wait(_TIMEOUT_S) or self.ended.is_set():
            return
        with contextlib.suppress(ProcessLookupError):
            if self.handle is not None:
                signal.pidfd_send_signal(self.handle, number)
            elif self.pid is not None:
                os.kill(self.pid, number)

    def begin(self, sandbox: tuple[str, ...]) -> None:
        """Take note that the process is ready, in which sandbox, and how much memory it has then."""
        self.sandbox = sandbox
        self.ready = True
        self._ready_bytes = self._resident_bytes()

    @property
    def has_grown(self) -> bool:
        """Whether queries have left so much memory behind that a fresh process is better."""
        return self._resident_bytes() - self._ready_bytes > _GROWTH_MAX_BYTES

    def _resident_bytes(self) -> int:
        """Return the memory of the process; 0 where the system does not tell."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError, ValueError):
            return 0

    def processor_seconds(self) -> float | None:
        """Return for how long the process has had a processor since it began; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, IndexError, ValueError):
            return None

    def lower_priority(self) -> None:
        """Let everybody else go first from now on; an unprivileged process cannot take that back."""
        if self.low_priority:
            return
        self.low_priority = True
        if self.pid is not None and not self.ended.is_set():
            with contextlib.suppress(OSError):
                if hasattr(os, "SCHED_IDLE"):  # whoever wakes up takes the processor from it at once
                    os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))
                os.setpriority(os.PRIO_PROCESS, self.pid, _LOWEST_NICE)

    def close(self) -> None:
        """Close the socket: an idle worker then ends by itself."""
        self._sock.close()
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None
