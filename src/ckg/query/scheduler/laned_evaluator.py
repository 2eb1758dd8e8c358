"""One question, one evaluation: finds it a place, has an engine evaluate it, and cuts it at a bound."""

from __future__ import annotations

import logging
import time
from typing import Final

from ckg.errors import ClientGone, EngineFailed, QueryStopped
from ckg.query.evaluator import Evaluation, EvaluationLost, Evaluator
from ckg.query.guard.checker import ParsedQuery
from ckg.query.job import QueryJob, QueryResult
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import MetricsSink
from ckg.query.scheduler.budget import Budgets
from ckg.query.scheduler.lanes import Lanes, Ticket
from ckg.query.scheduler.result_cache import InFlight

_LOG: Final = logging.getLogger(__name__)
_LONG_S: Final = 0.25  # seconds after which a query leaves the fast lane
_POLL_S: Final = 0.1  # seconds between two looks whether the client is still there


class _Requeued(Exception):
    """The query takes long and the slow lane is full."""


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
        lost = False
        try:
            while True:
                try:
                    return self._attempt(question, checked, in_flight, ticket, deadline)
                except _Requeued:
                    self._lanes.requeue(ticket, deadline)
                except EvaluationLost:
                    if lost:  # twice is no accident
                        _LOG.error("two evaluations were ended from outside; has the machine no memory left?")
                        raise EngineFailed from None
                    lost = True
        finally:
            self._lanes.leave(ticket)

    def _attempt(
        self, question: QueryJob, checked: ParsedQuery, in_flight: InFlight | None, ticket: Ticket, deadline: float
    ) -> QueryResult:
        began = time.monotonic()
        evaluation = None
        engine_at_fault = False
        try:
            evaluation = self._evaluator.start(question, checked, deadline, demoted=ticket.low_priority)
            self._await(evaluation, question, ticket, deadline, in_flight)
            return evaluation.result()
        except (EngineFailed, EvaluationLost):
            engine_at_fault = True
            raise
        finally:
            if not engine_at_fault:
                self._budgets.charge(question.client, seconds=time.monotonic() - began)
            if evaluation is not None:
                evaluation.close()

    def _await(
        self, evaluation: Evaluation, question: QueryJob, ticket: Ticket, deadline: float, in_flight: InFlight | None
    ) -> None:
        """Wait for the answer.

        Raises `QueryStopped` when the time is over, `ClientGone` when nobody wants it, `_Requeued` where there is no
        room for a query that takes long.
        """
        began = time.monotonic()
        while True:
            now = time.monotonic()
            until_long = _POLL_S if ticket.slow else began + _LONG_S - now
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
            if now - began >= _LONG_S and not ticket.slow:
                if not self._lanes.demote(ticket):
                    self._observer.killed("set_back")
                    raise _Requeued
                evaluation.demote()

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
