"""A byte that is changed in place, in a release or in the cache of stages, is never published by a later build."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.build import pipeline, publish
from ckg.build.pipeline import Build
from ckg.build.stage_cache import StageCache
from ckg.errors import PartsDisagree
from ckg.model.config import Project
from ckg.release import manifest, verification
from ckg.release.current import Releases
from ckg.release.layout import Release

MANY = "".join(f"<id/{number}> <ontology#n> {number} .\n" for number in range(300))
LABEL = '<id/a> <http://www.w3.org/2000/01/rdf-schema#label> "{}" .\n'

Make = Callable[..., Project]


def build(make: Make, label: str, root: Path, more: str = "") -> Release:
    """Build a project in which one thing has this label."""
    return Build(make(**{"data/a.ttl": MANY + LABEL.format(label) + more}), root).run().release


def labels(release: Release) -> set[str]:
    found = ox.Store.read_only(str(release.store)).query(
        "SELECT ?l { <https://example.org/id/a> <http://www.w3.org/2000/01/rdf-schema#label> ?l }"
    )
    return {row[0].value for row in found}


def content(release: Release) -> set[str]:
    return {str(quad) for quad in ox.Store.read_only(str(release.store))}


def steps(release: Release) -> int:
    return int(json.loads((release.folder / "store.json").read_text())["steps"])


def damage(path: Path, old: bytes, new: bytes) -> None:
    """Write into a file in place, as an editor that keeps size, date and inode does."""
    seen = path.stat()
    text = path.read_bytes()
    assert old in text
    with path.open("r+b") as file:
        file.write(text.replace(old, new))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


@pytest.mark.parametrize("name", ["dumps/t.nt", "graphs/0000.nq", "dumps/t.nt graphs/0000.nq"])
def test_no_old_label_comes_back_from_a_release_that_was_changed_in_place(
    project: Make, tmp_path: Path, name: str
) -> None:
    older = build(project, "Japan", tmp_path / "r")
    for each in name.split():
        damage(older.folder / each, b'"Japan"', b'"Jbpan"')
    newer = build(project, "Nippon", tmp_path / "r")
    assert labels(newer) == {"Nippon"}
    assert content(newer) == content(build(project, "Nippon", tmp_path / "clean"))
    assert verification.verify(newer).sound


def test_a_table_of_the_store_that_was_changed_in_place_is_not_taken_over(project: Make, tmp_path: Path) -> None:
    older = build(project, "Japan", tmp_path / "r")
    table = max(older.store.glob("*.sst"), key=lambda path: path.stat().st_size)
    damage(table, table.read_bytes()[:40], bytes([table.read_bytes()[0] ^ 1]) + table.read_bytes()[1:40])
    newer = build(project, "Nippon", tmp_path / "r")
    assert (steps(newer), labels(newer)) == (0, {"Nippon"})


def test_a_ghost_that_an_earlier_build_took_over_ends_with_the_next(project: Make, tmp_path: Path) -> None:
    older = build(project, "Japan", tmp_path / "r")
    store = ox.Store(str(older.store))
    store.add(ox.Quad(ox.NamedNode("x:ghost"), ox.NamedNode("x:p"), ox.Literal("v")))
    store.flush()
    del store
    content_ = json.loads((older.folder / "store.json").read_text())
    files = [path for path in older.store.iterdir() if not path.name.startswith(manifest.ROCKSDB_CHATTER)]
    content_["files"] = [
        {"path": f"store/{path.name}", "bytes": path.stat().st_size, "sha256": manifest.sha256(path).sha256}
        for path in files
    ]
    (older.folder / "store.json").write_text(json.dumps(content_))
    newer = build(project, "Nippon", tmp_path / "r")
    assert not any("ghost" in quad for quad in content(newer))
    assert steps(newer) == 0


def test_a_little_change_of_a_sound_release_is_still_gone_on_from(project: Make, tmp_path: Path) -> None:
    build(project, "Japan", tmp_path / "r")
    newer = build(project, "Nippon", tmp_path / "r")
    assert (steps(newer), labels(newer)) == (1, {"Nippon"})


def test_what_is_still_said_in_another_form_stays_in_a_store_that_is_gone_on_from(
    project: Make, tmp_path: Path
) -> None:
    build(project, "Japan", tmp_path / "r", "<id/x> <ontology#p> 01, 1 .\n")
    newer = build(project, "Japan", tmp_path / "r", "<id/x> <ontology#p> 1 .\n")
    assert steps(newer) == 1
    assert content(newer) == content(build(project, "Japan", tmp_path / "clean", "<id/x> <ontology#p> 1 .\n"))


def test_no_file_of_a_release_has_a_second_name_anywhere(project: Make, tmp_path: Path) -> None:
    build(project, "Japan", tmp_path / "r")
    newer = build(project, "Nippon", tmp_path / "r")
    assert steps(newer) == 1
    assert [path for path in newer.folder.rglob("*") if path.is_file() and path.stat().st_nlink > 1] == []


@pytest.mark.parametrize("stage", ["file", "staged", "reason"])
def test_a_result_of_a_stage_that_was_changed_in_place_is_made_again(project: Make, tmp_path: Path, stage: str) -> None:
    before = build(project, "Japan", tmp_path / "r")
    listed = manifest.digests(before)
    for path in (tmp_path / "r" / ".work" / stage).rglob("*"):
        if path.is_file() and path.name != "digests.json":
            damage(path, path.read_bytes()[:1], b"#")
    (before.folder / "void.ttl").unlink()
    again = build(project, "Japan", tmp_path / "r")
    assert {k: v for k, v in manifest.digests(again).items() if not k.startswith("store/")} == {
        k: v for k, v in listed.items() if not k.startswith("store/")
    }


def test_a_result_without_its_digests_is_made_again(tmp_path: Path) -> None:
    made = StageCache(tmp_path).make("s", "k", lambda folder: (folder / "f").write_text("x") and None)
    (made / "digests.json").unlink()
    assert StageCache(tmp_path).find("s", "k") is None


@pytest.mark.parametrize("name", ["dumps/t.ttl", "store/CURRENT", "graphs/0000.nq", "withdrawn.json"])
def test_a_current_release_that_was_changed_in_place_is_made_again(project: Make, tmp_path: Path, name: str) -> None:
    root = tmp_path / "r"
    first = build(project, "Japan", root)
    path = first.folder / name
    path.write_bytes(path.read_bytes()[:-1] + b"#")
    given = project(**{"data/a.ttl": MANY + LABEL.format("Japan")})
    built = Build(given, root).run()
    assert not built.unchanged
    assert built.release.id == first.id
    assert verification.verify(Releases(root).current()).sound
    assert Build(given, root).run().unchanged


def test_a_release_whose_parts_do_not_agree_does_not_become_current(
    project: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = build(project, "Japan", tmp_path / "r")
    fill = publish.fill

    def spoil(folder: Path, *arguments: object, **options: object) -> None:
        fill(folder, *arguments, **options)  # type: ignore[arg-type]
        path = folder / "dumps" / "t.rdf"
        path.write_bytes(path.read_bytes()[:-1] + b"#")

    monkeypatch.setattr(pipeline.publish, "fill", spoil)
    with pytest.raises(PartsDisagree, match=r"dumps/t\.rdf: changed") as raised:
        build(project, "Nippon", tmp_path / "r")
    assert "untouched" in str(raised.value.hint)
    assert Releases(tmp_path / "r").current() == older
    assert len(Releases(tmp_path / "r").all()) == 1
