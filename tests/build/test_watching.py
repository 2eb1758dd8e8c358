"""Who watches files hears of each change once, when the file is complete."""

import os
import threading
from pathlib import Path

import pytest

from ckg.build import watching
from ckg.build.watching import changes

LOOK_S = 0.01


@pytest.fixture
def watch(tmp_path):
    """Return a function that makes edits, the first before the first look that can see it, and the sets heard of."""
    stop = threading.Event()

    def heard(*edits, paths=None, left_out=()):
        told = changes(paths or [tmp_path], interval_s=LOOK_S, stop=stop, left_out=left_out)
        sets = []
        for edit in edits:
            timer = threading.Timer(5 * LOOK_S, edit)
            timer.start()
            sets.append({path.relative_to(tmp_path).as_posix() for path in next(told)})
            timer.join()
        return sets

    yield heard
    stop.set()


def test_files_that_come_change_and_go_are_told(watch, tmp_path):
    file = tmp_path / "data" / "a.ttl"

    def make():
        file.parent.mkdir()
        file.write_text("a")

    assert watch(make, lambda: file.write_text("other"), file.unlink) == [{"data/a.ttl"}] * 3


def test_a_file_saved_by_renaming_is_told_though_time_and_size_are_the_same(watch, tmp_path):
    file, new = tmp_path / "a.ttl", tmp_path / ".a.new"
    file.write_text("one")
    state = file.stat()

    def save():
        new.write_text("two")
        os.utime(new, ns=(state.st_atime_ns, state.st_mtime_ns))
        new.replace(file)

    assert watch(save) == [{"a.ttl"}]


def test_what_editors_write_beside_a_file_is_not_told(watch, tmp_path):
    def save():
        for name in (".a.ttl.swp", "a.ttl~", "a.ttl"):
            (tmp_path / name).write_text("a")

    assert watch(save) == [{"a.ttl"}]


def test_a_file_alone_can_be_watched_before_it_is_there(watch, tmp_path):
    file = tmp_path / "ckg.toml"
    assert watch(lambda: file.write_text("a"), paths=[file, tmp_path / "no-folder"]) == [{"ckg.toml"}]


def test_what_changes_before_the_first_question_is_told(tmp_path):
    told = changes([tmp_path], interval_s=LOOK_S)
    (tmp_path / "a.ttl").write_text("a")
    assert next(told) == {tmp_path / "a.ttl"}


def test_it_ends_when_it_is_told_to(tmp_path):
    stop = threading.Event()
    stop.set()
    assert list(changes([tmp_path], interval_s=LOOK_S, stop=stop)) == []


def test_all_that_a_build_reads_is_watched():
    from ckg.cli.options import find_project

    root = Path(__file__).parents[2]
    names = {path.name for path in watching.watched(find_project(root), root / "texts")}
    assert names == {"ckg.toml", "ontology", "data", "shapes", "context", "rules", "pages", "texts"}


def test_what_a_build_writes_is_left_out(watch, tmp_path):
    release = tmp_path / "release"

    def edit():
        release.mkdir()
        (release / "current").write_text("x")
        (tmp_path / "published.tsv").write_text("x")
        (tmp_path / "a.ttl").write_text("x")

    assert watch(edit, left_out=(release, tmp_path / "published.tsv")) == [{"a.ttl"}]
