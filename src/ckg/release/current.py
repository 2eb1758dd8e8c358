"""The folder of releases: which one is current, and how another takes its place in one step.

    <root>/current          the name of the release that is served
    <root>/<id>/            releases, never changed
    <root>/.building-*      a release in the making; left over where a build died, swept by the next one
    <root>/.lock            held while a build runs

`current` is a small file replaced by a rename, so that a reader sees the old name or the new one and nothing between.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ckg.errors import NoRelease, ReleaseError
from ckg.release.layout import MANIFEST, Release
from ckg.release.writing import naming

CURRENT = "current"
LOCK = ".lock"
BUILDING = ".building-"


def folder(root: Path) -> Path:
    """Return the folder of the current release. Raises `NoRelease` where there is none."""
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise NoRelease(f"there is no release in {root}", hint="Make one with `ckg build`.") from None
    path = root / name
    if not name or "/" in name or name.startswith(".") or not (path / MANIFEST).is_file():
        raise ReleaseError(
            f"{root / CURRENT} names {name!r}, which is not a release",
            hint="Switch to one of `ckg releases` with `ckg releases --use ID`, or build again.",
        )
    return path


def open_current(root: Path) -> Release:
    """Return the current release, opened. Raises `NoRelease` where there is none."""
    return Release(folder(root))


def releases(root: Path) -> tuple[Release, ...]:
    """Return every complete release, the newest first (by the time its manifest was written)."""
    if not root.is_dir():
        return ()
    manifests = [path for path in root.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(".")]
    manifests.sort(key=lambda path: (path.stat().st_mtime_ns, path.parent.name), reverse=True)
    return tuple(Release(path.parent) for path in manifests)


def switch(root: Path, name: str) -> Release:
    """Make the release called `name` the current one, in one atomic step; roll back is a switch to an older one."""
    if name not in {release.id for release in releases(root)}:
        raise ReleaseError(f"there is no release {name!r} in {root}", hint="`ckg releases` lists them.")
    with naming(root / CURRENT):
        handle, temporary = tempfile.mkstemp(prefix=f".{CURRENT}-", dir=root)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(root / CURRENT)
        _sync_folder(root)
    return Release(root / name)


@contextmanager
def building(root: Path) -> Iterator[Path]:
    """Hold the lock of the root and give a new, empty folder for a release in the making.

    Left-overs of builds that died are removed first; the folder itself is removed at the end unless `publish` gave it
    its name. Raises `ReleaseError` while another build is at work.
    """
    with naming(root):
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / LOCK).open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseError(
                f"another build is at work in {root}", hint="Wait until it has ended, or use another --releases folder."
            ) from None
        for left in [*root.glob(f"{BUILDING}*"), *root.glob(f".{CURRENT}-*")]:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        with naming(root):
            making = Path(tempfile.mkdtemp(prefix=BUILDING, dir=root))
            making.chmod(0o755)
        try:
            yield making
        finally:
            shutil.rmtree(making, ignore_errors=True)


def publish(root: Path, making: Path, name: str) -> Release:
    """Give a finished folder its name and make it current; where the release is there already, only switch to it."""
    if not (root / name / MANIFEST).is_file():
        with naming(root / name):
            shutil.rmtree(root / name, ignore_errors=True)
            _sync_tree(making)
            making.rename(root / name)
            _sync_folder(root)
    return switch(root, name)


def _sync_tree(top: Path) -> None:
    """Have every file on the disk before the folder gets a name that readers look for."""
    for path in top.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
