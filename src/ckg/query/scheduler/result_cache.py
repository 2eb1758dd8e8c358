"""Answers of one release, kept as long as there is room, and identical queries in flight evaluated once."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from ckg.model.byte_lru import ByteLru
from ckg.query.job import QueryResult


class InFlight:
    """One evaluation under way, and those who wait for the same answer."""

    def __init__(self) -> None:
        self.followers = 0
        self.answer: QueryResult | None = None
        self.error: BaseException | None = None
        self._completed: threading.Event | None = None

    def join(self) -> None:
        """Have one more wait for it."""
        self.followers += 1
        self._completed = self._completed or threading.Event()

    def complete(self, answer: QueryResult | None, error: BaseException | None) -> None:
        """Say how it went; nobody can join any more."""
        self.answer, self.error = answer, error
        if self._completed is not None:
            self._completed.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it has landed; say whether it has."""
        assert self._completed is not None
        return self._completed.wait(max(0.0, seconds))


class ResultCache:
    """The most recently used answers, up to a number of bytes; safe to use from several threads."""

    def __init__(self, max_bytes: int) -> None:
        self._cache = ByteLru[QueryResult](max_bytes, share_divisor=16)
        self._in_flight: dict[Hashable, InFlight] = {}
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Bytes held now."""
        return self._cache.held

    @property
    def hits(self) -> int:
        """How often an answer was found."""
        return self._cache.hits

    def get_or_join(self, key: Hashable) -> tuple[QueryResult | None, InFlight, bool]:
        """Return the kept answer, or the flight to wait for, or a new one that the caller must bring home (True)."""
        with self._lock:
            kept = self._cache.get(key)
            if kept is not None:
                return kept, InFlight(), False
            in_flight = self._in_flight.get(key)
            if in_flight is not None:
                in_flight.join()
                return None, in_flight, False
            in_flight = self._in_flight[key] = InFlight()
            return None, in_flight, True

    def get(self, key: Hashable) -> QueryResult | None:
        """Return the kept answer, or None."""
        return self._cache.get(key)

    def begin(self, key: Hashable) -> InFlight | None:
        """Return a new flight that the caller must bring home; None where there is an answer, or a flight, already."""
        with self._lock:
            if key in self._in_flight or key in self._cache:
                return None
            in_flight = self._in_flight[key] = InFlight()
            return in_flight

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
            if answer is not None and answer.size <= self._cache.max_value_bytes:
                kept = QueryResult(answer.format, answer.size, 0.0, answer.read(), None, answer.volatile, cached=True)
                self._cache.put(key, kept, size=answer.size)
        in_flight.complete(answer, error)
