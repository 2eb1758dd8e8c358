"""The memory of the build: what a stage made from given inputs is kept and not made again.

An entry is a folder named after its stage and the hash of its inputs. It appears under that name only when it is
complete, so a build that dies leaves nothing that a later build could mistake for a result. Each entry lists the
SHA-256 of its files; one that is no more what it lists is removed when it is asked for, and made again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from ckg.copying import copy
from ckg.process_jobs import cores

DIGESTS = "digests.json"
"""The file of an entry that lists the SHA-256 of the others."""

_BLOCK_BYTES = 1 << 20
_WORTH_THREADS_BYTES = 16 << 20


def key(*parts: object) -> str:
    """Return the hash of the parts that a result depends on.

    >>> key("a", 1) == key("a", 1), key("a", "1") == key("a1")
    (True, False)
    """
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:32]


class StageCache:
    """A folder of results, by stage and key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[Path] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, stage: str, inputs: str) -> Path | None:
        """Return the folder of a result that is there already, every file of it as it was when it was made.

        A result that has changed since is removed.
        """
        entry = self._folder / stage / inputs
        if not entry.is_dir():
            return None
        if not _is_sound(entry):
            shutil.rmtree(entry)
            return None
        self._used.add(entry)
        return entry

    def keep(self, stage: str, inputs: str) -> None:
        """Let `sweep` leave a result alone that was not asked for, because a later one was there that is made of it."""
        self._used.add(self._folder / stage / inputs)

    def make(self, stage: str, inputs: str, work: Callable[[Path], None]) -> Path:
        """Return the folder of a result; `work` fills a new folder where there is none yet.

        Whatever `work` raises leaves nothing behind.
        """
        found = self.find(stage, inputs)
        if found:
            return found
        with self.reserve(stage, inputs) as place:
            work(place.folder)
            return place.keep()

    def reserve(self, stage: str, inputs: str) -> Reserved:
        """Return a place for a result that is made elsewhere, for instance in another process."""
        return Reserved(self, self._folder, stage, inputs)

    def _keep(self, folder: Path, stage: str, inputs: str) -> Path:
        entry = self._folder / stage / inputs
        entry.parent.mkdir(exist_ok=True)
        (folder / DIGESTS).write_text(json.dumps(_digests(folder), indent=1) + "\n", encoding="utf-8")
        if entry.is_dir():
            shutil.rmtree(folder)
        else:
            folder.replace(entry)
        self._used.add(entry)
        return entry

    def sweep(self, keep: int = 2) -> None:
        """Remove results that were not used since this cache was opened, but for the `keep` newest of each stage.

        Results of single files (the stage `file`) are all removed when unused: there may be thousands.
        """
        for stage in self._folder.iterdir():
            if stage.name.startswith(".making-"):
                shutil.rmtree(stage, ignore_errors=True)
                continue
            if not stage.is_dir():
                continue
            unused = sorted(
                (entry for entry in stage.iterdir() if entry not in self._used),
                key=lambda entry: entry.stat().st_mtime_ns,
                reverse=True,
            )
            for entry in unused[0 if stage.name == "file" else keep - 1 :]:
                shutil.rmtree(entry, ignore_errors=True)


class Reserved:
    """A folder in the making; it becomes a result by `keep`, and is gone after the `with` block otherwise."""

    def __init__(self, cache: StageCache, root: Path, stage: str, inputs: str) -> None:
        self._cache, self._stage, self._inputs = cache, stage, inputs
        self.folder = Path(tempfile.mkdtemp(prefix=".making-", dir=root))

    def __enter__(self) -> Reserved:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep(self) -> Path:
        """Make the folder a result under its final name and return it."""
        return self._cache._keep(self.folder, self._stage, self._inputs)


def copy_tree(source: Path, target: Path, *, leave: Sequence[str] = ()) -> None:
    """Copy the files of a result, but for those named in `leave`, into another folder."""
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        if path.is_file() and inside.as_posix() not in (DIGESTS, *leave):
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            copy(path, target / inside)


def _is_sound(entry: Path) -> bool:
    try:
        listed = json.loads((entry / DIGESTS).read_text(encoding="utf-8"))
        return bool(listed == _digests(entry))
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.relative_to(folder) != Path(DIGESTS)]
    names = [path.relative_to(folder).as_posix() for path in paths]
    if sum(path.stat().st_size for path in paths) < _WORTH_THREADS_BYTES:
        return dict(zip(names, map(_digest, paths), strict=True))
    with ThreadPoolExecutor(cores()) as threads:  # hashing holds no lock of the interpreter
        return dict(zip(names, threads.map(_digest, paths), strict=True))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(partial(file.read, _BLOCK_BYTES), b""):
            digest.update(block)
    return digest.hexdigest()
