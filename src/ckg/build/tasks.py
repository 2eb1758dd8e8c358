"""Running the tasks of one phase of a build side by side; what the cache holds is not made again."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckg.build.progress import Progress
from ckg.build.stage_cache import StageCache
from ckg.errors import StageFailed
from ckg.process_jobs import Job, run


@dataclass(frozen=True, slots=True)
class Task:
    """One result to be made: `work(folder, *arguments)` fills the folder; both must be picklable.

    `size` in `unit` is what the progress shows; tasks of the same stage share one line. `subject` is what tells them
    apart in messages.
    """

    stage: str
    inputs: str
    work: Callable[..., None]
    arguments: tuple[Any, ...]
    size: int
    unit: str
    subject: str = ""

    @property
    def name(self) -> str:
        """The stage and what tells it apart from others of its kind."""
        return f"{self.stage} {self.subject}".rstrip()


def results(
    tasks: Sequence[Task], cache: StageCache, progress: Progress, *, processes: int, again: bool = False
) -> list[Path]:
    """Return the folder of each task's result, in the order of the tasks; `again` is that of `jobs.run`.

    A task that fails stops the others and is raised; what was complete by then stays in the cache.
    """
    folders = {task.name: cache.find(task.stage, task.inputs) for task in tasks}
    missing = {task.name: task for task in tasks if folders[task.name] is None}
    shown = Shown({name: (task.stage, task.size, task.unit) for name, task in missing.items()}, progress)
    with ExitStack() as places:
        reserved = {
            name: places.enter_context(cache.reserve(task.stage, task.inputs)) for name, task in missing.items()
        }

        def done(name: str) -> None:
            folders[name] = reserved[name].keep()
            shown.done(name)

        jobs = [Job(name, _guarded, (task, reserved[name].folder)) for name, task in missing.items()]
        run(jobs, processes=min(processes, len(jobs)), again=again, done=done, reported=shown.reported)
    return [folder for folder in folders.values() if folder is not None]


class Shown:
    """Tells the progress about jobs by name: stage, size and unit of each; jobs of one stage share one line."""

    def __init__(self, jobs: Mapping[str, tuple[str, int, str]], progress: Progress) -> None:
        self._jobs = jobs
        self._progress = progress
        self._reported = dict.fromkeys(jobs, 0)
        self._left = Counter(stage for stage, _, _ in jobs.values())
        for stage in self._left:
            members = [job for job in jobs.values() if job[0] == stage]
            progress.begin(stage, sum(size for _, size, _ in members), members[0][2])

    def reported(self, name: str, amount: int) -> None:
        """Hear that a job is so much further; what it reports beyond its size is not shown."""
        stage, size, _ = self._jobs[name]
        amount = min(amount, size - self._reported[name])
        self._reported[name] += amount
        self._progress.advance(stage, amount)

    def done(self, name: str) -> None:
        """Hear that a job has ended."""
        stage, size, _ = self._jobs[name]
        self.reported(name, size)
        self._left[stage] -= 1
        if not self._left[stage]:
            self._progress.end(stage, "")


def _guarded(task: Task, folder: Path) -> None:
    with guarded(task.stage):
        task.work(folder, *task.arguments)


@contextmanager
def guarded(stage: str) -> Iterator[None]:
    """Turn what the system or the bulk engine cannot do (no space, no memory, no access) into `StageFailed`."""
    try:
        yield
    except OSError as error:
        raise _failed(stage, error, full=error.errno in (errno.ENOSPC, errno.EDQUOT)) from error
    except Exception as error:
        import duckdb  # noqa: PLC0415 - only where something failed: a build that finds nothing to do need not load it

        if isinstance(error, duckdb.OutOfMemoryException):
            hint = "The current release is untouched. Raise build.memory, or make room for the files of the stage."
            raise StageFailed(f"the stage `{stage}` ran out of memory: {error}", hint=hint) from error
        if isinstance(error, duckdb.IOException):
            raise _failed(stage, error, full=os.strerror(errno.ENOSPC) in str(error)) from error
        raise


def _failed(stage: str, error: Exception, *, full: bool) -> StageFailed:
    if not full:
        return StageFailed(f"the stage `{stage}` failed: {error}", hint="The current release is untouched.")
    return StageFailed(
        f"the stage `{stage}` found no space left on the disk",
        hint="The current release is untouched. Make room, or name another folder with --releases.",
    )
