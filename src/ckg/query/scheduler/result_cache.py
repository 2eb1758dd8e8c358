"""Answers of one release, kept as long as there is room, and identical queries in flight evaluated once."""

from __future__ import annotations

from collections.abc import Hashable

from ckg.model import byte_lru
from ckg.query.job import QueryResult

InFlight = byte_lru.InFlight[QueryResult]
"""One evaluation under way, and those who wait for the same answer."""


class ResultCache(byte_lru.ByteLru[QueryResult]):
    """The most recently used answers, up to a number of bytes; safe to use from several threads."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes, share_divisor=16)

    def conclude(
        self, key: Hashable, in_flight: InFlight, answer: QueryResult | None, error: BaseException | None
    ) -> None:
        """Give the answer to those who wait, and keep it, in memory, if it is small enough."""
        if answer is not None and answer.size <= self.max_value_bytes:
            kept = QueryResult(answer.format, answer.size, 0.0, answer.read(), None, answer.volatile, cached=True)
            self.complete(key, in_flight, answer, None, size=answer.size, kept=kept)
        else:
            self.complete(key, in_flight, answer, error, size=self.max_value_bytes)
