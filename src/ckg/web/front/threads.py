"""Threads that compute: clients take turns, none has more than half of the threads, and the queue is bounded."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, NamedTuple, TypeVar

from ckg.query.scheduler.fair_queue import FairQueue

T = TypeVar("T")


class _Work(NamedTuple, Generic[T]):
    client: str
    compute: Callable[[], T]
    done: Callable[[T], None]


class Threads(Generic[T]):
    """`count` threads that begin when they are needed; all methods are for the event loop's thread only."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str, count: int, waiting_max: int) -> None:
        self._loop = loop
        self._name = name
        self._count = count
        self._share = max(1, (count + 1) // 2)
        self._waiting_max = waiting_max
        self._waiting: FairQueue[_Work[T]] = FairQueue()
        self._by_client: Counter[str] = Counter()
        self._queue: SimpleQueue[_Work[T] | None] = SimpleQueue()
        self._threads = 0
        self.running = 0

    @property
    def waiting(self) -> int:
        """How many requests wait for a thread."""
        return len(self._waiting)

    def submit(self, client: str, compute: Callable[[], T], done: Callable[[T], None]) -> bool:
        """Have a thread `compute`, and `done` called with the outcome; say whether there was room in the queue.

        `compute` must not raise. A client's requests may fill half of the queue.
        """
        mine = self._waiting.of(client)
        if len(self._waiting) >= self._waiting_max or mine >= max(1, self._waiting_max // 2):
            return False
        self._waiting.push(client, _Work(client, compute, done))
        self._next()
        return True

    def _next(self) -> None:
        while self.running < self._count:
            work = self._waiting.next(lambda client: self._by_client[client] < self._share)
            if work is None:
                return
            self.running += 1
            self._by_client[work.client] += 1
            if self._threads < self.running:
                self._threads += 1
                threading.Thread(target=self._run, name=f"ckg-{self._name}-{self._threads}", daemon=True).start()
            self._queue.put(work)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            outcome = work.compute()
            try:
                self._loop.call_soon_threadsafe(self._finished, work, outcome)
            except RuntimeError:  # the loop has ended: nobody waits any more
                return
            del work, outcome  # a large answer must not live on in a thread that waits

    def _finished(self, work: _Work[T], outcome: T) -> None:
        self.running -= 1
        self._by_client[work.client] -= 1
        if not self._by_client[work.client]:
            del self._by_client[work.client]
        self._next()
        work.done(outcome)

    def stop(self) -> None:
        """Let the threads end when they have nothing to do."""
        for _ in range(self._threads):
            self._queue.put(None)
