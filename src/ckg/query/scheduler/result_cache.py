"""Answers of one release, kept as long as there is room, and identical queries in flight evaluated once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace

from ckg.query.job import QueryResult
from ckg.query.memo import footprint

_OVERHEAD_BYTES = 600  # bytes counted for an entry beside its body and its key
_SHARE_DIVISOR = 16  # one answer may take so large a part of the cache


class InFlight:
    """One evaluation under way, and those who wait for the same answer."""

    def __init__(self) -> None:
        self.followers = 0
        self.answer: QueryResult | None = None
        self.error: BaseException | None = None
        self._completed = threading.Event()

    def complete(self, answer: QueryResult | None, error: BaseException | None) -> None:
        """Say how it went."""
        self.answer, self.error = answer, error
        self._completed.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has landed; say whether it has."""
        return self._completed.wait(max(0.0, seconds))


class ResultCache:
    """The most recently used answers, up to a number of bytes; safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[QueryResult, int]] = OrderedDict()
        self._in_flight: dict[Hashable, InFlight] = {}
        self._lock = threading.Lock()
        self.held = 0
        self.hits = 0

    def get_or_join(self, key: Hashable) -> tuple[QueryResult | None, InFlight, bool]:
        """Return the kept answer, or the flight to wait for, or a new one that the caller must bring home (True)."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                self.hits += 1
                return kept[0], InFlight(), False
            in_flight = self._in_flight.get(key)
            if in_flight is not None:
                in_flight.followers += 1
                return None, in_flight, False
            in_flight = self._in_flight[key] = InFlight()
            return None, in_flight, True

    def unfollow(self, in_flight: InFlight) -> None:
        """Wait no longer for a flight."""
        with self._lock:
            in_flight.followers -= 1

    def complete(
        self, key: Hashable, in_flight: InFlight, answer: QueryResult | None, error: BaseException | None
    ) -> None:
        """Bring a flight home: keep its answer if it is small enough, and tell those who wait."""
        with self._lock:
            del self._in_flight[key]
            if answer is not None and answer.size <= self._most // _SHARE_DIVISOR:
                self._keep(key, replace(answer, body=answer.read(), file=None, seconds=0.0, cached=True))
        in_flight.complete(answer, error)

    def _keep(self, key: Hashable, answer: QueryResult) -> None:
        size = answer.size + footprint(key) + _OVERHEAD_BYTES
        self._kept[key] = (answer, size)
        self.held += size
        while self.held > self._most:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.held -= dropped
