"""A build that is killed, or finds the disk full, leaves the release that was served; the next build works."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .command import CKG, SECONDS, Ckg, Place

LABEL = "Springfield will build the bridge by 2030"
OTHER = "Springfield has other plans"


def nothing_half_made(releases: Path) -> bool:
    """Whether the folder of releases holds nothing but what belongs there: whole releases, and what builds remember."""
    hidden = {path.name for path in releases.iterdir() if path.name.startswith(".")}
    whole = all((path / "manifest.json").is_file() for path in releases.iterdir() if path.name[0].isdigit())
    return hidden <= {".lock", ".work"} and not list((releases / ".work").glob(".making-*")) and whole


@pytest.mark.parametrize("moment", [".work/.making-*", ".building-*", ".building-*/store/*"])
def test_a_kill_in_the_middle_leaves_the_old_release_and_the_next_build_works(moment: str, published: Place) -> None:
    before = published.current()
    published.change("data/promises.ttl", LABEL, OTHER)
    with subprocess.Popen([CKG, "build"], cwd=published.folder, stdout=subprocess.PIPE) as process:
        end = time.monotonic() + SECONDS
        while not any(published.releases.glob(moment)):
            assert process.poll() is None, "the build was over before it could be killed"
            assert time.monotonic() < end
        process.kill()
        assert process.wait(SECONDS) == -signal.SIGKILL
    assert published.current() == before
    assert LABEL in published.labels()
    published.ckg("build")
    assert published.current() != before
    assert OTHER in published.labels()
    assert nothing_half_made(published.releases)


def test_an_interrupt_ends_the_build_with_130_and_the_next_build_works(published: Place) -> None:
    before = published.current()
    published.change("data/promises.ttl", LABEL, OTHER)
    command = ["env", "--default-signal=INT", CKG, "build"]  # whoever runs the tests in the background ignores it
    with subprocess.Popen(
        command, cwd=published.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not any(published.releases.glob(".work/.making-*")):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert told.strip() == "interrupted"
    assert published.current() == before
    published.ckg("build")
    assert OTHER in published.labels()
    assert nothing_half_made(published.releases)


def test_a_second_build_at_the_same_time_is_sent_away(published: Place) -> None:
    published.change("data/promises.ttl", LABEL, OTHER)
    with subprocess.Popen([CKG, "build"], cwd=published.folder, stdout=subprocess.PIPE) as process:
        while not any(published.releases.glob(".work/.making-*")):
            assert process.poll() is None
        process.send_signal(signal.SIGSTOP)
        try:
            done = published.ckg("build", code=2)
        finally:
            process.send_signal(signal.SIGCONT)
        assert f"another build (process {process.pid}) is running" in done.stderr
        assert process.wait(SECONDS) == 0
    assert OTHER in published.labels()


def test_files_that_may_not_grow_leave_the_old_release_and_the_next_build_works(published: Place) -> None:
    before = published.current()
    published.change("data/promises.ttl", LABEL, OTHER)
    # Reasoning finds no room, then the store; then, with every stage done before, the first file of the release itself.
    for limit in (5_000, 40_000, 600):
        limits = (limit, limit)
        done = published.ckg("build", code=2, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))  # noqa: B023
        assert done.stderr.startswith("ckg: ")
        assert published.current() == before
    assert LABEL in published.labels()
    published.ckg("build")
    assert OTHER in published.labels()
    assert nothing_half_made(published.releases)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("free", [0, 20_000, 200_000])
def test_a_full_disk_leaves_the_old_release_and_the_next_build_works(
    free: int, project: Place, small_disk: Path
) -> None:
    place = Place(project.folder, Ckg(project.folder))
    place.change("ckg.toml", "[project]", f'[build]\nrelease = "{small_disk}"\n\n[project]')
    place.ckg("build")
    before = place.current()
    place.change("data/promises.ttl", LABEL, OTHER)
    filler = small_disk / "filler"
    room = os.statvfs(small_disk)
    filler.write_bytes(b"\0" * (room.f_bavail * room.f_bsize - free))
    done = place.ckg("build", code=2)
    assert "No space left" in done.stderr or "no space left" in done.stderr
    assert place.current() == before
    assert LABEL in place.labels()
    filler.unlink()
    place.ckg("build")
    assert OTHER in place.labels()
    assert nothing_half_made(small_disk)
