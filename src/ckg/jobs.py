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
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any

from ckg.errors import StageFailed

_REPORT, _DONE, _FAILED = "report", "done", "failed"
_SECONDS_BETWEEN_REPORTS = 0.1


@dataclass(frozen=True, slots=True)
class Job:
    """A name for messages, a function and its arguments."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


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
    done: Callable[[str], None] = _quiet,
    reported: Callable[[str, int], None] = _unheard,
) -> dict[str, Any]:
    """Run the jobs, in their order as processes come free, and return their results by name.

    With `processes` below 2 the jobs run here, one after the other. `done` is called with the name of a finished job,
    `reported` with the name of a job and each amount that it reports. Raises what a job raised, and `StageFailed` for a
    process that died.

    >>> run([Job("three", max, (1, 3))], processes=1)
    {'three': 3}
    """
    results: dict[str, Any] = {}
    if processes < 2:
        for job in jobs:
            token = _listener.set(partial(reported, job.name))
            try:
                results[job.name] = job.function(*job.arguments)
            finally:
                _listener.reset(token)
            done(job.name)
        return results
    spawn = multiprocessing.get_context("spawn")
    waiting = list(jobs)
    running: dict[Connection, tuple[Job, Any]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                job = waiting.pop(0)
                ours, theirs = spawn.Pipe(duplex=False)
                process = spawn.Process(target=_work, args=(theirs, job), name=f"ckg {job.name}")
                process.start()
                theirs.close()
                running[ours] = (job, process)
            for connection in wait(list(running)):
                assert isinstance(connection, Connection)
                job, process = running[connection]
                kind, value = _message(connection, job, process)
                if kind == _REPORT:
                    reported(job.name, value)
                    continue
                process.join()
                connection.close()
                del running[connection]
                if kind == _FAILED:
                    raise value
                results[job.name] = value
                done(job.name)
    finally:
        for _, process in running.values():
            process.kill()
        for _, process in running.values():
            process.join()
    return {job.name: results[job.name] for job in jobs}


def _message(connection: Connection, job: Job, process: Any) -> tuple[str, Any]:
    try:
        kind, value = connection.recv()
    except EOFError:
        process.join()
        code = process.exitcode
        how = f"was killed by signal {-code}" if code and code < 0 else f"ended with exit code {code}"
        hint = "If the machine ran out of memory, lower `build.memory` or build on a larger one."
        raise StageFailed(f"the process that made {job.name} {how}", hint=hint) from None
    return kind, value


def _work(connection: Connection, job: Job) -> None:
    # The parent decides what an interrupt means, and its end is the end of this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _listener.set(_Sender(connection))
    try:
        message: tuple[str, Any] = (_DONE, job.function(*job.arguments))
    except Exception as error:  # noqa: BLE001 -- it is raised again in the parent
        message = (_FAILED, error)
    with contextlib.suppress(BrokenPipeError):
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
        if now - self._last > _SECONDS_BETWEEN_REPORTS:
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
