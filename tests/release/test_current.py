"""The folder of releases: complete releases only, one of them served, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ckg.errors import NoRelease, ReleaseError, StageFailed
from ckg.model.staged import Staging
from ckg.release import manifest
from ckg.release.current import Releases, hold


def fill(folder: Path, release: str, text: str = "x") -> None:
    (folder / "dumps").mkdir()
    (folder / "dumps/a.nt").write_text(text)
    (folder / "store").mkdir()
    (folder / "store/1.sst").write_text("rocks")
    manifest.write(folder, release=release, inputs="0" * 64, staging=Staging(()), counts={})


def make(root: Path, release: str, text: str = "x") -> Releases:
    releases = Releases(root)
    with releases.building(), releases.making(release) as folder:
        fill(folder, release, text)
    return releases


def test_before_the_first_build_there_is_no_release_and_the_error_says_how_to_make_one(tmp_path):
    with pytest.raises(NoRelease) as caught:
        Releases(tmp_path / "none").current()
    assert "ckg build" in str(caught.value.hint)
    assert Releases(tmp_path / "none").all() == ()


def test_a_new_release_is_there_but_not_served_before_the_switch(tmp_path):
    releases = make(tmp_path, "0.1-aaa")
    releases.switch("0.1-aaa")
    make(tmp_path, "0.2-bbb")
    assert [release.id for release in releases.all()] == ["0.1-aaa", "0.2-bbb"]
    assert releases.current().id == "0.1-aaa"
    releases.switch("0.2-b")
    assert releases.current().id == "0.2-bbb"


def test_versions_are_listed_in_natural_order(tmp_path):
    for name in ("0.10.0-a", "0.9.0-b", "0.9.0-a", "1.0-c"):
        make(tmp_path, name)
    assert [release.id for release in Releases(tmp_path).all()] == ["0.9.0-a", "0.9.0-b", "0.10.0-a", "1.0-c"]


def test_rolling_back_serves_what_was_served_before_and_twice_returns(tmp_path):
    releases = make(tmp_path, "1-a")
    releases.switch("1-a")
    with pytest.raises(NoRelease, match="no other release"):
        releases.roll_back()
    make(tmp_path, "2-b").switch("2-b")
    assert releases.roll_back().id == "1-a"
    assert releases.current().id == "1-a"
    assert releases.roll_back().id == "2-b"


def test_a_name_that_fits_two_releases_or_none_is_refused_with_the_list(tmp_path):
    make(tmp_path, "1-a")
    releases = make(tmp_path, "1-b")
    for name in ("1-", "3", "../x", ""):
        with pytest.raises(NoRelease) as caught:
            releases.switch(name)
        assert "1-a, 1-b" in str(caught.value.hint)


def test_a_build_that_fails_leaves_nothing_and_the_current_release_served(tmp_path):
    releases = make(tmp_path, "1-a")
    releases.switch("1-a")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(RuntimeError), releases.building(), releases.making("2-b") as folder:
        (folder / "half").write_text("half")
        raise RuntimeError
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert releases.current().id == "1-a"


def test_a_folder_without_a_manifest_never_becomes_a_release(tmp_path):
    releases = Releases(tmp_path)
    with pytest.raises(StageFailed, match="manifest"), releases.building(), releases.making("1-a"):
        pass
    assert releases.all() == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from ckg.release.current import Releases, hold
releases = Releases(Path(sys.argv[1]))
with releases.building(), releases.making("2-b") as folder:
    (folder / "half").write_text("half")
    print("ready", flush=True)
    signal.pause()
"""


def test_a_killed_build_leaves_the_current_release_and_the_next_build_sweeps_and_works(tmp_path):
    releases = make(tmp_path, "1-a")
    releases.switch("1-a")
    with subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        try:
            with pytest.raises(ReleaseError, match=f"process {child.pid}"), releases.building():
                pass
        finally:
            child.send_signal(signal.SIGKILL)
    assert releases.current().id == "1-a"
    assert [release.id for release in releases.all()] == ["1-a"]
    assert list(tmp_path.glob(".building-*"))
    make(tmp_path, "2-b").switch("2-b")
    assert releases.current().id == "2-b"
    assert not list(tmp_path.glob(".building-*"))


def test_two_builds_at_once_in_one_process_are_refused_too(tmp_path):
    releases = Releases(tmp_path)
    with releases.building(), pytest.raises(ReleaseError, match="another build"), releases.building():
        pass


def test_a_whole_release_of_the_same_name_is_kept_and_a_damaged_one_replaced(tmp_path):
    releases = make(tmp_path, "1-a", "first")
    make(tmp_path, "1-a", "other")
    assert (releases.get("1-a").folder / "dumps/a.nt").read_text() == "first"
    (releases.get("1-a").folder / "dumps/a.nt").write_text("FIRST")
    make(tmp_path, "1-a", "other")
    assert (releases.get("1-a").folder / "dumps/a.nt").read_text() == "other"


def test_readers_always_find_a_complete_release_while_it_is_switched(tmp_path):
    releases = make(tmp_path, "1-a")
    make(tmp_path, "2-b")
    releases.switch("1-a")
    seen: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            release = Releases(tmp_path).current()
            assert release.manifest["release"] == release.id
            seen.add(release.id)

    reader = threading.Thread(target=look)
    reader.start()
    for turn in range(200):
        releases.switch(("2-b", "1-a")[turn % 2])
    stop.set()
    reader.join()
    assert seen <= {"1-a", "2-b"}


def test_a_damaged_file_current_is_an_error_and_leads_nowhere_else(tmp_path):
    releases = make(tmp_path, "1-a")
    for content in ("../../etc\n", "/etc\n", ".lock\n", "\n", "gone-1\n"):
        (tmp_path / "current").write_text(content)
        with pytest.raises(NoRelease):
            releases.current()


def test_the_served_release_cannot_be_removed_and_another_can(tmp_path):
    releases = make(tmp_path, "1-a")
    make(tmp_path, "2-b").switch("2-b")
    with pytest.raises(ReleaseError, match="served"):
        releases.remove("2-b")
    releases.remove("1-a")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "2-b", "current"]


def test_a_root_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StageFailed, match="file/sub"), Releases(tmp_path / "file/sub").building():
        pass


def test_where_the_current_release_is_gone_the_error_says_what_can_be_done(tmp_path):
    releases = make(tmp_path, "1-a")
    for content in (b"2-b\n", b"", b"\xff\xfe\x00", None):
        (tmp_path / "current").write_bytes(content) if content is not None else (tmp_path / "current").unlink()
        assert not releases.has_current()
        with pytest.raises(NoRelease, match="current") as caught:
            releases.current()
        assert "ckg build" in caught.value.hint
        assert "ckg releases --use" in caught.value.hint
        assert "1-a" in caught.value.hint
    assert releases.switch("1-a").id == "1-a"
    assert releases.current().id == "1-a"


def test_a_current_release_without_a_manifest_is_none(tmp_path):
    releases = make(tmp_path, "1-a")
    releases.switch("1-a")
    (tmp_path / "1-a/manifest.json").unlink()
    with pytest.raises(NoRelease, match="not whole"):
        releases.current()


def test_the_latest_release_is_the_one_served_last_of_those_that_are_there(tmp_path):
    assert Releases(tmp_path).latest() is None
    for name in ("1-a", "2-b", "3-c"):
        make(tmp_path, name).switch(name)
    releases = Releases(tmp_path)
    releases.switch("1-a")
    assert releases.latest().id == "1-a"
    (tmp_path / "current").write_text("9-z\n2-b\n1-a\n")
    assert releases.latest().id == "2-b"
    (tmp_path / "current").unlink()
    os.utime(tmp_path / "3-c/manifest.json", ns=(0, 2**62))
    assert releases.latest().id == "3-c"


def test_pruning_leaves_the_current_release_the_one_before_and_those_served_last(tmp_path):
    for name in ("1-a", "2-b", "3-c", "4-d", "5-e"):
        make(tmp_path, name).switch(name)
    releases = Releases(tmp_path)
    releases.switch("1-a")
    assert sorted(releases.prune(3)) == ["2-b", "3-c"]
    assert releases.prune(1) == ("4-d",)
    assert [release.id for release in releases.all()] == ["1-a", "5-e"]
    assert releases.roll_back().id == "5-e"


def test_a_release_that_a_running_server_holds_open_is_not_deleted(tmp_path):
    for name in ("1-a", "2-b", "3-c"):
        make(tmp_path, name).switch(name)
    releases = Releases(tmp_path)
    program = (
        "import sys, pathlib; from ckg.release.current import hold; from ckg.release.layout import Release;"
        "hold(Release(pathlib.Path(sys.argv[1]))); print('held', flush=True); sys.stdin.read()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "1-a")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout.readline() == "held\n"
        assert releases.prune(2) == ()
        with pytest.raises(ReleaseError, match="running server"):
            releases.remove("1-a")
        server.kill()  # however it ends, it lets go
    assert releases.prune(2) == ("1-a",)


def test_several_servers_may_hold_one_release(tmp_path):
    release = make(tmp_path, "1-a").get("1-a")
    for descriptor in (hold(release), hold(release)):
        os.close(descriptor)
