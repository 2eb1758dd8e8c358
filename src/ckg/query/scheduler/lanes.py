"""Who may evaluate now: a fast lane for every query, a slow lane for those that take long, a bounded queue before each.

A query begins in the fast lane. If it takes long it moves over to the slow lane, and its place in the fast lane is free
for others. Where the slow lane is full it is set back: it gives up its place, waits, and begins again in the slow lane.
So long queries never make short ones wait, however many clients send them. Three rules keep the fast lane fast: a
client with as many long queries as the slow lane is wide begins no other; clients whose last query was long have one
place together, beside those of the fast lane; and their next query yields from its beginning.

Those who wait are served client by client in turn; where the queue is full the client with the most in it loses its
latest. Those who were set back may fill half of it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from enum import Enum
from typing import Final

from ckg.errors import EndpointBusy
from ckg.query.scheduler.fair_queue import FairQueue

_MAX_CLIENTS: Final = 10_000  # clients whose last query was long


class Lane(Enum):
    """Where a query is."""

    NONE = "none"
    FAST = "fast"
    SLOW = "slow"


class Ticket:
    """A query's place: in the queue, in a lane, or turned away."""

    def __init__(self, client: str, tell: Callable[[], None] | None = None) -> None:
        self.client = client
        self.lane = Lane.NONE
        self.penalised = False
        self.is_decided = False
        self._tell = tell
        self._decided = threading.Event() if tell is None else None

    @property
    def slow(self) -> bool:
        """Whether the query is in the slow lane."""
        return self.lane is Lane.SLOW

    @property
    def low_priority(self) -> bool:
        """Whether all others go first: the query takes long, or its client's last one did."""
        return self.slow or self.penalised

    def decide(self, lane: Lane) -> None:
        """Let it into a lane, or turn it away."""
        self.lane = lane
        self.is_decided = True
        if self._decided is not None:
            self._decided.set()
        elif self._tell is not None:
            tell, self._tell = self._tell, None  # who waits holds the ticket: an answer must not live on in a circle
            tell()

    def queue(self) -> None:
        """Begin to wait; from now on by `wait`."""
        self.lane = Lane.NONE
        self.is_decided = False
        self._decided = threading.Event()

    def wait(self, seconds: float) -> None:
        """Wait until it is decided, but no longer than some seconds."""
        assert self._decided is not None
        self._decided.wait(max(0.0, seconds))


class Lanes:
    """Two lanes, one place beside the fast one, and a queue of `queue`; safe to use from several threads.

    `fast` and `slow` are the places of the lanes, as many in both where nothing is said.
    """

    def __init__(self, fast: int, queue: int, slow: int | None = None) -> None:
        self._fast_width = fast
        self._slow_width = fast if slow is None else slow
        self._queue = queue
        self._lock = threading.Lock()
        self._fast = 0
        self._penalised = 0
        self._slow: Counter[str] = Counter()
        self._waiting: FairQueue[Ticket] = FairQueue()
        self._requeued: FairQueue[Ticket] = FairQueue()
        self._long: OrderedDict[str, None] = OrderedDict()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting) + len(self._requeued)

    @property
    def running(self) -> tuple[int, int]:
        """How many are in the fast and in the slow lane."""
        return self._fast + self._penalised, self._slow.total()

    def enter(self, client: str, deadline: float) -> Ticket:
        """Wait for a place in the fast lane until `deadline` (`time.monotonic`). Raises `EndpointBusy`."""
        ticket = self.queue(client)
        self._wait(self._waiting, ticket, deadline)
        return ticket

    def queue(self, client: str, tell: Callable[[], None] | None = None) -> Ticket:
        """Return a ticket that gets a place in the fast lane when it is its turn, which may be now.

        `tell` is called as soon as it is decided, with locks held, from any thread: it must only pass the word on. The
        ticket may be turned away later: then it has no lane. `leave` gives it up. Raises `EndpointBusy`.
        """
        ticket = Ticket(client, tell)
        with self._lock:
            self._push(self._waiting, ticket, self._queue - len(self._requeued))
            self._admit()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give up a place, in a lane or in the queue; a query that ends in the fast lane did not take long."""
        with self._lock:
            if ticket.lane is Lane.NONE:
                self._waiting.drop(ticket.client, ticket)
            elif ticket.lane is Lane.FAST:
                self._long.pop(ticket.client, None)
            self._vacate(ticket)
            self._admit()

    def demote(self, ticket: Ticket) -> bool:
        """Note that a query in the fast lane takes long; move it to the slow lane if there is room, and say whether."""
        with self._lock:
            self._remember(ticket.client)
            if self._slow.total() >= self._slow_width:
                return False
            self._vacate(ticket)
            self._slow[ticket.client] += 1
            ticket.lane = Lane.SLOW
            self._admit()
            return True

    def requeue(self, ticket: Ticket, deadline: float) -> None:
        """Give up a place in the fast lane and wait for one in the slow lane. Raises `EndpointBusy`."""
        with self._lock:
            self._vacate(ticket)
            ticket.queue()
            try:
                self._push(self._requeued, ticket, self._queue // 2)
            finally:
                self._admit()
        self._wait(self._requeued, ticket, deadline)

    def _remember(self, client: str) -> None:
        self._long[client] = None
        self._long.move_to_end(client)
        if len(self._long) > _MAX_CLIENTS:
            self._long.popitem(last=False)

    def _wait(self, line: FairQueue[Ticket], ticket: Ticket, deadline: float) -> None:
        ticket.wait(deadline - time.monotonic())
        with self._lock:
            if ticket.lane is Lane.NONE:
                line.drop(ticket.client, ticket)
                raise EndpointBusy("every worker is busy and others are waiting", retry_after=1.0)

    def _vacate(self, ticket: Ticket) -> None:
        if ticket.lane is Lane.SLOW:
            self._slow[ticket.client] -= 1
            if not self._slow[ticket.client]:
                del self._slow[ticket.client]
        elif ticket.lane is Lane.FAST:
            self._penalised -= ticket.penalised
            self._fast -= not ticket.penalised
        ticket.lane = Lane.NONE

    def _push(self, line: FairQueue[Ticket], ticket: Ticket, most: int) -> None:
        """Put a ticket in a line of at most `most`, if need be in the place of one of a client that has more there."""
        if len(line) >= most and not (line is self._waiting and self._may_begin(ticket.client)):
            greedy = line.longest()
            if greedy is None or line.of(greedy) <= line.of(ticket.client) + 1:
                raise EndpointBusy("every worker is busy and the queue is full", retry_after=2.0)
            line.last(greedy).decide(Lane.NONE)
        line.push(ticket.client, ticket)

    def _admit(self) -> None:
        """Let in as many as fit, one client after the other."""
        while self._slow.total() < self._slow_width and (ticket := self._requeued.next(lambda _: True)):
            self._slow[ticket.client] += 1
            ticket.decide(Lane.SLOW)
        while ticket := self._waiting.next(self._may_begin):
            ticket.penalised = ticket.client in self._long
            self._penalised += ticket.penalised
            self._fast += not ticket.penalised
            ticket.decide(Lane.FAST)

    def _may_begin(self, client: str) -> bool:
        """Say whether a query of a client may have a place in the fast lane now."""
        if self._slow[client] + self._requeued.of(client) >= self._slow_width:
            return False
        return not self._penalised if client in self._long else self._fast < self._fast_width
