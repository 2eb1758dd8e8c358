"""The endpoint's engine room: checks a question, has it evaluated once however many ask it, keeps the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from ckg.errors import BudgetExhausted, ClientGone, EndpointBusy, EngineFailed, QueryError, QueryStopped
from ckg.formats import CSV
from ckg.query.evaluator import Evaluator
from ckg.query.guard.checker import ParsedQuery, check
from ckg.query.job import QueryJob, QueryResult
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import MetricsSink, NullSink
from ckg.query.scheduler.budget import Budgets
from ckg.query.scheduler.laned_evaluator import LanedEvaluator, too_late
from ckg.query.scheduler.lanes import Lanes
from ckg.query.scheduler.queued_query import QueuedQuery
from ckg.query.scheduler.result_cache import InFlight, ResultCache
from ckg.query.store_check import StoreCheck

_SELF: Final = "the server itself"
_CHECK_TIMEOUT_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class State:
    """What the pool is doing now: counts of queries and processes, bytes in the cache and answers given from it."""

    fast: int
    slow: int
    waiting: int
    workers: int
    cached_bytes: int
    cache_hits: int


class Pool:
    """The guard, budgets, lanes and a cache in front of an engine; safe to use from several threads.

    `budgets` may be shared by the pools of several releases. `probes` are statements that the release has: those whose
    look-ups show whether the engine answers rightly. Close it to close the engine.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        limits: QueryLimits,
        *,
        budgets: Budgets | None = None,
        observer: MetricsSink | None = None,
        probes: Sequence[str] = (),
    ) -> None:
        self.limits = limits
        self.evaluator = evaluator
        self._budgets = budgets or Budgets(seconds=limits.budget_seconds, errors=limits.budget_errors)
        self._observer = observer or NullSink()
        self._lanes = Lanes(limits.workers, limits.queue, limits.slow)
        self._cache = ResultCache(limits.cache << 20)
        self._followers = 0
        self._laned = LanedEvaluator(evaluator, limits, self._lanes, self._budgets, self._observer)
        self._store_check = StoreCheck(probes, self._ask)

    def close(self) -> None:
        """End every process; questions under way get `EndpointBusy`."""
        self.evaluator.close()

    @property
    def healthy(self) -> bool:
        """Whether a question would find a worker."""
        return self.evaluator.healthy

    @property
    def problem(self) -> str:
        """What keeps queries from right answers now, in a few words, or nothing: a worker is asked known look-ups."""
        return self._store_check.problem() if self.healthy else self.evaluator.fault() or "no query workers"

    @property
    def away_seconds(self) -> float | None:
        """For how long an engine elsewhere has not answered: only kept answers are given; None while it does."""
        return self.evaluator.away_seconds

    def _ask(self, text: str) -> bytes:
        """Evaluate a query of the server's own, and never from memory. Raises `QueryError`."""
        received = time.monotonic() - max(0.0, self.limits.seconds - _CHECK_TIMEOUT_S)
        question = QueryJob(text, CSV, client=_SELF, received=received)
        return self._laned.evaluate(question, check(text, QueryLimits()), None).read()

    @property
    def sandbox(self) -> tuple[str, ...]:
        """The names of the sandbox layers that hold around the workers."""
        return self.evaluator.sandbox

    @property
    def state(self) -> State:
        """What is going on now."""
        fast, slow = self._lanes.running
        return State(fast, slow, self._lanes.waiting, self.evaluator.count, self._cache.held, self._cache.hits)

    def check(self, text: str, client: str, received: float) -> ParsedQuery:
        """Return a query, checked; raises what `run` raises for one that is never evaluated."""
        try:
            self._budgets.check(client)
            return check(text, self.limits)
        except QueryError as error:
            self._note("", received, client, error)
            raise

    def run(self, question: QueryJob) -> QueryResult:
        """Return the whole answer of a question.

        Raises `QueryMalformed`, `QueryRefused`, `QueryTooComplex`, `QueryStopped` at a bound, `EndpointBusy`,
        `BudgetExhausted`, `ClientGone`, and `QueryError` for what the engine cannot evaluate.
        """
        checked = self.check(question.text, question.client, question.received)
        try:
            answer = self._find(question, checked)
        except QueryError as error:
            self._note(checked.form.value, question.received, question.client, error)
            raise
        outcome = "cached" if answer.cached else "answered"
        self._observer.finished(checked.form.value, outcome, time.monotonic() - question.received)
        return answer

    def passes(self, text: str, client: str) -> ParsedQuery | None:
        """Return a query, checked, or None for one that `check` will refuse; nobody takes note of it here."""
        try:
            self._budgets.check(client)
            return check(text, self.limits)
        except QueryError:
            return None

    def kept(self, question: QueryJob, checked: ParsedQuery) -> QueryResult | None:
        """Return the answer of a question that `passes` has let through if it is kept."""
        if checked.volatile or not self.limits.cache:
            return None
        answer = self._cache.get(_key(question))
        if answer is not None:
            self._observer.finished(checked.form.value, "cached", time.monotonic() - question.received)
        return answer

    def queue(self, question: QueryJob, checked: ParsedQuery, tell: Callable[[], None]) -> QueuedQuery | None:
        """Take a question that `passes` has let through, and evaluate it without a thread that waits for it.

        `tell` is called, with locks held and from any thread, when the query may be started. None where the same
        question is under way: `run` waits for its answer. Raises `EndpointBusy`.
        """
        key: Hashable = None
        in_flight = None
        if not checked.volatile and self.limits.cache:
            key = _key(question)
            in_flight = self._cache.begin(key)
            if in_flight is None:
                return None
        try:
            turn = self._laned.queue(question, checked, in_flight, tell)
        except QueryError as error:
            self._concluded(question, checked, key, in_flight, error)
            raise
        return QueuedQuery(turn, self._laned, partial(self._concluded, question, checked, key, in_flight))

    def _concluded(
        self,
        question: QueryJob,
        checked: ParsedQuery,
        key: Hashable,
        in_flight: InFlight | None,
        outcome: QueryResult | BaseException,
    ) -> None:
        """Take note of how a queued query ended, and tell those who wait for the same answer."""
        answer, error = (None, outcome) if isinstance(outcome, BaseException) else (outcome, None)
        if in_flight is not None:
            self._cache.conclude(key, in_flight, answer, error)
        if answer is not None:
            self._observer.finished(checked.form.value, "answered", time.monotonic() - question.received)
        elif isinstance(error, QueryError):
            self._note(checked.form.value, question.received, question.client, error)

    def confirmed(self, checked: ParsedQuery, received: float) -> None:
        """Take note of a question whose asker has the answer already."""
        self._observer.finished(checked.form.value, "not modified", time.monotonic() - received)

    def _note(self, form: str, received: float, client: str, error: QueryError) -> None:
        """Charge a failure to its client, unless it is no fault of the query's, and tell the observer."""
        if not isinstance(error, BudgetExhausted | EndpointBusy | ClientGone | EngineFailed):
            self._budgets.charge(client, errors=1)
        self._observer.finished(form, _outcome(error), time.monotonic() - received)

    def _find(self, question: QueryJob, checked: ParsedQuery) -> QueryResult:
        """Return the kept answer, or that of the same question under way, or evaluate."""
        if checked.volatile or not self.limits.cache:
            return self._laned.evaluate(question, checked, None)
        key = _key(question)
        while True:
            answer, in_flight, mine = self._cache.join(key)
            if answer is not None:
                return answer
            if mine:
                return self._lead(question, checked, key, in_flight)
            answer = self._follow(question, in_flight)
            if answer is not None:
                return answer

    def _lead(self, question: QueryJob, checked: ParsedQuery, key: Hashable, in_flight: InFlight) -> QueryResult:
        error: BaseException | None = None
        answer = None
        try:
            answer = self._laned.evaluate(question, checked, in_flight)
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._cache.conclude(key, in_flight, answer, error)
        return answer

    def _follow(self, question: QueryJob, in_flight: InFlight) -> QueryResult | None:
        """Wait for the same question under way; None where it failed for a reason that is not the question's."""
        try:
            if self._followers + self._lanes.waiting >= self.limits.queue:
                raise EndpointBusy("every worker is busy and the queue is full", retry_after=2.0)
            self._followers += 1
            try:
                landed = in_flight.wait(question.received + self.limits.seconds - time.monotonic())
            finally:
                self._followers -= 1
        finally:
            self._cache.leave(in_flight)
        if not landed:
            raise too_late(self.limits)
        if in_flight.value is not None:
            return in_flight.value
        if isinstance(in_flight.error, QueryError) and not isinstance(in_flight.error, EndpointBusy | ClientGone):
            raise in_flight.error
        return None


def _key(question: QueryJob) -> Hashable:
    return question.text, question.dataset, question.format.key


def _outcome(error: QueryError) -> str:
    if isinstance(error, QueryStopped):
        return f"stopped: {error.bound}"
    return "".join(f" {c.lower()}" if c.isupper() else c for c in type(error).__name__).strip()


def wait_until_ready(pool: Pool, seconds: float = 10.0) -> bool:
    """Wait until a pool can answer; say whether it can."""
    end = time.monotonic() + seconds
    while not pool.healthy:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
