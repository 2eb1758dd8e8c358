"""A clone is enough: without any neighbour folder the whole suite is collected, and says what it skips and why."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED = (
    "test_guard_w3c",
    "test_w3c_owl2rl",
    "test_w3c_evaluation",
    "test_w3c_protocol",
    "test_w3c_suite",
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `git clone` gives of the working tree: every file that git knows of, in a folder without neighbours."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    folder = tmp_path_factory.mktemp("alone") / "ckg"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def test_the_whole_suite_is_collected_in_a_bare_clone(clone: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CKG_", "PYTEST_"))}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-rs", "tests"],
        cwd=clone,
        env=environment | {"PYTHONPATH": str(clone / "src")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    skipped = [line for line in run.stdout.splitlines() if line.startswith("SKIPPED")]
    assert all("CONTRIBUTING.md" in line or " install " in line for line in skipped), skipped
    for module in SKIPPED:
        assert any(module in line for line in skipped), f"{module} does not say that its suite is absent"
    collected = re.search(r"(\d+)(?:/\d+)? tests collected", run.stdout)
    assert collected is not None
    assert int(collected[1]) > 1500
