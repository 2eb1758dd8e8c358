"""A release of a small project, made by the real stages, for tests that need data of their own."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from ckg.build.pipeline import Build
from ckg.model.config import read
from ckg.release import dumps, layout, manifest, store, withdrawn
from ckg.release.current import Releases
from ckg.release.layout import About, Release

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
engine = "owlrl"

[validate]
engine = "pyshacl"
"""

VOID = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix void: <http://rdfs.org/ns/void#> .
<https://data.example/kg/void#dataset> a void:Dataset, dcat:Dataset ; void:triples 1 .
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
    opened = read(folder)
    root = folder / "release"
    judge = Build(opened, root)
    judged = judge.judge(judge.inputs())
    staging = judged.inputs.staging.with_graphs([judged.inferred])
    releases = Releases(root)
    name = f"{opened.version}-{hashlib.sha256(judged.inputs.digest.encode()).hexdigest()[:12]}"
    with releases.building(), releases.making(name) as into:
        (into / layout.GRAPHS).mkdir()
        moved = []
        for graph in staging.graphs:
            path = into / layout.GRAPHS / f"{len(moved):04d}.nq"
            shutil.copy(graph.path, path)
            moved.append(replace(graph, path=path))
        staging = type(staging)(tuple(moved))
        about = About.of(opened, judged.inputs.prefixes)
        about.write(into / layout.PROJECT)
        (into / layout.DUMPS).mkdir()
        triples = dumps.union(staging, into / layout.DUMPS, about.name)
        dumps.write(staging, triples, into / layout.DUMPS, name=about.name, prefixes=about.prefixes, processes=1)
        store.build(staging, triples, into / layout.STORE)
        shutil.copy(judged.report / "report.ttl", into / layout.REPORT_TURTLE)
        (into / layout.VOID).write_text(VOID)
        before = Releases(root).current() if (root / "current").exists() else None
        withdrawn.write(triples.path, opened.base, before, into)
        manifest.write(into, release=name, inputs=judged.inputs.digest, staging=staging, counts={})
    return releases.switch(name)
