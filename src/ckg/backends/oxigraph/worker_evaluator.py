"""Oxigraph as an evaluator: in sandboxed workers for strangers, in this process for the operator."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from pathlib import Path
from signal import SIGABRT, SIGKILL, SIGSEGV
from typing import Any, Final

import pyoxigraph as ox

from ckg.backends.oxigraph.standard_query import StandardStore
from ckg.backends.oxigraph.wire import Closed
from ckg.backends.oxigraph.worker import Setup, answer
from ckg.backends.oxigraph.worker_pool import WorkerPool
from ckg.backends.oxigraph.worker_process import WorkerProcess
from ckg.errors import EngineFailed, NotExpressible, QueryError, QueryMalformed, QueryStopped
from ckg.query.evaluator import Arrival, EvaluationLost
from ckg.query.guard.checker import ParsedQuery
from ckg.query.job import QueryJob, QueryResult
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import MetricsSink
from ckg.query.spool import Spool
from ckg.query.store_check import StoreFiles

_LOG: Final = logging.getLogger(__name__)
_NO_MEMORY: Final = re.compile(
    r"memory allocation of|bad_alloc|MemoryError|(?:annot|unable to) allocate memory|out of memory", re.I
)
_END_TIMEOUT_S: Final = 1.0


class WorkerEvaluator:
    """Evaluates each query in a worker process; see `ckg.query.evaluator.Evaluator`."""

    def __init__(self, setup: Setup, observer: MetricsSink) -> None:
        limits = setup.limits
        self.workers = WorkerPool(
            setup, keep=limits.workers + limits.spares, most=limits.workers + limits.slow + 1 + limits.spares
        )
        self.observer = observer
        self.limits = limits
        self._store_files = StoreFiles(Path(setup.store))

    @property
    def healthy(self) -> bool:
        """Whether a query would find a worker."""
        return self.workers.healthy

    @property
    def sandbox(self) -> tuple[str, ...]:
        """The names of the sandbox layers that hold around the workers."""
        return self.workers.sandbox

    @property
    def count(self) -> int:
        """How many worker processes there are."""
        return self.workers.count

    @property
    def away_seconds(self) -> None:
        """Nothing: it is in this machine."""

    def start(self, question: QueryJob, checked: ParsedQuery, deadline: float, *, demoted: bool) -> WorkerEvaluation:
        """Give a query to a worker. Raises `EndpointBusy`."""
        worker = self.workers.take(deadline, low_priority=demoted)
        evaluation = WorkerEvaluation(self, worker, question, checked)
        try:
            if demoted:
                evaluation.demote()
            worker.ask(_request(question, checked), checked.text)
        except Closed:
            pass  # it has died: `result` says of what
        except BaseException:
            evaluation.close()
            raise
        return evaluation

    def start_at_once(self, question: QueryJob, checked: ParsedQuery) -> WorkerEvaluation | None:
        """Give a query to a worker that is ready now, or return None."""
        worker = self.workers.take_at_once()
        if worker is None:
            return None
        evaluation = WorkerEvaluation(self, worker, question, checked)
        try:
            worker.ask(_request(question, checked), checked.text)
        except Closed:
            pass  # as above
        except BaseException:
            evaluation.close()
            raise
        return evaluation

    def fault(self) -> str:
        """Return which table of the store is not the file it was, or nothing."""
        return self._store_files.problem()

    def close(self) -> None:
        """End every worker; queries under way get `EndpointBusy`."""
        self.workers.close()


class WorkerEvaluation:
    """One query in a worker; see `ckg.query.evaluator.Evaluation`."""

    def __init__(
        self, evaluator: WorkerEvaluator, worker: WorkerProcess, question: QueryJob, checked: ParsedQuery
    ) -> None:
        self._evaluator = evaluator
        self._worker = worker
        self._question = question
        self._checked = checked
        self._began = time.monotonic()
        self._is_fit = False
        self._looked: tuple[float, float] | None = None  # used by then at most, and the worker's processor time then

    def wait(self, seconds: float) -> bool:
        """Wait until the worker has something to say, or has died."""
        return self._worker.wait(seconds)

    @property
    def descriptor(self) -> int:
        """The worker's socket."""
        return self._worker.descriptor

    def arrived(self) -> Arrival:
        """Take what the worker has sent; what ends it in any other way than an answer in memory may take longer."""
        try:
            values = self._worker.take()
        except Closed:
            return Arrival.SPECIAL
        if values is None:
            return Arrival.NOTHING
        return Arrival.SPECIAL if "stopped" in values or "broken" in values or values.get("spent") else Arrival.WHOLE

    def used_seconds(self) -> float:
        """Return how long it has had a processor; until it is asked first it counts as having had one all the time."""
        total = self._worker.processor_seconds()
        if total is None:
            return time.monotonic() - self._began
        if self._looked is None:
            self._looked = time.monotonic() - self._began, total
        return self._looked[0] + total - self._looked[1]

    def demote(self) -> None:
        """Let all others go first; the worker is used again for queries of this kind only."""
        self._evaluator.workers.lower_priority(self._worker)

    def result(self) -> QueryResult:
        """Return the whole answer; see `ckg.query.evaluator.Evaluation.result`."""
        worker = self._worker
        try:
            values, body = worker.receive()
        except Closed:
            raise self._died() from None
        worker.spent = bool(values.get("spent"))
        spool = worker.take_spool() if worker.spent else None
        self._is_fit = "stopped" not in values and "broken" not in values
        if "stopped" in values or "broken" in values:
            self._evaluator.observer.killed(values.get("stopped", "engine"))
        if values.get("stopped") == "memory":
            raise self._too_large()
        raise_for(values)
        size = int(values["size"])
        seconds = time.monotonic() - self._began
        inline = None if spool else body
        return QueryResult(self._question.format, size, seconds, inline, spool, volatile=self._checked.volatile)

    def close(self) -> None:
        """Give the worker back, or kill it where it is not fit for another query."""
        if self._is_fit:
            self._evaluator.workers.give_back(self._worker)
        else:
            self._evaluator.workers.discard(self._worker)

    def _too_large(self) -> QueryError:
        """Return the error for a query that wanted too much memory, or what made the engine want it."""
        fault = self._evaluator.fault()
        if fault:
            self._evaluator.observer.killed("engine")
            _LOG.error("the store cannot be read: %s", fault)
            return EngineFailed()
        return too_large(self._evaluator.limits)

    def _died(self) -> Exception:
        """Return what it means that the worker is dead, by how it ended."""
        worker, observer = self._worker, self._evaluator.observer
        worker.ended.wait(_END_TIMEOUT_S)
        if worker.code == -SIGABRT and _NO_MEMORY.search(worker.last_words):
            observer.killed("memory")
            return self._too_large()
        if worker.code == -SIGKILL:
            observer.killed("lost")
            return EvaluationLost()
        observer.killed("crash")
        if worker.code == -SIGSEGV:
            message = "the query needed more of the engine's stack than there is"
            return QueryStopped(message, bound="stack", limit=self._evaluator.limits.depth)
        _LOG.error("a query worker ended with code %s: %s", worker.code, worker.last_words)
        return EngineFailed()


class LocalEvaluator:
    """Evaluates each query in this process, for an operator who may stop it: no sandbox, no bound on time or memory."""

    healthy = True
    sandbox = ()
    count = 1
    away_seconds = None

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.data = StandardStore(ox.Store.read_only(setup.store), setup.text_numbers, setup.description)

    def start(self, question: QueryJob, checked: ParsedQuery, deadline: float, *, demoted: bool) -> LocalEvaluation:
        """Take a query; it is evaluated when its result is asked for."""
        return LocalEvaluation(self, question, checked)

    def start_at_once(self, question: QueryJob, checked: ParsedQuery) -> None:
        """Return None: whoever asks waits for the result."""

    def fault(self) -> str:
        """Return nothing: what cannot be read is an error of the query at hand."""
        return ""

    def close(self) -> None:
        """Let go of the store."""
        del self.data


class LocalEvaluation:
    """One query in this process; see `ckg.query.evaluator.Evaluation`."""

    def __init__(self, evaluator: LocalEvaluator, question: QueryJob, checked: ParsedQuery) -> None:
        self._evaluator = evaluator
        self._question = question
        self._checked = checked

    def wait(self, seconds: float) -> bool:
        """Say yes: `result` evaluates."""
        return True

    def used_seconds(self) -> float:
        """Return nothing: it is not evaluated before `result`."""
        return 0.0

    def demote(self) -> None:
        """Do nothing: there is nobody else."""

    def result(self) -> QueryResult:
        """Evaluate, and return the whole answer."""
        began = time.monotonic()
        spool = Spool()
        request = _request(self._question, self._checked)
        setup, data = self._evaluator.setup, self._evaluator.data
        values, body, _ = answer(setup, data, request, self._checked.text, spool.fileno())
        if values.get("stopped") == "memory":
            raise too_large(setup.limits)
        raise_for(values)
        file = spool if values["spent"] else None
        seconds = time.monotonic() - began
        return QueryResult(self._question.format, int(values["size"]), seconds, None if file else body, file)

    def close(self) -> None:
        """Do nothing: a result stays valid."""


def too_large(limits: QueryLimits) -> QueryStopped:
    """Return the error for a query that met the bound on memory."""
    message = f"the query needed more than {limits.memory} MB of memory"
    return QueryStopped(message, bound="memory", limit=limits.memory)


def raise_for(values: Mapping[str, Any]) -> None:
    """Raise what `ckg.backends.oxigraph.worker.answer` says went wrong, if anything did."""
    if "malformed" in values:
        line, column = values["line"], values["column"]
        message = values["malformed"] if line is None else f"line {line}, column {column}: {values['malformed']}"
        raise QueryMalformed(message, line=line, column=column)
    if "stopped" in values:
        raise QueryStopped(values["message"], bound=values["stopped"], limit=values["limit"])
    if "broken" in values:
        _LOG.error("the engine failed, and not because of the query: %s", values["broken"])
        raise EngineFailed
    if "inexpressible" in values:
        raise NotExpressible(values["inexpressible"], hint="Ask for another format.")
    if "failed" in values:
        raise QueryError(f"the query cannot be evaluated: {values['failed']}")


def _request(question: QueryJob, checked: ParsedQuery) -> dict[str, Any]:
    dataset = question.dataset
    return {
        "form": checked.form.value,
        "format": question.format.key,
        "default": list(dataset.default) if dataset.given else None,
        "named": list(dataset.named),
    }
