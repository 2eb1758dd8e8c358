"""The folder of releases: which there are, which one is served, and how a new one comes to be.

A release in the making lies in a hidden folder on the same file system and takes its name, in one step, when every
byte of it is on the disk. The file `current` names the release that is served, and below it those that were served
before, the latest first; it is replaced as a whole. Whatever happens in between, a reader finds a complete release.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ckg.errors import NoRelease, ReleaseError, StageFailed
from ckg.release import manifest
from ckg.release.layout import MANIFEST, Release
from ckg.release.writing import naming

CURRENT = "current"
LOCK = ".lock"

_MAKING = ".building-"
_REMOVING = ".removing-"
_REMEMBERED = 100


class Releases:
    """A folder of releases; it need not exist before the first build."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> tuple[Release, ...]:
        """Return every complete release, versions in natural order (0.9 before 0.10)."""
        if not self.root.is_dir():
            return ()
        folders = [path for path in self.root.iterdir() if path.is_dir() and not path.name.startswith(".")]
        return tuple(Release(path) for path in sorted(folders, key=_natural) if (path / MANIFEST).is_file())

    def get(self, name: str) -> Release:
        """Return the release called `name`; the beginning of a name will do if it fits only one. Raises `NoRelease`."""
        fitting = [release for release in self.all() if release.id.startswith(name)]
        exact = [release for release in fitting if release.id == name]
        if exact or len(fitting) == 1:
            return (exact or fitting)[0]
        there = ", ".join(release.id for release in self.all()) or "none"
        problem = f"the name {name!r} fits several releases" if fitting else f"there is no release {name!r}"
        raise NoRelease(f"{problem} in {self.root}", hint=f"There are: {there}.")

    def current(self) -> Release:
        """Return the release that is served. Raises `NoRelease` where there is none."""
        names = self._served()
        if self.has_current():
            return Release(self.root / names[0])
        there = [release.id for release in self.all()]
        if not names and not there:
            raise NoRelease(f"nothing has been built in {self.root} yet", hint="Make a release with `ckg build`.")
        path = self.root / CURRENT
        if names:
            problem = f"{path} names {names[0]}, which is not there or not whole"
        elif path.exists():
            problem = f"{path} names no release"
        else:
            problem = f"{path} is missing, so that none of the releases there is served"
        hint = "Make a release with `ckg build`"
        if there:
            hint += f", or serve one that is there with `ckg releases --use NAME`: {', '.join(there)}"
        raise NoRelease(problem, hint=f"{hint}.")

    def has_current(self) -> bool:
        """Whether `current` names a release that is there."""
        names = self._served()
        return bool(names) and (self.root / names[0] / MANIFEST).is_file()

    def latest(self) -> Release | None:
        """Return the release that is served; where that is gone, the one that was served last of those that are there.

        Where nobody knows what was served, it is the one that was made last. None where there is no release.
        """
        for name in self._served():
            if (self.root / name / MANIFEST).is_file():
                return Release(self.root / name)
        return max(self.all(), key=lambda release: (_made(release), release.id), default=None)

    def served(self) -> tuple[Release, ...]:
        """Return the releases that are or were served and are still there, the latest first."""
        there = {release.id: release for release in self.all()}
        return tuple(there[name] for name in self._served() if name in there)

    def switch(self, name: str) -> Release:
        """Let the release called `name` be served from now on, in one step. Raises `NoRelease`, `StageFailed`."""
        release = self.get(name)
        names = [release.id, *(served for served in self._served() if served != release.id)][:_REMEMBERED]
        path = self.root / CURRENT
        with naming(path):
            descriptor, temporary = tempfile.mkstemp(prefix=f".{CURRENT}-", dir=self.root)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write("".join(f"{served}\n" for served in names))
                    file.flush()
                    os.fchmod(file.fileno(), 0o644)
                    os.fsync(file.fileno())
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            _sync(self.root)
        return release

    def roll_back(self) -> Release:
        """Let the release be served that was served before the current one. Raises `NoRelease` where there was none.

        Rolling back twice returns to where one started.
        """
        for name in self._served()[1:]:
            if (self.root / name / MANIFEST).is_file():
                return self.switch(name)
        raise NoRelease("no other release was served before", hint="`ckg build` makes one.")

    @contextmanager
    def building(self) -> Iterator[None]:
        """Be the only build in this folder, and sweep what builds that died have left.

        The lock goes with the process that holds it, however it ends. Raises `ReleaseError` if another build runs.
        """
        with naming(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / LOCK).open("a+", encoding="utf-8")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.seek(0)
                owner = lock.read().strip()
                raise ReleaseError(
                    f"another build{f' (process {owner})' if owner else ''} is running in {self.root}",
                    hint="Wait until it has finished.",
                ) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            for left in self.root.glob(f".{CURRENT}-*"):
                left.unlink(missing_ok=True)
            for left in (*self.root.glob(f"{_MAKING}*"), *self.root.glob(f"{_REMOVING}*")):
                shutil.rmtree(left, ignore_errors=True)
            yield

    @contextmanager
    def making(self, name: str) -> Iterator[Path]:
        """Give a hidden folder to fill; afterwards it is the release `name`, or nothing if the block raised.

        Call it inside `building`. A release of that name that is whole already stays as it is, because releases are
        immutable and the name stands for the inputs; a damaged one is replaced. Raises `StageFailed`.
        """
        with naming(self.root):
            folder = Path(tempfile.mkdtemp(prefix=_MAKING, dir=self.root))
            folder.chmod(0o755)
        try:
            yield folder
            if not (folder / MANIFEST).is_file():
                raise StageFailed(f"the release {name} was left without a manifest", hint="This is a fault of ckg.")
            with naming(folder):
                _sync_tree(folder)
                self._settle(folder, name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def remove(self, name: str) -> None:
        """Delete a release that is not served. Raises `NoRelease`, `ReleaseError`."""
        release = self.get(name)
        if self._served()[:1] == [release.id]:
            raise ReleaseError(f"{release.id} is being served", hint="Switch to another release first.")
        if not self._remove_unless_held(release):
            raise ReleaseError(
                f"{release.id} is still read by a running server",
                hint="It follows the switch in a second and lets go when its last answer has ended; try again then.",
            )

    def prune(self, keep: int) -> tuple[str, ...]:
        """Delete the oldest releases until `keep` are left; return the names of those that went.

        The current release and the one served before it never go, nor one that a running server holds open. Those that
        were served later are kept before others. Call it inside `building`. Raises `StageFailed`.
        """
        served = {name: place for place, name in enumerate(self._served())}
        there = sorted(
            self.all(),
            key=lambda release: (
                served.get(release.id, len(served)),
                -_made(release),
                release.id,
            ),
        )
        with naming(self.root):
            return tuple(release.id for release in there[max(2, keep) :] if self._remove_unless_held(release))

    def _remove_unless_held(self, release: Release) -> bool:
        """Delete a release, but for one that a server has `hold` of; say whether it is gone."""
        descriptor = os.open(release.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            self._put_aside(release.folder)
        finally:
            os.close(descriptor)
        return True

    def _settle(self, folder: Path, name: str) -> None:
        target = self.root / name
        if target.is_dir():
            try:
                manifest.verify(Release(target), deep=True)
            except ReleaseError:
                self._put_aside(target)
            else:
                return
        folder.rename(target)
        _sync(self.root)

    def _put_aside(self, folder: Path) -> None:
        aside = Path(tempfile.mkdtemp(prefix=_REMOVING, dir=self.root))
        folder.rename(aside / folder.name)
        shutil.rmtree(aside, ignore_errors=True)

    def _served(self) -> list[str]:
        try:
            lines = (self.root / CURRENT).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ReleaseError(f"{self.root / CURRENT} cannot be read: {error}") from None
        # A name is one step down from the root, whatever somebody wrote into the file.
        return [line for line in lines if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)]


def hold(release: Release) -> int:
    """Keep a release from being deleted as long as it is served; return the descriptor to close afterwards.

    It is a shared lock on the folder, which goes with the process however that ends. Raises `ReleaseError`.
    """
    try:
        descriptor = os.open(release.folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise NoRelease(f"{release.folder} cannot be opened: {error.strerror or error}") from None
    with suppress(OSError):  # a file system without locks; nor can a build there tell that it may delete
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return descriptor


def _made(release: Release) -> int:
    return (release.folder / MANIFEST).stat().st_mtime_ns


def _natural(path: Path) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d+)", path.name.partition("-")[0])
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts] + [(0, 0, path.name)]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)
