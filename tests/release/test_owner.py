"""A folder of releases belongs to one project: its name and base."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ckg.build.pipeline import Build
from ckg.errors import ReleaseError
from ckg.model import config
from ckg.model.config import Project
from ckg.release import owner
from ckg.release.current import Releases

TOML = """\
[project]
name = "{name}"
title = "T"
base = "{base}"
version = "1"
license = "https://example.org/licence"
"""
DATA = (
    "<https://one.example/id/a> <p:v> 1 .\n<https://one.example/id/b> <p:v> 1 .\n<https://two.example/id/c> <p:v> 1 .\n"
)


def project(folder: Path, name: str = "one", base: str = "https://one.example/") -> Project:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data/a.ttl").write_text(DATA)
    (folder / "ckg.toml").write_text(TOML.format(name=name, base=base))
    return config.read(folder)


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    root = tmp_path / "releases"
    Build(project(tmp_path / "one"), root).run()
    return Releases(root)


def test_a_build_writes_down_whose_the_folder_is(releases):
    assert json.loads((releases.root / "project.json").read_text()) == {"base": "https://one.example/", "name": "one"}


@pytest.mark.parametrize("recorded", [True, False])
def test_another_project_is_refused_and_nothing_is_written(releases, tmp_path, recorded):
    if not recorded:  # as versions before this one left it
        (releases.root / "project.json").unlink()
    before = sorted(releases.root.rglob("*"))
    other = project(tmp_path / "two", name="two")
    with pytest.raises(ReleaseError, match=r"`one` .*`two`") as caught:
        Build(other, releases.root).run()
    assert "--adopt" in caught.value.hint
    assert sorted(releases.root.rglob("*")) == before
    assert not (tmp_path / "two/published.tsv").exists()


def test_the_same_project_from_another_folder_is_the_same(releases, tmp_path):
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    assert Build(config.read(tmp_path / "copy"), releases.root).run().unchanged


def test_another_base_is_refused_with_what_it_means_for_the_data(releases, tmp_path):
    current = releases.current()
    moved = project(tmp_path / "one", base="https://two.example/")
    with pytest.raises(
        ReleaseError, match=r"2 of 3 subjects .* not below the new base \(2 are below the old"
    ) as caught:
        Build(moved, releases.root).run()
    assert (caught.value.place.file.name, caught.value.place.line) == ("ckg.toml", 4)
    assert "ckg build --adopt" in caught.value.hint
    assert releases.current() == current
    with pytest.raises(ReleaseError, match="holds the releases of"):
        owner.check(releases, moved)


def test_another_base_is_seen_by_the_ledger_where_there_are_no_releases_yet(releases, tmp_path):
    moved = project(tmp_path / "one", base="https://two.example/")
    with pytest.raises(ReleaseError, match="2 of 3 subjects"):
        Build(moved, tmp_path / "elsewhere").run()


def test_a_project_that_was_renamed_or_has_moved_can_adopt_its_releases(releases, tmp_path):
    moved = project(tmp_path / "one", name="new", base="https://two.example/")
    built = Build(moved, releases.root, adopt=True).run()
    assert any("2 of 3 subjects" in str(warning) for warning in built.warnings)
    assert owner.read(releases) == owner.Owner("new", "https://two.example/")
    assert Build(moved, releases.root).run().warnings == ()


def test_a_record_that_says_nothing_is_an_error(releases):
    (releases.root / "project.json").write_text("{}")
    with pytest.raises(ReleaseError, match="does not say whose"):
        owner.read(releases)
