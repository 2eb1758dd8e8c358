"""The endpoint's engine room: checks a question, finds a worker for it, cuts it at a bound, keeps the answer."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGABRT, SIGKILL, SIGSEGV
from types import TracebackType
from typing import Any, Final, Protocol, Self

from ckg.errors import BudgetExhausted, EndpointBusy, QueryError, QueryMalformed, QueryStopped
from ckg.query.answer import Answer, Question
from ckg.query.budget import Budgets
from ckg.query.cache import AnswerCache, Flight
from ckg.query.guard import Checked, check
from ckg.query.lanes import Lanes, Ticket
from ckg.query.limits import Limits
from ckg.query.wire import Closed
from ckg.query.worker import Setup
from ckg.query.workers import Worker, Workers

_LOG: Final = logging.getLogger(__name__)
_LONG: Final = 0.25  # seconds after which a query leaves the fast lane
_LOOK: Final = 0.1  # seconds between two looks whether the client is still there


class ClientGone(QueryError):
    """The client has hung up; nobody is there to read an answer."""


class _Lost(Exception):
    """Somebody else has killed the worker."""


class Observer(Protocol):
    """Who wants to know what the pool does."""

    def finished(self, form: str, outcome: str, seconds: float) -> None:
        """Take note of a question and how it ended, `seconds` after it was received."""

    def killed(self, reason: str) -> None:
        """Take note of a worker that was killed or died."""


class _Nobody:
    def finished(self, form: str, outcome: str, seconds: float) -> None:
        pass

    def killed(self, reason: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class State:
    """What the pool is doing now: counts of queries, processes, and bytes in the cache."""

    fast: int
    slow: int
    waiting: int
    workers: int
    cached_bytes: int


class Pool:
    """Query workers on one store behind the guard, budgets, lanes and a cache; safe to use from several threads.

    `store` is the folder of a finished Oxigraph store, `prefixes` are predefined for every query, `base` resolves
    relative IRIs. `budgets` may be shared by the pools of several releases. Close it to end its processes.
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
    ) -> None:
        self.limits = limits
        self._budgets = budgets or Budgets(seconds=limits.budget_seconds, errors=limits.budget_errors)
        self._observer = observer or _Nobody()
        self._lanes = Lanes(limits.workers, limits.queue)
        self._cache = AnswerCache(limits.cache << 20)
        self._followers = 0
        self._workers = Workers(
            Setup(str(store), limits, dict(prefixes), base),
            keep=limits.workers + limits.spares,
            spares=limits.spares,
            most=2 * limits.workers + limits.spares,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process; questions under way get `EndpointBusy`."""
        self._workers.close()

    @property
    def healthy(self) -> bool:
        """Whether a question would find a worker."""
        return self._workers.healthy

    @property
    def walls(self) -> tuple[str, ...]:
        """The names of the walls that hold around the workers."""
        return self._workers.walls

    @property
    def state(self) -> State:
        """What is going on now."""
        fast, slow = self._lanes.running
        return State(fast, slow, self._lanes.waiting, self._workers.count, self._cache.held)

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

    def _note(self, form: str, received: float, client: str, error: QueryError) -> None:
        """Charge a failure to its client, unless it is no fault of the query's, and tell the observer."""
        if not isinstance(error, BudgetExhausted | EndpointBusy | ClientGone):
            self._budgets.charge(client, errors=1)
        self._observer.finished(form, _outcome(error), time.monotonic() - received)

    def _find(self, question: Question, checked: Checked) -> Answer:
        """Return the kept answer, or that of the same question under way, or evaluate."""
        if checked.volatile or not self.limits.cache:
            return self._evaluate(question, checked, None)
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
            answer = self._evaluate(question, checked, flight)
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
            raise self._late()
        if flight.answer is not None:
            return flight.answer
        if isinstance(flight.error, QueryError) and not isinstance(flight.error, EndpointBusy | ClientGone):
            raise flight.error
        return None

    def _evaluate(self, question: Question, checked: Checked, flight: Flight | None) -> Answer:
        try:
            return self._attempt(question, checked, flight)
        except _Lost:
            try:
                return self._attempt(question, checked, flight)
            except _Lost:  # twice is no accident: the machine has no memory left
                raise self._too_large() from None

    def _attempt(self, question: Question, checked: Checked, flight: Flight | None) -> Answer:
        deadline = question.received + self.limits.seconds
        ticket = self._lanes.enter(question.client, deadline)
        began = time.monotonic()
        worker = None
        fit = False
        try:
            worker = self._workers.take(deadline)
            worker.ask(_request(question, checked), checked.text)
            self._await(worker, question, ticket, deadline, flight)
            values, body = worker.receive()
            worker.spent = bool(values.get("spent"))
            fit = not ticket.slow and "stopped" not in values
            self._check(values)
            size, spool = int(values["size"]), worker.spool if worker.spent else None
            seconds = time.monotonic() - began
            inline = None if spool else body
            return Answer(question.format, size, seconds, inline, spool, volatile=checked.volatile)
        except Closed:
            assert worker is not None
            raise self._died(worker) from None
        finally:
            self._lanes.leave(ticket)
            self._budgets.charge(question.client, seconds=time.monotonic() - began)
            if worker is not None:
                if fit:
                    self._workers.give_back(worker)
                else:
                    self._workers.discard(worker)

    def _await(
        self, worker: Worker, question: Question, ticket: Ticket, deadline: float, flight: Flight | None
    ) -> None:
        """Wait for the answer; raises `QueryStopped` when the time is over, `ClientGone` when nobody wants it."""
        began = time.monotonic()
        while True:
            now = time.monotonic()
            if worker.wait(min(deadline - now, _LOOK)):
                return
            now = time.monotonic()
            if now >= deadline:
                self._observer.killed("time")
                raise self._late()
            wanted_by_others = flight is not None and flight.followers > 0
            if question.gone is not None and not wanted_by_others and question.gone():
                self._observer.killed("client")
                raise ClientGone("the client has hung up")
            if now - began > _LONG and not ticket.slow and self._lanes.slow_down(ticket):
                worker.step_back()

    def _late(self) -> QueryStopped:
        seconds = self.limits.seconds
        return QueryStopped(f"the query took longer than {seconds:g} seconds", bound="seconds", limit=seconds)

    def _check(self, values: dict[str, Any]) -> None:
        """Raise what a worker says went wrong."""
        if "malformed" in values:
            line, column = values["line"], values["column"]
            message = values["malformed"] if line is None else f"line {line}, column {column}: {values['malformed']}"
            raise QueryMalformed(message, line=line, column=column)
        if "stopped" in values:
            self._observer.killed(values["stopped"])
            if values["stopped"] == "memory":
                raise self._too_large()
            raise QueryStopped(values["message"], bound=values["stopped"], limit=values["limit"])
        if "failed" in values:
            raise QueryError(f"the query cannot be evaluated: {values['failed']}")

    def _too_large(self) -> QueryStopped:
        memory = self.limits.memory
        return QueryStopped(f"the query needed more than {memory} MB of memory", bound="memory", limit=memory)

    def _died(self, worker: Worker) -> Exception:
        """Return what it means that a worker is dead, by how it ended."""
        worker.ended.wait(1.0)
        code = worker.code
        if code == -SIGABRT:
            self._observer.killed("memory")
            return self._too_large()
        if code == -SIGKILL:
            self._observer.killed("lost")
            return _Lost()
        self._observer.killed("crash")
        if code == -SIGSEGV:
            message = "the query needed more of the engine's stack than there is"
            return QueryStopped(message, bound="stack", limit=self.limits.depth)
        _LOG.error("a query worker ended with code %s", code)
        return QueryStopped("the engine could not evaluate the query", bound="engine", limit=0)


def _request(question: Question, checked: Checked) -> dict[str, Any]:
    dataset = question.dataset
    return {
        "form": checked.form.value,
        "format": question.format.key,
        "default": list(dataset.default) if dataset.given else None,
        "named": list(dataset.named),
    }


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
        with contextlib.suppress(InterruptedError):
            time.sleep(0.01)
    return True
