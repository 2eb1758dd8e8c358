"""Jobs in processes of their own: results by name, one failure stops all, and a process that dies is told of."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from ckg.errors import ProjectError, StageFailed
from ckg.process_jobs import Job, ResultOf, report, run

pytestmark = pytest.mark.usefixtures("found_by_other_processes")


def own_process(_number: int) -> int:
    return os.getpid()


def refuse(words: str) -> None:
    raise ProjectError(words)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave_a_mark_late(path: Path) -> None:
    time.sleep(30)
    path.touch()


def report_and_return(amount: int) -> int:
    report(amount)
    return amount


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_by_name_in_the_order_of_the_jobs(processes: int, again: bool) -> None:
    jobs = [Job(f"job {number}", max, (number, 2)) for number in range(5)]
    heard: list[str] = []
    results = run(jobs, processes=processes, again=again, done=heard.append)
    assert list(results.items()) == [(f"job {number}", max(number, 2)) for number in range(5)]
    assert sorted(heard) == sorted(results)


def test_many_small_jobs_share_a_few_processes() -> None:
    jobs = [Job(str(number), own_process, (number,)) for number in range(12)]
    assert len(set(run(jobs, processes=2, again=True).values())) <= 2


def test_a_large_job_has_a_process_of_its_own() -> None:
    jobs = [Job(str(number), own_process, (number,)) for number in range(4)]
    assert len(set(run(jobs, processes=2).values())) == 4


@pytest.mark.parametrize("again", [False, True])
def test_what_a_job_raises_is_raised_and_stops_the_others(again: bool, tmp_path: Path) -> None:
    jobs = [Job("slow", leave_a_mark_late, (tmp_path / "mark",)), Job("wrong", refuse, ("no such thing",))]
    with pytest.raises(ProjectError, match="no such thing"):
        run(jobs, processes=2, again=again)
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize("again", [False, True])
def test_a_process_that_is_killed_is_told_of_by_the_name_of_its_job(again: bool) -> None:
    with pytest.raises(StageFailed, match="the last straw was killed by signal 9"):
        run([Job("one", max, (1, 2)), Job("the last straw", die, ())], processes=2, again=again)


@pytest.mark.parametrize("again", [False, True])
def test_what_jobs_report_is_heard_under_their_names(again: bool) -> None:
    heard: dict[str, int] = {}
    jobs = [Job(name, report_and_return, (amount,)) for name, amount in (("a", 3), ("b", 5), ("c", 7))]
    run(jobs, processes=2, again=again, reported=lambda name, amount: heard.update({name: heard.get(name, 0) + amount}))
    assert heard == {"a": 3, "b": 5, "c": 7}


def variable(name: str) -> str | None:
    return os.environ.get(name)


def add(first: int, second: int) -> int:
    return first + second


@pytest.mark.parametrize("processes", [1, 2])
def test_a_job_is_given_the_results_of_those_it_waits_for_while_others_go_on(processes: int) -> None:
    jobs = [
        Job("three", add, (1, 2)),
        Job("seven", add, (ResultOf("three"), 4)),
        Job("ten", add, (ResultOf("three"), ResultOf("seven"))),
        Job("other", add, (0, 1)),
    ]
    assert run(jobs, processes=processes) == {"three": 3, "seven": 7, "ten": 10, "other": 1}


def test_a_job_starts_with_its_variables_and_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CKG_TEST_KEPT", "ours")
    jobs = [
        Job("with", variable, ("CKG_TEST_NEW",), {"CKG_TEST_NEW": "new", "CKG_TEST_KEPT": "other"}),
        Job("without", variable, ("CKG_TEST_NEW",)),
    ]
    assert run(jobs, processes=2) == {"with": "new", "without": None}
    assert (os.environ["CKG_TEST_KEPT"], os.environ.get("CKG_TEST_NEW")) == ("ours", None)
