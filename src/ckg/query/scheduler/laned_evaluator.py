"""One question, one evaluation: finds it a place, has an engine evaluate it, and cuts it at a bound."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ckg.errors import ClientGone, EndpointBusy, EngineFailed, QueryStopped
from ckg.query.evaluator import Evaluation, EvaluationLost, Evaluator, WatchedEvaluation
from ckg.query.guard.checker import ParsedQuery
from ckg.query.job import QueryJob, QueryResult
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import MetricsSink
from ckg.query.scheduler.budget import Budgets
from ckg.query.scheduler.lanes import Lane, Lanes, Ticket
from ckg.query.scheduler.result_cache import InFlight

_LOG: Final = logging.getLogger(__name__)
_LONG_S: Final = 0.25  # seconds of a processor after which a query leaves the fast lane
_LONG_ON_THE_CLOCK_S: Final = 1.0  # the same for one that waits, for the disk or for a processor
_LOOK_MIN_S: Final = 0.01
_POLL_S: Final = 0.1  # seconds between two looks whether the client is still there


class _Requeued(Exception):
    """The query takes long and the slow lane is full."""


@dataclass(slots=True)
class Turn:
    """A question on its way: its ticket, those who wait for the same answer, and its evaluation once it has begun."""

    question: QueryJob
    checked: ParsedQuery
    in_flight: InFlight | None
    deadline: float
    ticket: Ticket
    evaluation: WatchedEvaluation | None = None
    began: float = 0.0


class LanedEvaluator:
    """Has questions evaluated in two lanes, short ones before long ones; safe to use from several threads."""

    def __init__(
        self, evaluator: Evaluator, limits: QueryLimits, lanes: Lanes, budgets: Budgets, observer: MetricsSink
    ) -> None:
        self._evaluator = evaluator
        self._limits = limits
        self._lanes = lanes
        self._budgets = budgets
        self._observer = observer

    def evaluate(self, question: QueryJob, checked: ParsedQuery, in_flight: InFlight | None) -> QueryResult:
        """Return the whole answer, and charge its time to the client; `flight` has those who wait for the same answer.

        Raises `QueryMalformed`, `QueryStopped` at a bound, `EndpointBusy`, `ClientGone`, `EngineFailed` where the
        engine is at fault, and `QueryError`.
        """
        deadline = question.received + self._limits.seconds
        ticket = self._lanes.enter(question.client, deadline)
        return self.finish(Turn(question, checked, in_flight, deadline, ticket))

    def queue(
        self, question: QueryJob, checked: ParsedQuery, in_flight: InFlight | None, tell: Callable[[], None]
    ) -> Turn:
        """Return a turn that waits for its place without a thread; see `Lanes.queue`. Raises `EndpointBusy`.

        When it is decided, `start` and `finish` it, or `abandon` it.
        """
        deadline = question.received + self._limits.seconds
        return Turn(question, checked, in_flight, deadline, self._lanes.queue(question.client, tell))

    def start(self, turn: Turn) -> bool:
        """Begin to evaluate without waiting for anything; say whether it has begun. Raises `EndpointBusy`."""
        ticket = turn.ticket
        if ticket.lane is Lane.NONE:
            raise EndpointBusy("every worker is busy and others are waiting", retry_after=1.0)
        if ticket.low_priority:
            return False
        turn.began = time.monotonic()
        turn.evaluation = self._evaluator.start_at_once(turn.question, turn.checked)
        return turn.evaluation is not None

    def abandon(self, turn: Turn) -> None:
        """Give up a turn that has not begun."""
        self._lanes.leave(turn.ticket)

    def finish(self, turn: Turn) -> QueryResult:
        """Return the whole answer of a turn that has its place, begun or not; raises what `evaluate` raises.

        It does not wait where `Evaluation.arrived` has said that the whole answer is there.
        """
        lost = False
        try:
            while True:
                try:
                    return self._attempt(turn)
                except _Requeued:
                    self._lanes.requeue(turn.ticket, turn.deadline)
                except EvaluationLost:
                    if lost:  # twice is no accident
                        _LOG.error("two evaluations were ended from outside; has the machine no memory left?")
                        raise EngineFailed from None
                    lost = True
        finally:
            self._lanes.leave(turn.ticket)

    def _attempt(self, turn: Turn) -> QueryResult:
        evaluation: Evaluation | None = turn.evaluation
        turn.evaluation = None
        began = turn.began if evaluation is not None else time.monotonic()
        engine_at_fault = False
        try:
            if evaluation is None:
                evaluation = self._evaluator.start(
                    turn.question, turn.checked, turn.deadline, demoted=turn.ticket.low_priority
                )
            self._await(evaluation, turn, began)
            return evaluation.result()
        except (EngineFailed, EvaluationLost):
            engine_at_fault = True
            raise
        finally:
            if not engine_at_fault:
                self._budgets.charge(turn.question.client, seconds=time.monotonic() - began)
            if evaluation is not None:
                evaluation.close()

    def _await(self, evaluation: Evaluation, turn: Turn, began: float) -> None:
        """Wait for the answer.

        Raises `QueryStopped` when the time is over, `ClientGone` when nobody wants it, `_Requeued` where there is no
        room for a query that takes long.
        """
        question, ticket, deadline, in_flight = turn.question, turn.ticket, turn.deadline, turn.in_flight
        if evaluation.wait(0):
            return
        while True:
            now = time.monotonic()
            until_long = _POLL_S if ticket.slow else max(_LOOK_MIN_S, self._seconds_until_long(evaluation, began, now))
            if evaluation.wait(min(deadline - now, _POLL_S, until_long)):
                return
            now = time.monotonic()
            if now >= deadline:
                self._observer.killed("time")
                raise self._engine_fault() or too_late(self._limits)
            wanted_by_others = in_flight is not None and in_flight.followers > 0
            if question.gone is not None and not wanted_by_others and question.gone():
                self._observer.killed("client")
                raise ClientGone("the client has hung up")
            if not ticket.slow and self._seconds_until_long(evaluation, began, now) <= 0:
                if not self._lanes.demote(ticket):
                    self._observer.killed("set_back")
                    raise _Requeued
                evaluation.demote()

    @staticmethod
    def _seconds_until_long(evaluation: Evaluation, began: float, now: float) -> float:
        """Return after how many seconds, at the earliest, the evaluation will have taken long.

        Others wait for the processor that it uses. Where the machine has much to do a short query takes long on the
        clock; begun again, it would only give the machine more to do.
        """
        return min(_LONG_S - evaluation.used_seconds(), began + _LONG_ON_THE_CLOCK_S - now)

    def _engine_fault(self) -> EngineFailed | None:
        """Return the error for a bound that was met because the engine is at fault, if it is so."""
        fault = self._evaluator.fault()
        if not fault:
            return None
        self._observer.killed("engine")
        _LOG.error("the engine is at fault: %s", fault)
        return EngineFailed()


def too_late(limits: QueryLimits) -> QueryStopped:
    """Return the error for a question whose time is over."""
    return QueryStopped(f"the query took longer than {limits.seconds:g} seconds", bound="seconds", limit=limits.seconds)
