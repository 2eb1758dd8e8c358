"""Watching the files of a project: who asks hears which have changed, once they have stopped changing.

Files are polled by their state (time, size, inode), which needs no service of the system: it works on network file
systems, in containers, and with editors that save by renaming.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from ckg.build.project_files import ROLES
from ckg.model.config import FILE_NAME, Project

INTERVAL_S = 0.5
"""Seconds between two looks at the files."""

_OTHER_FOLDERS = ("rules", "pages")
_State = Mapping[Path, tuple[int, int, int]]


def watched(project: Project, texts: Path | None = None) -> tuple[Path, ...]:
    """Return the files and folders that a build of a project reads; `texts` is a folder of source texts."""
    listed = [name for role in ROLES for name in project.get(f"build.{role.value}")]
    paths = [project.folder / name for name in (*listed, *_OTHER_FOLDERS)]
    return (project.folder / FILE_NAME, *paths, *([texts] if texts else []))


def changes(
    paths: Iterable[Path],
    *,
    interval_s: float = INTERVAL_S,
    stop: threading.Event | None = None,
    left_out: Collection[Path] = (),
) -> Iterator[frozenset[Path]]:
    """Yield, for ever, the files that were added, changed or removed since the call, and then since the last yield.

    A folder stands for all files below it. Hidden files and those that end in "~", which editors write beside the
    real ones, are left alone, and so are the files and folders that are `left_out`. A set is yielded when nothing has
    changed for one interval, so that a file that is being written is not read half. What changes while the caller works
    on a set is in the next one. Ends when `stop` is set.
    """
    look = partial(_look, tuple(paths), frozenset(left_out))
    return _changes(look, look(), interval_s, stop or threading.Event())


def _changes(
    look: Callable[[], _State], told: _State, interval_s: float, stop: threading.Event
) -> Iterator[frozenset[Path]]:
    seen = told
    while not stop.wait(interval_s):
        now = look()
        if now == seen and now != told:
            before, told = told, now
            yield frozenset(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
        seen = now


def _look(paths: Iterable[Path], left_out: Collection[Path]) -> _State:
    """Return the state of every file there is now."""
    found: dict[Path, tuple[int, int, int]] = {}
    for path in paths:
        if path.is_dir():
            for folder, names, files in os.walk(path):
                names[:] = [
                    name
                    for name in names
                    if _is_ours(name) and name != "__pycache__" and Path(folder, name) not in left_out
                ]
                for name in filter(_is_ours, files):
                    if Path(folder, name) not in left_out:
                        _add(Path(folder, name), found)
        else:
            _add(path, found)
    return found


def _add(path: Path, found: dict[Path, tuple[int, int, int]]) -> None:
    try:
        state = path.stat()
    except OSError:  # gone between the look at its folder and this one, or a link that leads nowhere
        return
    found[path] = (state.st_mtime_ns, state.st_size, state.st_ino)


def _is_ours(name: str) -> bool:
    return not name.startswith(".") and not name.endswith("~")
