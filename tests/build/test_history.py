"""The same files give the same release, whatever was built before; what was published once answers 410."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import ckg
from ckg.build.pipeline import Build, Built
from ckg.errors import ProjectError
from ckg.model import config
from ckg.release import history, ledger, manifest, withdrawn
from ckg.release.current import Releases
from ckg.release.layout import Release
from ckg.release.ledger import Ledger
from ckg.release.things import Things
from ckg.release.withdrawn import Withdrawal

BRIDGE = '<id/bridge> <p:v> "1" .\n'
TUNNEL = '<id/tunnel> <p:v> "2" .\n'
GONE = {"https://example.org/id/tunnel": Withdrawal("1")}


@pytest.fixture
def build(project):
    """Build the project with these lines as its data."""

    def run(data: str, **files: str) -> Built:
        made = project(**{"data/a.ttl": data, **files})
        return Build(made, made.folder / "release").run()

    return run


def contents(release: Release) -> dict[str, str]:
    rows = release.manifest["files"]
    return {row["path"]: row["sha256"] for row in rows} | {"manifest": (release.folder / "manifest.json").read_text()}


def gone(built: Built) -> dict[str, Withdrawal]:
    return dict(withdrawn.read(built.release.withdrawn))


def again(folder: Path, into: Path) -> Built:
    return Build(config.read(folder), into).run()


def test_what_came_and_went_is_withdrawn_and_the_release_is_another_than_before_it_came(build):
    before = build(BRIDGE)
    build(BRIDGE + TUNNEL)
    after = build(BRIDGE)
    assert gone(after) == GONE
    assert after.release.id != before.release.id
    same = build(BRIDGE)
    assert (same.release.id, same.unchanged) == (after.release.id, True)


def test_the_same_files_give_the_same_bytes_on_a_machine_that_never_built_them(build, tmp_path):
    build(BRIDGE + TUNNEL)
    folder = tmp_path / "project"
    (folder / "data/a.ttl").write_text(BRIDGE, encoding="utf-8")
    clone = tmp_path / "clone"
    shutil.copytree(folder, clone, ignore=shutil.ignore_patterns("release"))
    here, elsewhere = again(folder, folder / "release"), again(clone, tmp_path / "other-releases")
    assert here.release.id == elsewhere.release.id
    assert contents(here.release) == contents(elsewhere.release)
    assert (folder / ledger.NAME).read_bytes() == (clone / ledger.NAME).read_bytes()
    later = again(folder, tmp_path / "third")  # now with the ledger as that build has left it
    assert contents(later.release) == contents(here.release)


def test_an_older_release_that_is_deleted_changes_nothing(build, tmp_path):
    first = build(BRIDGE + TUNNEL)
    second = build(BRIDGE)
    kept = contents(second.release)
    shutil.rmtree(first.release.folder)
    shutil.rmtree(second.release.folder)
    assert contents(build(BRIDGE).release) == kept
    assert kept["withdrawn.json"]


def test_after_a_roll_back_a_build_still_knows_what_was_published(build):
    build(BRIDGE)
    last = build(BRIDGE + TUNNEL)
    Releases(last.release.folder.parent).roll_back()
    assert gone(build(BRIDGE + "<id/x> <p:v> 1 .")) == GONE


@pytest.mark.parametrize("current", [None, "", "nobody-knows\n", "\udcff\udcfe\x00"])
def test_without_a_current_release_a_build_mends_it_and_still_knows_what_was_published(build, current):
    path = build(BRIDGE + TUNNEL).release.folder.parent / "current"
    path.unlink()
    if current is not None:
        path.write_bytes(current.encode("utf-8", errors="surrogateescape"))
    built = build(BRIDGE)
    assert gone(built) == GONE
    assert Releases(path.parent).current() == built.release


def test_a_thing_that_comes_back_is_withdrawn_no_more(build):
    build(BRIDGE + TUNNEL)
    build(BRIDGE)
    assert gone(build(BRIDGE + TUNNEL)) == {}


def test_a_ledger_that_the_system_does_not_let_be_written_is_a_warning(project, monkeypatch):
    made = project(**{"data/a.ttl": BRIDGE})

    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ledger, "write", refuse)
    (warning,) = history.record(made, Things(frozenset({"id/a"})), Ledger())
    assert "Permission denied" in str(warning)
    assert "404" in warning.hint


def test_the_data_set_inside_the_package_is_never_written_to(project, monkeypatch):
    made = project(**{"data/a.ttl": BRIDGE})
    monkeypatch.setattr(ckg, "__file__", str(made.folder.parent / "__init__.py"))
    assert history.record(made, Things(frozenset({"id/a"})), Ledger()) == ()
    assert not (made.folder / ledger.NAME).exists()


def test_a_project_published_before_it_had_a_ledger_takes_over_what_its_last_release_knows(build, tmp_path):
    build(BRIDGE + TUNNEL + "<id/x> <p:v> 1 .")
    build(BRIDGE + TUNNEL)
    (tmp_path / "project" / ledger.NAME).unlink()
    built = build(BRIDGE)
    assert gone(built).keys() == {"https://example.org/id/tunnel", "https://example.org/id/x"}
    (warning,) = built.warnings
    assert "was not there" in str(warning)
    assert "version control" in warning.hint
    assert build(BRIDGE).warnings == ()


def test_a_conflict_in_the_ledger_stops_the_build_and_leaves_all_as_it_was(build, tmp_path):
    first = build(BRIDGE)
    path = tmp_path / "project" / ledger.NAME
    path.write_text("<<<<<<< HEAD\nid/a\n=======\n>>>>>>> b\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="conflict"):
        build(BRIDGE + TUNNEL)
    assert Releases(first.release.folder.parent).current() == first.release
    assert path.read_text(encoding="utf-8").startswith("<<<<<<<")


def test_a_damaged_predecessor_without_a_ledger_is_a_warning(build, tmp_path):
    first = build(BRIDGE)
    (tmp_path / "project" / ledger.NAME).unlink()
    (first.release.folder / "withdrawn.json").unlink()
    (warning,) = build(BRIDGE + TUNNEL).warnings
    assert "404 instead of 410" in warning.hint


def test_old_releases_go_when_there_are_more_than_the_project_wants(build, tmp_path):
    toml = (Path(__file__).parent / "conftest.py").read_text().partition('TOML = """\\\n')[2].partition('"""')[0]
    names = [build(f'<id/a> <p:v> "{n}" .', **{"ckg.toml": f"{toml}[build]\nkeep = 2\n"}) for n in range(4)]
    left = [release.id for release in Releases(tmp_path / "project/release").all()]
    assert sorted(left) == sorted(built.release.id for built in names[2:])
    assert names[3].removed == (names[1].release.id,)
    manifest.verify(names[3].release, deep=True)
