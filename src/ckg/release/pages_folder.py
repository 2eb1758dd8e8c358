"""The pages folder of a project, on its way into a release: which files it has, and a digest of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ckg.release import layout
from ckg.release.writing import sha256

_BYTECODE = "__pycache__"


@dataclass(frozen=True, slots=True)
class PagesFiles:
    """The files of a pages folder by their path below it; `digest` identifies paths and contents, empty without any.

    `names` are the IRIs of the properties that hold names of things, as the folder says.
    """

    files: tuple[tuple[str, Path], ...]
    digest: str
    names: tuple[str, ...] = ()

    def copy(self, release: Path) -> None:
        """Copy the files into a release folder."""
        for name, path in self.files:
            target = release / layout.PAGES / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())


def read(project: Path) -> PagesFiles:
    """Return the files of the pages folder of a project folder, none where it has no such folder."""
    folder = project / layout.PAGES
    found = tuple((path.relative_to(folder).as_posix(), path) for path in files(folder))
    rows = "".join(f"{sha256(path).sha256} {name}\n" for name, path in found)
    return PagesFiles(found, hashlib.sha256(rows.encode()).hexdigest() if found else "")


def files(folder: Path) -> Iterator[Path]:
    """Yield the files of a pages folder that a release takes over, in order: no hidden file, no bytecode."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or part == _BYTECODE for part in inside):
            yield path
