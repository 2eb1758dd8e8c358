"""A store that fits is held in memory, where a scan takes a third of the time that it takes on disk.

The fork server loads it once; the workers that it forks share its pages until they read them: the engine counts
references in what it reads, so that a page which was read is the worker's own (a scan of everything makes half of them
so). A worker that reads no file needs no opening of files, and is ready a few milliseconds after it was forked.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

import pyoxigraph as ox

from ckg.model.store_tables import SUFFIX

_LEAST_GROWTH: Final = 1.5  # in memory a store takes at least so many times what it takes on disk
_BATCH: Final = 20_000  # statements between two looks at the memory
_PIPE_BYTES: Final = 1 << 20


def load(folder: Path, max_bytes: int) -> ox.Store | None:
    """Return the statements of a store in memory; None where they need more than `max_bytes`, or cannot be read.

    This process must have one thread; it has one afterwards. The engine starts threads for a store on disk, so that
    another process reads that, and sends the statements over a pipe: terms and labels of blank nodes stay as they are.
    """
    tables = (entry.stat().st_size for entry in os.scandir(folder) if entry.name.endswith(SUFFIX))
    if sum(tables) * _LEAST_GROWTH > max_bytes:
        return None
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _send(folder, write)
    os.close(write)
    store = ox.Store()
    most = _resident_bytes() + max_bytes
    with os.fdopen(read, "rb", buffering=_PIPE_BYTES) as pipe:
        store.bulk_extend(_until(ox.parse(pipe, format=ox.RdfFormat.N_QUADS, lenient=True), most))
        fits = _resident_bytes() <= most
        if not fits:
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return store if fits and status == 0 else None


def _until(quads: Iterable[ox.Quad], most: int) -> Iterator[ox.Quad]:
    """Yield statements for as long as this process takes no more memory than `most` bytes."""
    waiting = iter(quads)
    while _resident_bytes() <= most and (batch := list(islice(waiting, _BATCH))):
        yield from batch


def _send(folder: Path, pipe: int) -> NoReturn:
    code = 1
    try:
        with os.fdopen(pipe, "wb", buffering=_PIPE_BYTES) as out:
            ox.Store.read_only(str(folder)).dump(out, format=ox.RdfFormat.N_QUADS)
        code = 0
    except (OSError, ValueError) as error:
        print(f"the store cannot be loaded into memory: {error}", file=sys.stderr)
    finally:
        os._exit(code)


def _resident_bytes() -> int:
    """Return the memory that this process takes; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
