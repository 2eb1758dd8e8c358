from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ckg.model import config
from ckg.model.config import Project

TOML = """\
[project]
name = "t"
title = "T"
base = "https://example.org/"
version = "1"
license = "https://example.org/licence"
"""


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    """Write a project with the given files (path -> text) and read it."""

    def make(**files: str) -> Project:
        folder = tmp_path / "project"
        for name, text in {"ckg.toml": TOML, **files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return config.read(folder)

    return make
