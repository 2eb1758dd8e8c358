"""A file that was changed is read again, however much it looks as before."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from ckg.build import fingerprints
from ckg.build.fingerprints import Fingerprints

OLD, NEW = b"<a:> <b:> 1 .", b"<a:> <b:> 2 ."


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is known from an earlier build."""
    monkeypatch.setattr(fingerprints, "_TOO_RECENT_NS", 0)
    path = tmp_path / "a.ttl"
    path.write_bytes(OLD)
    time.sleep(0.05)
    known = Fingerprints(tmp_path / "known.json")
    assert known.of(path) == hashlib.sha256(OLD).hexdigest()
    known.save()
    assert str(path) in (tmp_path / "known.json").read_text()
    return path


def overwrite(path: Path) -> None:
    with path.open("r+b") as opened:  # the same file, not another one of the same name
        opened.write(NEW)


def is_seen(path: Path) -> bool:
    return Fingerprints(path.with_name("known.json")).of(path) == hashlib.sha256(NEW).hexdigest()


def test_an_edit_that_keeps_the_size_is_seen(file):
    overwrite(file)
    assert is_seen(file)


def test_an_edit_that_keeps_size_date_and_inode_is_seen(file):
    before = file.stat()
    overwrite(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    assert is_seen(file)


def test_another_file_of_the_same_name_size_and_date_is_seen(file):
    before = file.stat()
    other = file.with_name("other")
    other.write_bytes(NEW)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert is_seen(file)


def test_a_file_that_nobody_touched_is_not_read_again(file):
    known = file.with_name("known.json")
    known.write_text(known.read_text().replace(hashlib.sha256(OLD).hexdigest(), "remembered"))
    assert Fingerprints(known).of(file) == "remembered"


def test_a_file_changed_a_moment_ago_is_not_remembered(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_bytes(OLD)
    os.utime(path, ns=(0, 0))  # an old date does not make the change old
    known = Fingerprints(tmp_path / "known.json")
    known.of(path)
    known.save()
    assert (tmp_path / "known.json").read_text() == "{}"
