"""Answers of one release, kept as long as there is room, and identical queries in flight evaluated once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace

from ckg.query.answer import Answer
from ckg.query.memo import footprint

_OVERHEAD = 600  # bytes counted for an entry beside its body and its key
_SHARE = 16  # one answer may take so large a part of the cache


class Flight:
    """One evaluation under way, and those who wait for the same answer."""

    def __init__(self) -> None:
        self.followers = 0
        self.answer: Answer | None = None
        self.error: BaseException | None = None
        self._landed = threading.Event()

    def land(self, answer: Answer | None, error: BaseException | None) -> None:
        """Say how it went."""
        self.answer, self.error = answer, error
        self._landed.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has landed; say whether it has."""
        return self._landed.wait(max(0.0, seconds))


class AnswerCache:
    """The most recently used answers, up to a number of bytes; safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()
        self._flights: dict[Hashable, Flight] = {}
        self._lock = threading.Lock()
        self.held = 0
        self.hits = 0

    def look(self, key: Hashable) -> tuple[Answer | None, Flight, bool]:
        """Return the kept answer, or the flight to wait for, or a new one that the caller must bring home (True)."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                self.hits += 1
                return kept[0], Flight(), False
            flight = self._flights.get(key)
            if flight is not None:
                flight.followers += 1
                return None, flight, False
            flight = self._flights[key] = Flight()
            return None, flight, True

    def unfollow(self, flight: Flight) -> None:
        """Wait no longer for a flight."""
        with self._lock:
            flight.followers -= 1

    def land(self, key: Hashable, flight: Flight, answer: Answer | None, error: BaseException | None) -> None:
        """Bring a flight home: keep its answer if it is small enough, and tell those who wait."""
        with self._lock:
            del self._flights[key]
            if answer is not None and answer.size <= self._most // _SHARE:
                self._keep(key, replace(answer, body=answer.read(), file=None, seconds=0.0, cached=True))
        flight.land(answer, error)

    def _keep(self, key: Hashable, answer: Answer) -> None:
        size = answer.size + footprint(key) + _OVERHEAD
        self._kept[key] = (answer, size)
        self.held += size
        while self.held > self._most:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.held -= dropped
