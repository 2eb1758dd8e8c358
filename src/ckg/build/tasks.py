"""Running the tasks of one phase of a build side by side; what the cache holds is not made again."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckg.build.cache import StageCache
from ckg.build.progress import Progress
from ckg.errors import StageFailed
from ckg.jobs import Job, run


@dataclass(frozen=True, slots=True)
class Task:
    """One result to be made: `work(folder, *arguments)` fills the folder; both must be picklable.

    `size` in `unit` is what the progress shows; tasks of the same stage share one line.
    """

    stage: str
    inputs: str
    work: Callable[..., None]
    arguments: tuple[Any, ...]
    size: int
    unit: str


def results(tasks: Sequence[Task], cache: StageCache, progress: Progress, *, processes: int) -> list[Path]:
    """Return the folder of each task's result, in the order of the tasks.

    A task that fails stops the others and is raised; what was complete by then stays in the cache.
    """
    folders = {number: cache.find(task.stage, task.inputs) for number, task in enumerate(tasks)}
    missing = {str(number): task for number, task in enumerate(tasks) if folders[number] is None}
    shown = _Shown(list(missing.values()), progress)
    with ExitStack() as places:
        reserved = {
            name: places.enter_context(cache.reserve(task.stage, task.inputs)) for name, task in missing.items()
        }

        def done(name: str) -> None:
            folders[int(name)] = reserved[name].keep()
            shown.done(missing[name])

        jobs = [Job(name, _guarded, (task, reserved[name].folder)) for name, task in missing.items()]
        run(jobs, processes=min(processes, len(jobs)), done=done)
    return [folder for folder in folders.values() if folder is not None]


class _Shown:
    """Tells the progress about tasks, one line per stage."""

    def __init__(self, tasks: Sequence[Task], progress: Progress) -> None:
        self._progress = progress
        self._left: dict[str, int] = {}
        sizes: dict[str, int] = {}
        for task in tasks:
            self._left[task.stage] = self._left.get(task.stage, 0) + 1
            sizes[task.stage] = sizes.get(task.stage, 0) + task.size
        for task in tasks:
            if task.stage in sizes:
                progress.begin(task.stage, sizes.pop(task.stage), task.unit)

    def done(self, task: Task) -> None:
        self._progress.advance(task.stage, task.size)
        self._left[task.stage] -= 1
        if not self._left[task.stage]:
            self._progress.end(task.stage, "")


def _guarded(task: Task, folder: Path) -> None:
    try:
        task.work(folder, *task.arguments)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StageFailed(
                f"the stage `{task.stage}` found no space left on the disk",
                hint="The current release is untouched. Make room, or name another folder with --releases.",
            ) from error
        raise StageFailed(f"the stage `{task.stage}` failed: {error}") from error
