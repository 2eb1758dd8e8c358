"""The memory allocator that a store is built with, and queries are evaluated with.

Oxigraph's bulk loader makes keys in one thread, millions at a time, and frees them in others. The C library's malloc
spends two fifths of the time on that, and more the longer it goes on; mimalloc is made for it. An evaluation makes and
frees small values: with mimalloc it takes a fifth less time, one that reads many literals half.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

_DISTRIBUTION = "cmeel-mimalloc"
_LIBRARY = "libmimalloc.so"
_PRELOAD = "LD_PRELOAD"
# Memory goes back to the system a second after it is free: most is wanted again sooner. A process that ends because
# there is none left says so, as with the C library: it is how a query that wants too much is told from a fault.
_OPTIONS = {"MIMALLOC_PURGE_DELAY": "1000", "MIMALLOC_SHOW_ERRORS": "1"}
# Address space is taken in pieces of this size: the bound on a query's memory counts it, wanted or not.
BOUNDED = {"MIMALLOC_ARENA_RESERVE": "32MiB"}


def environment() -> Mapping[str, str]:
    """Return the variables with which a process starts that works with a store: none where mimalloc cannot be loaded.

    It comes with `pip install 'ckg[fast]'`; without it everything is the same, later. `BOUNDED` is for a process with a
    bound on its address space.
    """
    library = _library()
    if library is None or not _loads(library):
        return {}
    return {_PRELOAD: _preloaded(library), **_OPTIONS}


def _library() -> Path | None:
    try:
        found = [file.locate() for file in files(_DISTRIBUTION) or () if file.name == _LIBRARY]
    except PackageNotFoundError:
        return None
    return Path(str(found[0])) if found else None


def _preloaded(library: Path) -> str:
    before = os.environ.get(_PRELOAD)
    return f"{before}:{library}" if before else str(library)


def _loads(library: Path) -> bool:
    """Return whether the dynamic linker takes the library; it only complains on stderr if it does not."""
    command = shutil.which("true")
    if command is None:
        return False
    tried = subprocess.run(  # noqa: S603 - no part of it comes from outside
        [command], env={**os.environ, _PRELOAD: _preloaded(library)}, capture_output=True, check=False
    )
    return tried.returncode == 0 and not tried.stderr
