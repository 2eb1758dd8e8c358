"""Who may evaluate now: a fast lane for every query, a slow lane for those that take long, a bounded queue before them.

A query begins in the fast lane. If it takes long it moves over to the slow lane, and its place in the fast lane is free
for others, so that a few long queries never make short ones wait. A client may have only so many in the slow lane; its
further queries wait until one of those has ended. Those who wait are served client by client in turn, and where the
queue is full the client with the most in it loses its latest.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict, deque

from ckg.errors import EndpointBusy


class Ticket:
    """A query's place: in the queue, in a lane, or turned away."""

    def __init__(self, client: str) -> None:
        self.client = client
        self.slow = False
        self._decided = threading.Event()
        self.admitted = False

    def decide(self, *, admitted: bool) -> None:
        """Say whether it may begin."""
        self.admitted = admitted
        self._decided.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is decided; say whether it was."""
        return self._decided.wait(max(0.0, seconds))


class Lanes:
    """Two lanes of `width` places each and a queue of `queue`; safe to use from several threads."""

    def __init__(self, width: int, queue: int) -> None:
        self._width = width
        self._queue = queue
        self._lock = threading.Lock()
        self._fast = 0
        self._slow: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._length = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._length

    @property
    def running(self) -> tuple[int, int]:
        """How many are in the fast and in the slow lane."""
        return self._fast, self._slow.total()

    def enter(self, client: str, deadline: float) -> Ticket:
        """Wait for a place in the fast lane until `deadline` (`time.monotonic`). Raises `EndpointBusy`."""
        ticket = Ticket(client)
        with self._lock:
            if not self._length and self._fast < self._width and self._slow[client] < self._width:
                self._fast += 1
                ticket.admitted = True
                return ticket
            self._push(ticket)
            self._admit()
        decided = ticket.wait(deadline - time.monotonic())
        with self._lock:
            if ticket.admitted:
                return ticket
            if not decided:
                self._drop(ticket)
        raise EndpointBusy("every worker is busy and others are waiting", retry_after=1.0)

    def leave(self, ticket: Ticket) -> None:
        """Give up a place in a lane."""
        with self._lock:
            if ticket.slow:
                self._slow[ticket.client] -= 1
                if not self._slow[ticket.client]:
                    del self._slow[ticket.client]
            else:
                self._fast -= 1
            self._admit()

    def slow_down(self, ticket: Ticket) -> bool:
        """Move a query to the slow lane if there is room, and say whether it is there."""
        with self._lock:
            room = self._slow.total() < self._width and self._slow[ticket.client] < self._width
            if not ticket.slow and room:
                ticket.slow = True
                self._fast -= 1
                self._slow[ticket.client] += 1
                self._admit()
            return ticket.slow

    def _push(self, ticket: Ticket) -> None:
        if self._length >= self._queue:
            if not self._queue:
                raise EndpointBusy("every worker is busy", retry_after=1.0)
            greedy = max(self._waiting, key=lambda client: len(self._waiting[client]))
            mine = len(self._waiting.get(ticket.client, ()))
            if len(self._waiting[greedy]) <= mine + 1:
                raise EndpointBusy("every worker is busy and the queue is full", retry_after=2.0)
            latest = self._waiting[greedy][-1]
            self._drop(latest)
            latest.decide(admitted=False)
        self._waiting.setdefault(ticket.client, deque()).append(ticket)
        self._length += 1

    def _drop(self, ticket: Ticket) -> None:
        line = self._waiting.get(ticket.client)
        if line is None or ticket not in line:
            return
        line.remove(ticket)
        self._length -= 1
        if not line:
            del self._waiting[ticket.client]

    def _admit(self) -> None:
        """Let in as many as fit, one client after the other."""
        for client in list(self._waiting):
            if self._fast >= self._width:
                return
            if self._slow[client] >= self._width:
                continue
            line = self._waiting[client]
            ticket = line.popleft()
            self._length -= 1
            if line:
                self._waiting.move_to_end(client)
            else:
                del self._waiting[client]
            self._fast += 1
            ticket.decide(admitted=True)
