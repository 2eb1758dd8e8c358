"""Tasks of a build: results in the order of the tasks, kept, and named in messages by what they are about."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ckg.build.progress import Silent
from ckg.build.stage_cache import StageCache
from ckg.build.tasks import Task, results
from ckg.errors import StageFailed

pytestmark = pytest.mark.usefixtures("found_by_other_processes")


def write(folder: Path, words: str) -> None:
    (folder / "words").write_text(words)


def die(_folder: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(_folder: Path, _words: str) -> None:
    raise AssertionError("made again")


def test_results_come_in_the_order_of_the_tasks_and_are_not_made_again(tmp_path: Path) -> None:
    def tasks(work):  # type: ignore[no-untyped-def]
        return [Task("file", f"key {name}", work, (name,), 1, "bytes", name) for name in "abc"]

    for work in (write, refuse):
        cache = StageCache(tmp_path)
        folders = results(tasks(work), cache, Silent(), processes=1)
        assert [(folder / "words").read_text() for folder in folders] == ["a", "b", "c"]


def test_a_process_that_dies_is_named_by_stage_and_file(tmp_path: Path) -> None:
    tasks = [
        Task("file", "1", write, ("fine",), 1, "bytes", "data/a.ttl"),
        Task("file", "2", die, (), 1, "bytes", "data/huge.ttl"),
    ]
    with pytest.raises(StageFailed, match=r"file data/huge\.ttl was killed by signal 9"):
        results(tasks, StageCache(tmp_path), Silent(), processes=2, again=True)
