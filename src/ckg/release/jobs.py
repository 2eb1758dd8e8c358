"""Running independent jobs in processes of their own, a few at a time, so that both cores have work.

Each job is a function at the top of a module with arguments and a result that can be pickled. A job that fails stops
the others; a process that dies (out of memory, killed) is a `StageFailed`. A process ends with the one that started it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from ckg.errors import StageFailed


@dataclass(frozen=True, slots=True)
class Job:
    """A name for messages, a function and its arguments."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


def _quiet(_name: str) -> None:
    pass


def run(jobs: Sequence[Job], *, processes: int = 2, done: Callable[[str], None] = _quiet) -> dict[str, Any]:
    """Run the jobs, in their order as processes come free, and return their results by name.

    With `processes` below 2 the jobs run here, one after the other. `done` is called with the name of a finished job.
    Raises what a job raised, and `StageFailed` for a process that died.

    >>> run([Job("three", max, (1, 3))], processes=1)
    {'three': 3}
    """
    results: dict[str, Any] = {}
    if processes < 2:
        for job in jobs:
            results[job.name] = job.function(*job.arguments)
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
                results[job.name] = _result(connection, job, process)
                del running[connection]
                done(job.name)
    finally:
        for _, process in running.values():
            process.kill()
        for _, process in running.values():
            process.join()
    return {job.name: results[job.name] for job in jobs}


def _result(connection: Connection, job: Job, process: Any) -> Any:
    try:
        succeeded, value = connection.recv()
    except EOFError:
        process.join()
        code = process.exitcode
        how = f"was killed by signal {-code}" if code and code < 0 else f"ended with exit code {code}"
        hint = "If the machine ran out of memory, lower `build.memory` or build on a larger one."
        raise StageFailed(f"the process that made {job.name} {how}", hint=hint) from None
    process.join()
    connection.close()
    if not succeeded:
        raise value
    return value


def _work(connection: Connection, job: Job) -> None:
    # The parent decides what an interrupt means, and its end is the end of this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        message: tuple[bool, Any] = (True, job.function(*job.arguments))
    except Exception as error:  # noqa: BLE001 -- it is raised again in the parent
        message = (False, error)
    with contextlib.suppress(BrokenPipeError):
        connection.send(message)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
