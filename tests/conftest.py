"""Fixtures that every test may use: the shipped data set, built once for all test processes."""

from __future__ import annotations

import fcntl
from pathlib import Path

import outside
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shipped_releases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the folder of releases of the shipped data set, built by whichever process comes first."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    root = shared / "shipped-releases"
    with (shared / "shipped-releases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "current").exists():
            from ckg.build.pipeline import Build
            from ckg.model import config

            texts = outside.source_texts()
            Build(config.read(ROOT), root, texts=texts if texts.is_dir() else None).run()
    return root


@pytest.fixture
def found_by_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes import the modules of these tests, however pytest was started."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
