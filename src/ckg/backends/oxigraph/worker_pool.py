"""The worker processes: started by a fork server, kept ready, taken, given back, killed and replaced."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import asdict
from typing import Any, Final

from ckg import allocator
from ckg.backends.oxigraph import wire
from ckg.backends.oxigraph.wire import Closed
from ckg.backends.oxigraph.worker import Setup
from ckg.backends.oxigraph.worker_process import WorkerProcess
from ckg.errors import EndpointBusy, QueryError
from ckg.query.spool import Spool

_LOG: Final = logging.getLogger(__name__)
_TIMEOUT_S: Final = 5.0  # seconds for what takes milliseconds on a healthy machine
_FAILED_STARTS_AT_ONCE, _FIRST_START_WAIT_S, _MAX_START_WAIT_S = 3, 0.2, 10.0


class WorkerPool:
    """`keep` workers beside those that stepped back, up to `most` in all; safe to use from several threads."""

    def __init__(self, setup: Setup, *, keep: int, most: int) -> None:
        self._setup = setup
        self._keep, self._most = keep, most
        self._lock = threading.RLock()
        self._all: dict[int, WorkerProcess] = {}
        self._idle: deque[WorkerProcess] = deque()
        self._idle_low: deque[WorkerProcess] = deque()  # of low priority, for queries that let others go first
        self._number = 0
        self._closing = False
        self._failed_starts = 0
        self.network = False
        self._start()

    @property
    def count(self) -> int:
        """How many processes there are."""
        return len(self._all)

    @property
    def healthy(self) -> bool:
        """Whether a query would find a worker: one is idle, or at work."""
        with self._lock:
            if self._closing or self._fork_server.poll() is not None:
                return False
            for worker in list(self._idle):
                if not worker.ready and worker.wait(0):
                    self._await_ready(worker)
            return any(worker.ready for worker in self._all.values())

    @property
    def sandbox(self) -> tuple[str, ...]:
        """The sandbox layers that hold around the workers, as the last one that began has reported them."""
        ready = [worker.sandbox for worker in list(self._all.values()) if worker.sandbox]
        return (*(("network",) if self.network else ()), *(ready[-1] if ready else ()))

    def take(self, deadline: float, *, low_priority: bool = False) -> WorkerProcess:
        """Return a worker that is ready; raises `EndpointBusy` where none is before `deadline`.

        One that has a low priority already is returned only where that is wanted.
        """
        while True:
            with self._lock:
                if self._closing:
                    raise EndpointBusy("the server is stopping", retry_after=1.0)
                worker = self._pick(low_priority=low_priority)
            if worker is None:  # the fork server itself is beginning again
                if time.monotonic() > deadline:
                    raise EndpointBusy("no worker could be started", retry_after=2.0)
                time.sleep(0.02)
                continue
            if worker.ready:
                if not worker.wait(0):
                    return worker
                self.discard(worker)  # an idle worker has nothing to say: it has died
                continue
            if not worker.wait(deadline - time.monotonic()):
                self.discard(worker)
                raise EndpointBusy("no worker was ready in time", retry_after=1.0)
            if self._await_ready(worker):
                return worker

    def take_at_once(self) -> WorkerProcess | None:
        """Return a worker that is ready and alive, None where that is not known without waiting."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            worker = next((w for w in self._idle if w.ready), None)
            if worker is None or self._closing or worker.wait(0):
                return None
            self._idle.remove(worker)
            return worker
        finally:
            self._lock.release()

    def _pick(self, *, low_priority: bool) -> WorkerProcess | None:
        if low_priority and self._idle_low:
            return self._idle_low.popleft()
        worker = next((w for w in self._idle if w.ready), None)
        if worker is None:
            waking = next((w for w in self._idle if w.wait(0)), None)
            worker = waking or (self._idle[0] if self._idle else self._fork())
        if worker is not None:
            with contextlib.suppress(ValueError):
                self._idle.remove(worker)
        return worker

    def _await_ready(self, worker: WorkerProcess) -> bool:
        """Read the first words of a worker; one that died instead is replaced."""
        try:
            values, _ = worker.receive()
        except Closed:
            self.discard(worker)
            return False
        self._failed_starts = 0
        if not values["readable"]:
            _LOG.error("a query worker cannot read every table of the store; some queries will fail")
        worker.begin(tuple(values["ready"]))
        return True

    def give_back(self, worker: WorkerProcess) -> None:
        """Return a worker that has answered; one of low priority is kept for others of its kind."""
        low = worker.low_priority
        is_fit = not (low and worker.has_grown)
        with self._lock:
            idle, room = (self._idle_low, self._most - self._keep) if low else (self._idle, self._keep)
            if self._closing or not is_fit or len(idle) >= room or worker.number not in self._all:
                self._forget(worker)
            else:
                idle.appendleft(worker)  # the one used last is the warmest

    def lower_priority(self, worker: WorkerProcess) -> None:
        """Have a worker let all others go first from now on, and see to it that there is another in time."""
        worker.lower_priority()
        with self._lock:
            self._replenish()

    def discard(self, worker: WorkerProcess) -> None:
        """Kill a worker and see to it that there is another."""
        worker.signal(signal.SIGKILL)
        with self._lock:
            self._forget(worker)
            self._replenish()

    def _forget(self, worker: WorkerProcess) -> None:
        for idle in (self._idle, self._idle_low):
            with contextlib.suppress(ValueError):
                idle.remove(worker)
        if self._all.pop(worker.number, None) is not None:
            worker.close()

    def _replenish(self) -> None:
        wanted = self._keep - sum(not worker.low_priority for worker in self._all.values())
        while self._idle_low and wanted > self._most - len(self._all):
            self._forget(self._idle_low[-1])
        for _ in range(min(wanted, self._most - len(self._all))):
            worker = None if self._closing else self._fork()
            if worker is not None:
                self._idle.append(worker)

    def _replace(self, worker: WorkerProcess) -> None:
        """Start another for a worker that has ended while idle; ever later where none gets ready."""
        self._failed_starts = 0 if worker.ready else self._failed_starts + 1
        if self._failed_starts <= _FAILED_STARTS_AT_ONCE:
            self._replenish()
            return
        wait_s = min(_MAX_START_WAIT_S, _FIRST_START_WAIT_S * 2 ** (self._failed_starts - _FAILED_STARTS_AT_ONCE - 1))
        timer = threading.Timer(wait_s, self._replenish_later)
        timer.daemon = True
        timer.start()

    def _replenish_later(self) -> None:
        with self._lock:
            self._replenish()

    def _fork(self) -> WorkerProcess | None:
        ours, theirs = socket.socketpair()
        self._number += 1
        spool = Spool()
        worker = WorkerProcess(self._number, ours, spool)
        self._all[worker.number] = worker
        try:
            wire.send(self._control, {"fork": worker.number}, descriptors=(theirs.fileno(), spool.fileno()))
        except Closed:
            self._forget(worker)
            return None
        finally:
            theirs.close()
        return worker

    def _start(self) -> None:
        """Start a fork server and its first workers."""
        self._control, theirs = socket.socketpair()
        kept = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "TMPDIR")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        self._fork_server = subprocess.Popen(  # noqa: S603  our own module
            [sys.executable, "-P", "-m", "ckg.backends.oxigraph.fork_server", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={"MALLOC_ARENA_MAX": "2", **allocator.BOUNDED, **environment, **allocator.environment()},
            close_fds=True,
        )
        theirs.close()
        setup = asdict(self._setup) | {"prefixes": dict(self._setup.prefixes)}
        try:
            wire.send(self._control, setup)
        except Closed as error:
            raise QueryError("the process that starts query workers did not begin") from error
        self._replenish()
        self._keeper = threading.Thread(target=self._watch, args=(self._control,), name="ckg-workers", daemon=True)
        self._keeper.start()

    def _watch(self, control: socket.socket) -> None:
        """Hear from the fork server until it closes; begin again if it was not told to."""
        with contextlib.suppress(Closed):
            while True:
                values, _, descriptors = wire.receive(control)
                self._handle(values, descriptors)
        control.close()
        with self._lock:
            if self._closing:
                return
            _LOG.error("the process that starts query workers has ended; starting another")
            for worker in list(self._all.values()):
                worker.code = -int(signal.SIGKILL)
                worker.ended.set()
            for worker in (*self._idle, *self._idle_low):
                self._forget(worker)
            self._fork_server.kill()
            self._fork_server.wait()
            time.sleep(0.1)
            self._start()

    def _handle(self, values: dict[str, Any], descriptors: list[int]) -> None:
        with self._lock:
            if "network" in values:
                self.network = bool(values["network"])
            elif "born" in values:
                worker = self._all.get(values["born"])
                if worker is None:
                    wire.close(descriptors)
                    return
                worker.pid = values["pid"]
                worker.handle = descriptors[0] if descriptors else None
                worker.born.set()
            elif "ended" in values:
                worker = self._all.get(values["ended"])
                if worker is not None:
                    worker.code = values["code"]
                    worker.last_words = values["said"]
                    worker.ended.set()
                    if worker in self._idle_low:
                        self._forget(worker)
                    elif worker in self._idle:
                        _LOG.error("an idle query worker has ended with code %s: %s", worker.code, worker.last_words)
                        self._forget(worker)
                        self._replace(worker)

    def close(self) -> None:
        """End the fork server and every worker."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._fork_server.wait(_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._fork_server.kill()
            self._fork_server.wait()
        self._keeper.join(_TIMEOUT_S)
        with self._lock:
            for worker in list(self._all.values()):
                self._forget(worker)
