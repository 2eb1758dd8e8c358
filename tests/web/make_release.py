"""A release of a small project, made by the real stages, for tests that need data of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

from ckg.build.pipeline import Build
from ckg.model.config import read
from ckg.release.layout import Release

CONFIG = """
[project]
name = "small"
title = "A small project"
description = "Made for tests."
base = "https://data.example/kg/"
version = "{version}"
issued = 2026-01-02
license = "https://creativecommons.org/licenses/by/4.0/"
publisher = "Tests"
languages = ["en", "ja", "ru"]

[reason]
engine = "owl-rl"
implementation = "owlrl"

[validate]
engine = "pyshacl"

[check]  # hostile data and data cut out of others do not conform to what a project asks of its own
graph_rows = "off"
scripts = "off"
undefined_terms = "off"
undescribed_things = "off"
"""


def project(folder: Path, files: dict[str, str], version: str = "1.0") -> Path:
    """Write a project folder with the files given by their path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ckg.toml").write_text(CONFIG.format(version=version))
    for name in ("data", "ontology", "shapes"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def build(folder: Path) -> Release:
    """Build a release of a project folder and make it the current one."""
    return Build(read(folder), folder / "release").run().release
