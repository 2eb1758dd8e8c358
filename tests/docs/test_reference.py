"""What is not documented fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("maker", ["make_reference.py", "make_python_reference.py"])
def test_the_reference_says_what_the_code_says(maker: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / maker, "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
