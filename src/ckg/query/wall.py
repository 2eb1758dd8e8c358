"""The walls around a query worker: no network, no new file, no new process, bounded memory, an end with its parent.

Each wall is put up where the platform has it; what holds is reported, never assumed. docs/endpoint.md says what each
one is for.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import Final

from ckg.query import seccomp

_LINUX: Final = sys.platform == "linux"
_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_SET_PDEATHSIG, _SET_DUMPABLE, _SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_FILES: Final = {1: 13, 2: 14, 3: 15, 4: 15}  # ABI: number of access rights to files; 16 from 5 on
_LANDLOCK_NETWORK, _LANDLOCK_SCOPE = 4, 6  # the ABI that brought each


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def leave_network() -> bool:
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


def close_in(*, memory: int, file_bytes: int, reusable: int) -> list[str]:
    """Wall this process in for good and return the names of the walls that hold.

    `memory` is how many bytes of address space it may take beyond what it has now, `file_bytes` how long a file it may
    write. `reusable` is the file descriptor that is closed and received anew; there will never be another. Everything
    it will ever need must be open and loaded.
    """
    held = []
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    size = _address_space()
    if size is not None:
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
        held.append("memory")
    if _LINUX:
        libc = _libc()
        libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if _landlock(libc):
            held.append("landlock")
    # Lowest free descriptor, not highest and one: below the highest there may be free ones.
    lowest = os.dup(0)
    while lowest < reusable:
        lowest = os.dup(
            0
        )  # holes below are filled, so that the one place that becomes free again is that of `reusable`
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, lowest))
    held.append("descriptors")
    if _LINUX and seccomp.install(libc):
        held.append("seccomp")
    return held


def _address_space() -> int | None:
    """Return the size of this process's address space in bytes, where the platform says it."""
    try:
        descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return None
    try:
        return int(os.read(descriptor, 100).split()[0]) * os.sysconf("SC_PAGE_SIZE")
    finally:
        os.close(descriptor)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


def _landlock(libc: ctypes.CDLL) -> bool:
    """Forbid this thread every access to a path, every TCP port, and signals to others, with an empty rule set."""
    version = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    rules = _Ruleset((1 << _LANDLOCK_FILES.get(version, 16)) - 1, 0, 0)
    size = 8
    if version >= _LANDLOCK_NETWORK:
        rules.network, size = 3, 16
    if version >= _LANDLOCK_SCOPE:
        rules.scoped, size = 3, 24
    descriptor = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(rules), size, 0)
    if descriptor < 0:
        return False
    try:
        return bool(libc.syscall(_LANDLOCK_RESTRICT, descriptor, 0) == 0)
    finally:
        os.close(descriptor)
