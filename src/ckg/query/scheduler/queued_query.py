"""A query that waits for its place, and is evaluated, without a thread that waits for it."""

from __future__ import annotations

from collections.abc import Callable

from ckg.query.evaluator import Arrival
from ckg.query.job import QueryResult
from ckg.query.scheduler.laned_evaluator import LanedEvaluator, Turn


class QueuedQuery:
    """A query on its way; used by one thread at a time. Somebody must see it through: `finish` it, or `abandon` it.

    `start` it once it is told that it may. Where it has begun, `descriptor` is readable when `arrived` has something to
    take; as soon as the whole answer is there, `finish` returns it without waiting. At any other time `finish` is for a
    thread that may wait.
    """

    def __init__(
        self, turn: Turn, laned: LanedEvaluator, conclude: Callable[[QueryResult | BaseException], None]
    ) -> None:
        self._turn = turn
        self._laned = laned
        self._conclude = conclude

    @property
    def is_decided(self) -> bool:
        """Whether it may be started."""
        return self._turn.ticket.is_decided

    def start(self) -> bool:
        """Begin without waiting for anything; say whether it has begun. Raises `EndpointBusy` if turned away."""
        try:
            return self._laned.start(self._turn)
        except BaseException as error:
            self._end(error)
            raise

    @property
    def descriptor(self) -> int:
        """The file descriptor to watch."""
        assert self._turn.evaluation is not None
        return self._turn.evaluation.descriptor

    def arrived(self) -> Arrival:
        """Take what has come."""
        assert self._turn.evaluation is not None
        return self._turn.evaluation.arrived()

    def finish(self) -> QueryResult:
        """Return the whole answer; raises what `Pool.run` raises."""
        try:
            answer = self._laned.finish(self._turn)
        except BaseException as error:
            self._conclude(error)
            raise
        self._conclude(answer)
        return answer

    def abandon(self, why: BaseException) -> None:
        """Give up waiting for a place; those who wait for the same answer get the error."""
        self._end(why)

    def _end(self, error: BaseException) -> None:
        self._laned.abandon(self._turn)
        self._conclude(error)
