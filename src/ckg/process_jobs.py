"""Running independent jobs in processes of their own, a few at a time, so that both cores have work.

Each job is a function at the top of a module with arguments and a result that can be pickled. A job that fails stops
the others; a process that dies (out of memory, killed) is a `StageFailed`. Processes end with their parent.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any, cast

from ckg.errors import StageFailed

_REPORT, _DONE, _FAILED = "report", "done", "failed"
_REPORT_INTERVAL_S = 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """A name for messages, a function and its arguments.

    A `ResultOf` among the arguments is replaced by what that job returned; the job waits for it. `environment` are
    variables that its process starts with, if it has a process of its own.
    """

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResultOf:
    """Stands for what the job of this name returns."""

    name: str


def _is_ready(job: Job, results: Mapping[str, Any]) -> bool:
    return all(argument.name in results for argument in job.arguments if isinstance(argument, ResultOf))


def _filled(job: Job, results: Mapping[str, Any]) -> Job:
    """Return the job with the results of others in their places."""
    given = (results[each.name] if isinstance(each, ResultOf) else each for each in job.arguments)
    return replace(job, arguments=tuple(given))


def _quiet(_name: str) -> None:
    pass


def _unheard(_name: str, _amount: int) -> None:
    pass


_listener: ContextVar[Callable[[int], None] | None] = ContextVar("listener", default=None)


def report(amount: int) -> None:
    """Say, from inside a job, that so much more of its work is done; whoever runs the job hears it, or nobody does."""
    listener = _listener.get()
    if listener is not None:
        listener(amount)


def run(
    jobs: Sequence[Job],
    *,
    processes: int = 2,
    again: bool = False,
    done: Callable[[str], None] = _quiet,
    reported: Callable[[str, int], None] = _unheard,
) -> dict[str, Any]:
    """Run the jobs, in their order as processes come free and what they wait for is there; return results by name.

    A job may wait for those before it only.

    With `processes` below 2 the jobs run here, one after the other. With `again` a process takes one job after another,
    for many small ones; otherwise each job has a process of its own, whose memory is free when it ends. `done` is
    called with the name of a finished job, `reported` with the name of a job and each amount that it reports. Raises
    what a job raised, and `StageFailed` for a process that died.

    >>> run([Job("three", max, (1, 3))], processes=1)
    {'three': 3}
    """
    results: dict[str, Any] = {}
    if processes < 2:
        for job in jobs:
            token = _listener.set(partial(reported, job.name))
            try:
                results[job.name] = job.function(*_filled(job, results).arguments)
            finally:
                _listener.reset(token)
            done(job.name)
        return results
    with _Processes(processes, again=again) as running:
        for name, kind, value in running.messages(jobs, results):
            if kind == _REPORT:
                reported(name, value)
            elif kind == _FAILED:
                raise value
            else:
                results[name] = value
                done(name)
    return {job.name: results[job.name] for job in jobs}


class _Processes:
    """Processes that run jobs; at the end of the block those still at work are killed."""

    def __init__(self, number: int, *, again: bool) -> None:
        self._number = number
        self._again = again
        self._working: dict[Connection, tuple[Job, Any]] = {}
        self._idle: list[tuple[Connection, Any]] = []

    def __enter__(self) -> _Processes:
        return self

    def __exit__(self, *_: object) -> None:
        for _job, process in self._working.values():
            process.kill()
        left = [*self._idle, *((connection, process) for connection, (_job, process) in self._working.items())]
        for connection, process in left:
            connection.close()
            process.join()

    def messages(self, jobs: Sequence[Job], results: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
        """Yield (name of job, kind, value) for whatever the jobs say, until all have ended.

        `results` are those of the jobs that have ended, which the caller keeps.
        """
        waiting = list(jobs)
        while waiting or self._working:
            while len(self._working) < self._number and (job := _next(waiting, results)):
                waiting.remove(job)
                job = _filled(job, results)
                connection, process = self._idle.pop() if self._idle else _started(job)
                self._working[connection] = job, process
                with contextlib.suppress(BrokenPipeError):  # it has died already: the attempt to hear it will say so
                    connection.send(job)
            for ready in wait(list(self._working)):
                connection = cast("Connection", ready)
                job, process = self._working[connection]
                kind, value = _message(connection, job, process)
                if kind != _REPORT:
                    del self._working[connection]
                    self._ended(connection, process)
                yield job.name, kind, value

    def _ended(self, connection: Connection, process: Any) -> None:
        if self._again:
            self._idle.append((connection, process))
        else:
            connection.close()
            process.join()


def _next(waiting: Sequence[Job], results: Mapping[str, Any]) -> Job | None:
    return next((job for job in waiting if _is_ready(job, results)), None)


def _started(job: Job) -> tuple[Connection, Any]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_work, args=(theirs,), name="ckg job")
    with _environment(job.environment):
        process.start()
    theirs.close()
    return ours, process


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for the processes that are started meanwhile: they take the environment of this one."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _message(connection: Connection, job: Job, process: Any) -> tuple[str, Any]:
    try:
        kind, value = connection.recv()
    except (EOFError, ConnectionResetError):
        process.join()
        code = process.exitcode
        how = f"was killed by signal {-code}" if code and code < 0 else f"ended with exit code {code}"
        hint = "If the machine ran out of memory, lower `build.memory` or build on a larger one."
        raise StageFailed(f"the process that made {job.name} {how}", hint=hint) from None
    return kind, value


def _work(connection: Connection) -> None:
    # The parent decides what an interrupt means, and its end is the end of this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            job = connection.recv()
            _listener.set(_Sender(connection))
            try:
                message: tuple[str, Any] = (_DONE, job.function(*job.arguments))
            except Exception as error:  # noqa: BLE001 -- it is raised again in the parent
                message = (_FAILED, error)
            connection.send(message)


class _Sender:
    """Sends what a job reports to its parent, a few times a second at most."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._amount = 0
        self._last = 0.0

    def __call__(self, amount: int) -> None:
        self._amount += amount
        now = time.monotonic()
        if now - self._last > _REPORT_INTERVAL_S:
            self._connection.send((_REPORT, self._amount))
            self._amount, self._last = 0, now


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def cores() -> int:
    """Return how many processes can run at the same time on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
