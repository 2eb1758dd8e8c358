"""Twice the same input gives the same bytes, wherever and whenever it is built, but for the store's own files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import outside
import pytest

from ckg.release.current import Releases

from .command import Ckg, Place

ROOT = Path(__file__).parents[2]


def files(releases: Path) -> dict[str, bytes]:
    """Every file of the current release by its path, but those of the store and the list of them."""
    folder = Releases(releases).current().folder
    inside = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in sorted(inside.items())
        if not name.startswith(("store/", "store.json"))
    }


def different(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_the_shipped_data_give_the_same_bytes_from_another_folder(shipped_releases: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "copy of the project"
    copy.mkdir(parents=True)
    for name in ("data", "ontology", "rules", "shapes", "pages"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("ckg.toml", "published.tsv"):
        shutil.copy(ROOT / name, copy)
    folder = outside.source_texts()
    texts = ("--texts", folder) if folder.is_dir() else ()
    Ckg(copy)("build", *texts, timeout=600)
    first, second = files(shipped_releases), files(copy / "release")
    assert different(first, second) == []
    assert len(first) > 20


def test_a_build_knows_no_clock_and_no_environment(published: Place, tmp_path: Path) -> None:
    for path in published.folder.rglob("*.ttl"):
        os.utime(path, (0, 0))
    elsewhere = tmp_path / "again"
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1"}
    published.ckg("build", "--releases", elsewhere, env=environment)
    assert different(files(published.releases), files(elsewhere)) == []


@pytest.mark.parametrize("name", ["manifest.json", "project.json", "dumps/example.nt"])
def test_no_path_of_the_machine_is_published(name: str, published: Place, built_once: Path) -> None:
    content = files(published.releases)[name]
    assert str(built_once).encode() not in content
    assert b"/tmp/" not in content
