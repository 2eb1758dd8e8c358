"""What the endpoint needs of an engine: the protocol that every backend has.

Guard, budgets, lanes, cache and the queue stand in front of any engine (`ckg.query.pool`); an engine only evaluates.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from ckg.query.guard.checker import ParsedQuery
from ckg.query.job import QueryJob, QueryResult


class EvaluationLost(Exception):
    """An evaluation was ended from outside, by no fault of anybody here; another try may succeed."""


class Arrival(Enum):
    """What has come of an evaluation so far."""

    NOTHING = "nothing, or a part"
    WHOLE = "the whole answer, in memory"
    SPECIAL = "an end for which `result` may have to wait"


class Evaluation(Protocol):
    """One query that an engine evaluates now; used by one thread at a time."""

    def wait(self, seconds: float) -> bool:
        """Wait until there is a result, or nothing more will come; say whether it is so."""

    def used_seconds(self) -> float:
        """Return how many seconds of a processor it has used, or at most so many; on the clock where nobody knows."""

    def demote(self) -> None:
        """Let everybody else go first from now on."""

    def result(self) -> QueryResult:
        """Return the whole answer, once `wait` has said yes.

        Raises `QueryMalformed`, `QueryStopped` at a bound, `NotExpressible`, `EngineFailed`, `QueryError` and
        `EvaluationLost`.
        """

    def close(self) -> None:
        """Let go of it; where there was no result yet, the evaluation is stopped."""


class WatchedEvaluation(Evaluation, Protocol):
    """An evaluation for which no thread need wait."""

    @property
    def descriptor(self) -> int:
        """The file descriptor that is readable when there is something for `arrived`."""

    def arrived(self) -> Arrival:
        """Take what has come, without waiting; called where `descriptor` is readable."""


class Evaluator(Protocol):
    """An engine that evaluates queries on one release; safe to use from several threads."""

    @property
    def healthy(self) -> bool:
        """Whether a query would be evaluated now."""

    @property
    def sandbox(self) -> tuple[str, ...]:
        """The names of the sandbox layers that keep a query from everything else, as far as they are known."""

    @property
    def count(self) -> int:
        """How many processes, or connections, there are."""

    @property
    def away_seconds(self) -> float | None:
        """For how long an engine elsewhere has not answered; None while it does."""

    def start(self, question: QueryJob, checked: ParsedQuery, deadline: float, *, demoted: bool) -> Evaluation:
        """Begin to evaluate a query that the guard has checked; `deadline` is by `time.monotonic()`.

        Raises `EndpointBusy` where nothing is free in time.
        """

    def start_at_once(self, question: QueryJob, checked: ParsedQuery) -> WatchedEvaluation | None:
        """Begin without waiting for anything; None where that cannot be."""

    def fault(self) -> str:
        """Return what is known to keep the engine from right answers, in a few words, or nothing. It costs little."""

    def close(self) -> None:
        """End every process and connection; evaluations under way get `EndpointBusy` or are lost."""
