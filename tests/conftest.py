"""Fixtures that every test may use: the shipped data set, built once for all test processes, in two ways."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import outside
import pyoxigraph as ox
import pytest
from shared_folder import shared_folder
from tests import histories
from tests.histories import Edit

if TYPE_CHECKING:
    from ckg.release.layout import Release

from ckg.formats import InputFormat

ROOT = Path(__file__).parents[1]
STATES = "data/places/states.ttl"
SHIPPED_EDITS = [
    [
        Edit(STATES, '"Жапон елі"@kk', '"Жапония"@kk'),
        Edit(STATES, "<http://visitor.example/left> rdfs:label 'left'@en ; rdfs:seeAlso state:japan .", ""),
    ],
    [Edit("ontology/place.ttl", "", ", owl:SymmetricProperty"), Edit(STATES, "", "state:russia , ")],
]
"""What came to the shipped files, for a store that was gone on from."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `gone_on` on a store that was built at once."""
    left_out = {item for item in items if item.get_closest_marker("gone_on") and _at_once(item)}
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _at_once(item: pytest.Item) -> bool:
    made = getattr(item, "callspec", None)
    return made is not None and histories.AT_ONCE in made.params.values()


@pytest.fixture(scope="session")
def shipped_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of releases of the shipped data set, built by whichever process comes first."""
    with shared_folder(tmp_path_factory, "shipped-releases") as (project, first):
        root = project / "release"
        if first:
            histories.write(project, histories.read(ROOT))
            _copy_settings(project)
            _build_shipped(project, root)
    return root


@pytest.fixture(scope="session")
def shipped_releases_gone_on(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return releases of the same files as shipped, to which a curator came by several edits and builds."""
    with shared_folder(tmp_path_factory, "shipped-gone-on") as (project, first):
        root = project / "release"
        if first:
            _copy_settings(project)
            histories.go_on(project, histories.read(ROOT), SHIPPED_EDITS, lambda folder: _build_shipped(folder, root))
            histories.check(root, histories.GONE_ON)
    return root


@pytest.fixture(scope="session", params=histories.BOTH)
def shipped_each_way(request: pytest.FixtureRequest) -> Path:
    """Return the releases of the shipped data set, built at once and then gone on from: for tests of what is served."""
    made = {histories.AT_ONCE: "shipped_releases", histories.GONE_ON: "shipped_releases_gone_on"}
    releases: Path = request.getfixturevalue(made[request.param])
    return releases


def _copy_settings(project: Path) -> None:
    """Give a copy of the shipped project its settings, rules, pages and its ledger, which a build may write."""
    for name in ("ckg.toml", "published.tsv"):
        shutil.copy(ROOT / name, project)
    for name in ("rules", "pages"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))


def _build_shipped(project: Path, root: Path) -> Release:
    from ckg.build.pipeline import Build
    from ckg.model import config

    texts = outside.source_texts()
    return Build(config.read(project), root, texts=texts if texts.is_dir() else None).run().release


@pytest.fixture
def found_by_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes import the modules of these tests, however pytest was started."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1])


@pytest.fixture(scope="session")
def statements() -> Callable[[InputFormat, bytes], list[str]]:
    """Return a function from a format and a document in it to its statements, alike for isomorphic documents."""

    def read(form: InputFormat, document: bytes) -> list[str]:
        dataset = ox.Dataset(form.parse(io.BytesIO(document), "https://example.org/base/"))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return sorted(map(str, dataset))

    return read
