"""The sandbox of a query worker: no network, no file but its store's, no new process, bounded memory.

A worker ends with its parent. Each layer is put up where the platform has it; what holds is reported, never assumed.
docs/endpoint.md says what each one is for.

RocksDB opens most tables of a store when they are first read. So a worker must be able to open files, and only those
of its store: Landlock allows reading below the store's folder, and is put up before the engine starts its threads,
which inherit it. Where Landlock or seccomp is missing no file can be opened at all, and every table must have been read
before the sandbox is entered (`ckg.model.store_tables`).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

from ckg.backends.oxigraph import seccomp

LANDLOCK: Final = "landlock"
SECCOMP: Final = "seccomp"

_LINUX: Final = sys.platform == "linux"
_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_SET_PDEATHSIG, _SET_DUMPABLE, _SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_BENEATH: Final = 1  # LANDLOCK_RULE_PATH_BENEATH
_LANDLOCK_READ: Final = 1 << 2 | 1 << 3  # LANDLOCK_ACCESS_FS_READ_FILE and _READ_DIR
_LANDLOCK_FILES: Final = {1: 13, 2: 14, 3: 15, 4: 15}  # ABI: number of access rights to files; 16 from 5 on
_LANDLOCK_NETWORK_ABI, _LANDLOCK_SCOPE_ABI = 4, 6  # the ABI that brought each


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def isolate_network() -> bool:
    """Move this process, and what it forks, to a network of its own in which there is nothing; say whether it is so.

    It must have one thread. Without privileges a user namespace is needed too.
    """
    if not _LINUX:
        return False
    libc = _libc()
    return bool(libc.unshare(_NEW_NET | _NEW_IPC) == 0 or libc.unshare(_NEW_USER | _NEW_NET | _NEW_IPC) == 0)


def end_with_parent() -> None:
    """Have the kernel kill this process when the one that forked it ends."""
    if _LINUX:
        _libc().prctl(_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def allow_reading_below(folder: Path) -> bool:
    """Forbid this process every path but reading below `folder`, every TCP port, and signals to others.

    Says whether it holds (Landlock). It holds for the threads that are started from now on, so this process must have
    one. What is open stays open.
    """
    if not _LINUX:
        return False
    libc = _libc()
    libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return _landlock(libc, folder)


def may_open_tables(*, landlock: bool, missing: Collection[str] = ()) -> bool:
    """Say whether a worker behind `landlock` may open files: only where seccomp bars all other ways out as well."""
    return landlock and SECCOMP not in missing and seccomp.available(_libc())


def open_size() -> int | None:
    """Open what says how large this process is, for `apply`: behind Landlock it cannot be opened."""
    try:
        return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def apply(
    *,
    size: int | None,
    memory: int,
    file_bytes: int,
    reusable: int,
    openable: int | None = None,
    missing: Collection[str] = (),
) -> list[str]:
    """Wall this process in for good and return the names of the sandbox layers that hold, Landlock aside.

    `size` is what `open_size` returned; `memory` is how many bytes of address space it may take beyond what it has now,
    `file_bytes` how long a file it may
    write. `reusable` is the file descriptor that is closed and received anew. `openable` is how many files may be
    opened for reading besides, None for no opening at all (`may_open_tables` says which). Everything else that it will
    ever need must be open and loaded. `missing` names layers to leave out, as on a platform that
    lacks them.
    """
    held = []
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if size is not None:
        most = _address_space(size) + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        held.append("memory")
    # Lowest free descriptor, not highest and one: below the highest there may be free ones. Holes are filled, so that
    # the one place that becomes free again is that of `reusable`.
    lowest = os.dup(0)
    while lowest < reusable:
        lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + (openable or 0), lowest + (openable or 0)))
    held.append("descriptors")
    if _LINUX:
        libc = _libc()
        libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if SECCOMP not in missing and seccomp.install(libc, opening=openable is not None):
            held.append(SECCOMP)
    return held


def _address_space(descriptor: int) -> int:
    """Return the size of this process's address space in bytes, from /proc/self/statm, and close that."""
    try:
        return int(os.read(descriptor, 100).split()[0]) * os.sysconf("SC_PAGE_SIZE")
    finally:
        os.close(descriptor)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _landlock(libc: ctypes.CDLL, folder: Path) -> bool:
    """Restrict this thread, and those it starts, to reading files below one folder."""
    version = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    rules = _Ruleset((1 << _LANDLOCK_FILES.get(version, 16)) - 1, 0, 0)
    size = 8
    if version >= _LANDLOCK_NETWORK_ABI:
        rules.network, size = 3, 16
    if version >= _LANDLOCK_SCOPE_ABI:
        rules.scoped, size = 3, 24
    descriptor = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), size, 0)
    if descriptor < 0:
        return False
    try:
        place = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            rule = _PathRule(_LANDLOCK_READ, place)
            if libc.syscall(_LANDLOCK_ADD, descriptor, _LANDLOCK_BENEATH, ctypes.byref(rule), 0) != 0:
                return False
        finally:
            os.close(place)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, descriptor, 0) == 0)
    finally:
        os.close(descriptor)
