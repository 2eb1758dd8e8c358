"""The endpoint's engine room: checks a question, has it evaluated once however many ask it, keeps the answer."""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ckg.errors import BudgetExhausted, ClientGone, EndpointBusy, EngineFailed, QueryError, QueryStopped
from ckg.formats import CSV
from ckg.query.answer import Answer, Question
from ckg.query.budget import Budgets
from ckg.query.cache import AnswerCache, Flight
from ckg.query.evaluation import Evaluator, too_late
from ckg.query.guard import Checked, check
from ckg.query.health import StoreCheck, StoreFiles
from ckg.query.lanes import Lanes
from ckg.query.limits import Limits
from ckg.query.observer import Nobody, Observer
from ckg.query.worker import Setup
from ckg.query.workers import Workers

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
    """Query workers on one store behind the guard, budgets, lanes and a cache; safe to use from several threads.

    `store` is the folder of a finished Oxigraph store, `prefixes` are predefined for every query, `base` resolves
    relative IRIs. `budgets` may be shared by the pools of several releases. `probes` are look-ups that reach every
    table of the store (`ckg.model.store_tables`); `missing` names walls to leave out, to try what happens on a platform
    that lacks them. Close it to end its processes.
    """

    def __init__(
        self,
        store: Path,
        limits: Limits,
        prefixes: Mapping[str, str],
        *,
        base: str = "http://localhost/",
        budgets: Budgets | None = None,
        observer: Observer | None = None,
        probes: Sequence[str] = (),
        missing: Sequence[str] = (),
    ) -> None:
        self.limits = limits
        self._budgets = budgets or Budgets(seconds=limits.budget_seconds, errors=limits.budget_errors)
        self._observer = observer or Nobody()
        self._lanes = Lanes(limits.workers, limits.queue)
        self._cache = AnswerCache(limits.cache << 20)
        self._followers = 0
        self._workers = Workers(
            Setup(str(store.resolve()), limits, dict(prefixes), base, tuple(probes), tuple(missing)),
            keep=limits.workers + limits.spares,
            most=2 * limits.workers + 1 + limits.spares,
        )
        self._evaluator = Evaluator(
            limits, self._lanes, self._workers, self._budgets, self._observer, store_files=StoreFiles(store)
        )
        self._store_check = StoreCheck(probes, self._ask)

    def close(self) -> None:
        """End every process; questions under way get `EndpointBusy`."""
        self._workers.close()

    @property
    def healthy(self) -> bool:
        """Whether a question would find a worker."""
        return self._workers.healthy

    @property
    def problem(self) -> str:
        """What keeps queries from right answers now, in a few words, or nothing: a worker is asked known look-ups."""
        return self._store_check.problem() if self.healthy else "no query workers"

    def _ask(self, text: str) -> bytes:
        """Evaluate a query of the server's own, and never from memory. Raises `QueryError`."""
        received = time.monotonic() - max(0.0, self.limits.seconds - _CHECK_TIMEOUT_S)
        question = Question(text, CSV, client=_SELF, received=received)
        return self._evaluator.evaluate(question, check(text, Limits()), None).read()

    @property
    def walls(self) -> tuple[str, ...]:
        """The names of the walls that hold around the workers."""
        return self._workers.walls

    @property
    def state(self) -> State:
        """What is going on now."""
        fast, slow = self._lanes.running
        return State(fast, slow, self._lanes.waiting, self._workers.count, self._cache.held, self._cache.hits)

    def check(self, text: str, client: str, received: float) -> Checked:
        """Return a query, checked; raises what `run` raises for one that is never evaluated."""
        try:
            self._budgets.check(client)
            return check(text, self.limits)
        except QueryError as error:
            self._note("", received, client, error)
            raise

    def run(self, question: Question) -> Answer:
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

    def confirmed(self, checked: Checked, received: float) -> None:
        """Take note of a question whose asker has the answer already."""
        self._observer.finished(checked.form.value, "not modified", time.monotonic() - received)

    def _note(self, form: str, received: float, client: str, error: QueryError) -> None:
        """Charge a failure to its client, unless it is no fault of the query's, and tell the observer."""
        if not isinstance(error, BudgetExhausted | EndpointBusy | ClientGone | EngineFailed):
            self._budgets.charge(client, errors=1)
        self._observer.finished(form, _outcome(error), time.monotonic() - received)

    def _find(self, question: Question, checked: Checked) -> Answer:
        """Return the kept answer, or that of the same question under way, or evaluate."""
        if checked.volatile or not self.limits.cache:
            return self._evaluator.evaluate(question, checked, None)
        key: Hashable = (question.text, question.dataset, question.format.key)
        while True:
            answer, flight, mine = self._cache.look(key)
            if answer is not None:
                return answer
            if mine:
                return self._lead(question, checked, key, flight)
            answer = self._follow(question, flight)
            if answer is not None:
                return answer

    def _lead(self, question: Question, checked: Checked, key: Hashable, flight: Flight) -> Answer:
        error: BaseException | None = None
        answer = None
        try:
            answer = self._evaluator.evaluate(question, checked, flight)
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._cache.land(key, flight, answer, error)
        return answer

    def _follow(self, question: Question, flight: Flight) -> Answer | None:
        """Wait for the same question under way; None where it failed for a reason that is not the question's."""
        try:
            if self._followers + self._lanes.waiting >= self.limits.queue:
                raise EndpointBusy("every worker is busy and the queue is full", retry_after=2.0)
            self._followers += 1
            try:
                landed = flight.wait(question.received + self.limits.seconds - time.monotonic())
            finally:
                self._followers -= 1
        finally:
            self._cache.unfollow(flight)
        if not landed:
            raise too_late(self.limits)
        if flight.answer is not None:
            return flight.answer
        if isinstance(flight.error, QueryError) and not isinstance(flight.error, EndpointBusy | ClientGone):
            raise flight.error
        return None


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
