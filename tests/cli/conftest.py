"""Small projects to run the command line on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .command import Ckg, Place


@pytest.fixture
def ckg(tmp_path: Path) -> Ckg:
    return Ckg(tmp_path)


@pytest.fixture
def project(tmp_path: Path) -> Place:
    """A project as `ckg init` makes it."""
    folder = tmp_path / "project"
    Ckg(tmp_path)("init", folder)
    return Place(folder, Ckg(folder))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `ckg init` makes it, with a release; it is copied, never changed."""
    folder = tmp_path_factory.mktemp("built") / "project"
    Ckg(folder.parent)("init", folder)
    Ckg(folder)("build")
    return folder


@pytest.fixture
def published(tmp_path: Path, built_once: Path) -> Place:
    """A project with a release."""
    folder = tmp_path / "project"
    shutil.copytree(built_once, folder)
    return Place(folder, Ckg(folder))
