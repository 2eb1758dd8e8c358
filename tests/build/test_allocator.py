"""The allocator of processes that work with a store: used where it loads, done without where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckg import allocator
from ckg.process_jobs import Job, run

pytestmark = pytest.mark.usefixtures("found_by_other_processes")


def libraries_of_this_process() -> str:
    return Path("/proc/self/maps").read_text(encoding="utf-8")


def test_a_job_with_its_environment_runs_on_mimalloc() -> None:
    environment = allocator.environment()
    if not environment:
        pytest.skip("ckg[fast] is not installed, or its library does not load here")
    maps = run([Job("a", libraries_of_this_process, (), environment), Job("b", libraries_of_this_process, ())])
    assert "libmimalloc" in maps["a"]
    assert "libmimalloc" not in maps["b"]


def test_what_is_preloaded_already_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library = tmp_path / "libmimalloc.so"
    monkeypatch.setattr(allocator, "_library", lambda: library)
    monkeypatch.setattr(allocator, "_loads", lambda _: True)
    monkeypatch.setenv("LD_PRELOAD", "/lib/other.so")
    assert allocator.environment()["LD_PRELOAD"] == f"/lib/other.so:{library}"


def test_a_library_that_does_not_load_is_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library = tmp_path / "libmimalloc.so"
    library.write_bytes(b"no library")
    monkeypatch.setattr(allocator, "_library", lambda: library)
    assert allocator.environment() == {}


def test_a_machine_without_the_package_builds_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator, "_DISTRIBUTION", "no-such-package-anywhere")
    assert allocator.environment() == {}
