"""The manifest: a release is what it says it is, or somebody hears of it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.errors import ReleaseError
from ckg.formats import N_TRIPLES
from ckg.model.iris import Base
from ckg.release import dumps, manifest, store
from ckg.release.layout import Release


@pytest.fixture
def release(stage, prefixes, tmp_path) -> Release:
    return Release(build(stage, prefixes, tmp_path / "1-a"))


def build(stage, prefixes, folder: Path) -> Path:
    folder.mkdir()
    staging = stage({"a": ["<x:a> <x:p> <x:b>"], "inferred": ["<x:b> <x:p> <x:a>"]}, into=folder / "graphs")
    (folder / "dumps").mkdir()
    made, _ = dumps.write(
        staging, folder / "dumps", "ckg", prefixes=prefixes, base=Base("https://w3id.org/ckg/"), processes=1
    )
    triples = next(dump for dump in made if dump.format == N_TRIPLES)
    store.build(staging, triples, folder / "store")
    known = {dump.path: dump.sha256 for dump in made}
    manifest.write(folder, release=folder.name, inputs="ab" * 32, staging=staging, counts={"triples": 2}, known=known)
    return folder


def test_a_finished_release_is_what_its_manifest_says(release):
    manifest.verify(release, deep=False)
    manifest.verify(release, deep=True)


def test_it_lists_every_file_the_counts_the_tools_and_the_hash_of_the_inputs(release):
    content = release.manifest
    assert content["inputs"] == "ab" * 32
    assert content["counts"] == {"triples": 2}
    assert content["tools"]["pyoxigraph"] == ox.__version__
    listed = {row["path"] for row in content["files"]}
    assert {"graphs/a.nq", "graphs/inferred.nq", "dumps/ckg.ttl", "dumps/SHA256SUMS"} <= listed
    assert [graph.name for graph in release.staging.graphs] == [
        "https://w3id.org/ckg/graph/a",
        "https://w3id.org/ckg/graph/inferred",
    ]


def test_two_builds_differ_in_the_files_of_the_store_only(stage, prefixes, tmp_path):
    (tmp_path / "x").mkdir()
    first, second = build(stage, prefixes, tmp_path / "1-a"), build(stage, prefixes, tmp_path / "x/1-a")
    for path in sorted(first.rglob("*")):
        name = path.relative_to(first).as_posix()
        if path.is_file() and not name.startswith("store"):
            assert path.read_bytes() == (second / name).read_bytes(), name


@pytest.mark.parametrize("name", ["dumps/ckg.ttl", "graphs/a.nq", "dumps/SHA256SUMS"])
def test_a_changed_byte_is_found_by_the_deep_check(release, name):
    path = release.folder / name
    content = path.read_bytes()
    path.write_bytes(content[:-2] + b"~\n")
    manifest.verify(release, deep=False)
    with pytest.raises(ReleaseError, match=f"{name}: changed"):
        manifest.verify(release, deep=True)


def test_missing_longer_and_unlisted_files_are_each_named(release):
    (release.folder / "dumps/ckg.nq").unlink()
    (release.folder / "dumps/ckg.nt").write_text("more than it was and much longer than it was before the change")
    (release.folder / "dumps/extra").write_text("")
    next((release.folder / "store").glob("*.sst")).unlink()
    with pytest.raises(ReleaseError) as caught:
        manifest.verify(release, deep=False)
    text = str(caught.value)
    for part in (
        "dumps/ckg.nq: missing",
        "dumps/ckg.nt: 62 bytes instead of",
        "dumps/extra: not listed",
        ".sst: missing",
    ):
        assert part in text


def test_a_release_under_another_name_is_not_that_release(release):
    other = release.folder.rename(release.folder.with_name("9-z"))
    with pytest.raises(ReleaseError, match="belongs to the release 1-a"):
        manifest.verify(Release(other), deep=False)


def test_a_missing_or_broken_manifest_is_named(release):
    for break_it in (lambda path: path.write_text("{"), lambda path: path.write_text("[]"), lambda path: path.unlink()):
        break_it(release.folder / "manifest.json")
        with pytest.raises(ReleaseError, match=r"manifest\.json"):
            manifest.verify(Release(release.folder), deep=False)


def test_serving_the_store_changes_nothing_that_the_manifest_lists(release):
    reader = ox.Store.read_only(str(release.store))
    assert len(list(reader.quads_for_pattern(None, None, None, None))) == 4
    del reader
    manifest.verify(release, deep=True)
