"""One question, one worker: finds it a place and a process, cuts it at a bound, and says what became of it."""

from __future__ import annotations

import logging
import re
import time
from signal import SIGABRT, SIGKILL, SIGSEGV
from typing import Any, Final

from ckg.errors import ClientGone, EngineFailed, NotExpressible, QueryError, QueryMalformed, QueryStopped
from ckg.query.answer import Answer, Question
from ckg.query.budget import Budgets
from ckg.query.cache import Flight
from ckg.query.guard import Checked
from ckg.query.health import StoreFiles
from ckg.query.lanes import Lanes, Ticket
from ckg.query.limits import Limits
from ckg.query.observer import Observer
from ckg.query.wire import Closed
from ckg.query.worker_handle import Worker
from ckg.query.workers import Workers

_LOG: Final = logging.getLogger(__name__)
_LONG: Final = 0.25  # seconds after which a query leaves the fast lane
_LOOK: Final = 0.1  # seconds between two looks whether the client is still there
_NO_MEMORY: Final = re.compile(r"memory allocation of|bad_alloc|MemoryError|annot allocate memory|out of memory", re.I)


class _Lost(Exception):
    """Somebody else has killed the worker."""


class _SetBack(Exception):
    """The query takes long and the slow lane is full."""


class Evaluator:
    """Has questions evaluated by workers; safe to use from several threads."""

    def __init__(
        self,
        limits: Limits,
        lanes: Lanes,
        workers: Workers,
        budgets: Budgets,
        observer: Observer,
        *,
        store_files: StoreFiles,
    ) -> None:
        self._limits = limits
        self._lanes = lanes
        self._workers = workers
        self._budgets = budgets
        self._observer = observer
        self._store_files = store_files

    def evaluate(self, question: Question, checked: Checked, flight: Flight | None) -> Answer:
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
                    return self._attempt(question, checked, flight, ticket, deadline)
                except _SetBack:
                    self._lanes.set_back(ticket, deadline)
                except _Lost:
                    if lost:  # twice is no accident
                        _LOG.error("two query workers were killed from outside; has the machine no memory left?")
                        raise EngineFailed from None
                    lost = True
        finally:
            self._lanes.leave(ticket)

    def _attempt(
        self, question: Question, checked: Checked, flight: Flight | None, ticket: Ticket, deadline: float
    ) -> Answer:
        began = time.monotonic()
        worker = None
        fit = False
        engine_at_fault = False
        try:
            worker = self._workers.take(deadline)
            if ticket.yields:
                self._workers.step_back(worker)
            worker.ask(_request(question, checked), checked.text)
            self._await(worker, question, ticket, deadline, flight)
            values, body = worker.receive()
            worker.spent = bool(values.get("spent"))
            fit = not ticket.yields and "stopped" not in values and "broken" not in values
            self._check(values)
            size, spool = int(values["size"]), worker.spool if worker.spent else None
            seconds = time.monotonic() - began
            inline = None if spool else body
            return Answer(question.format, size, seconds, inline, spool, volatile=checked.volatile)
        except Closed:
            assert worker is not None
            error = self._died(worker)
            engine_at_fault = isinstance(error, EngineFailed | _Lost)
            raise error from None
        except EngineFailed:
            engine_at_fault = True
            raise
        finally:
            if not engine_at_fault:
                self._budgets.charge(question.client, seconds=time.monotonic() - began)
            if worker is not None:
                if fit:
                    self._workers.give_back(worker)
                else:
                    self._workers.discard(worker)

    def _await(
        self, worker: Worker, question: Question, ticket: Ticket, deadline: float, flight: Flight | None
    ) -> None:
        """Wait for the answer.

        Raises `QueryStopped` when the time is over, `ClientGone` when nobody wants it, `_SetBack` where there is no
        room for a query that takes long.
        """
        began = time.monotonic()
        while True:
            now = time.monotonic()
            until_long = _LOOK if ticket.slow else began + _LONG - now
            if worker.wait(min(deadline - now, _LOOK, until_long)):
                return
            now = time.monotonic()
            if now >= deadline:
                self._observer.killed("time")
                raise self._engine_fault() or too_late(self._limits)
            wanted_by_others = flight is not None and flight.followers > 0
            if question.gone is not None and not wanted_by_others and question.gone():
                self._observer.killed("client")
                raise ClientGone("the client has hung up")
            if now - began >= _LONG and not ticket.slow:
                if not self._lanes.slow_down(ticket):
                    self._observer.killed("set_back")
                    raise _SetBack
                self._workers.step_back(worker)

    def _check(self, values: dict[str, Any]) -> None:
        """Raise what a worker says went wrong."""
        if "malformed" in values:
            line, column = values["line"], values["column"]
            message = values["malformed"] if line is None else f"line {line}, column {column}: {values['malformed']}"
            raise QueryMalformed(message, line=line, column=column)
        if "stopped" in values:
            self._observer.killed(values["stopped"])
            if values["stopped"] == "memory":
                raise self._engine_fault() or self._too_large()
            raise QueryStopped(values["message"], bound=values["stopped"], limit=values["limit"])
        if "broken" in values:
            self._observer.killed("engine")
            _LOG.error("the engine failed, and not because of the query: %s", values["broken"])
            raise EngineFailed
        if "inexpressible" in values:
            raise NotExpressible(values["inexpressible"], hint="Ask for another format.")
        if "failed" in values:
            raise QueryError(f"the query cannot be evaluated: {values['failed']}")

    def _too_large(self) -> QueryStopped:
        memory = self._limits.memory
        return QueryStopped(f"the query needed more than {memory} MB of memory", bound="memory", limit=memory)

    def _engine_fault(self) -> EngineFailed | None:
        """Return the error for a bound that was met because a table of the store cannot be read, if it is so."""
        problem = self._store_files.problem()
        if not problem:
            return None
        self._observer.killed("engine")
        _LOG.error("the store cannot be read: %s", problem)
        return EngineFailed()

    def _died(self, worker: Worker) -> Exception:
        """Return what it means that a worker is dead, by how it ended."""
        worker.ended.wait(1.0)
        code = worker.code
        if code == -SIGABRT and _NO_MEMORY.search(worker.last_words):
            self._observer.killed("memory")
            return self._engine_fault() or self._too_large()
        if code == -SIGKILL:
            self._observer.killed("lost")
            return _Lost()
        self._observer.killed("crash")
        if code == -SIGSEGV:
            message = "the query needed more of the engine's stack than there is"
            return QueryStopped(message, bound="stack", limit=self._limits.depth)
        _LOG.error("a query worker ended with code %s: %s", code, worker.last_words)
        return EngineFailed()


def _request(question: Question, checked: Checked) -> dict[str, Any]:
    dataset = question.dataset
    return {
        "form": checked.form.value,
        "format": question.format.key,
        "default": list(dataset.default) if dataset.given else None,
        "named": list(dataset.named),
    }


def too_late(limits: Limits) -> QueryStopped:
    """Return the error for a question whose time is over."""
    return QueryStopped(f"the query took longer than {limits.seconds:g} seconds", bound="seconds", limit=limits.seconds)
