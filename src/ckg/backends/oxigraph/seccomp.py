"""A seccomp filter for query workers: what reads open files, computes and answers is let through, all else is refused.

Where Landlock decides which files there are, opening a file for reading may be let through as well: RocksDB opens a
table when it is first read. The filter is a classic BPF program (Linux, userspace-api/seccomp_filter.rst). A refused
call returns EPERM. It covers every thread of the process and cannot be taken off.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Mapping
from typing import Final

# Numbers per architecture: linux/arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
_X86_64: Final = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
    "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17, "writev": 20,
    "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39, "sendto": 44, "recvfrom": 45,
    "sendmsg": 46, "recvmsg": 47, "exit": 60, "fcntl": 72, "ftruncate": 77, "gettimeofday": 96, "getrusage": 98,
    "sigaltstack": 131, "gettid": 186, "futex": 202, "restart_syscall": 219, "fadvise64": 221, "clock_gettime": 228,
    "clock_nanosleep": 230, "exit_group": 231, "tgkill": 234, "openat": 257, "ppoll": 271, "getcpu": 309,
    "getrandom": 318, "membarrier": 324, "rseq": 334, "futex_waitv": 449,
}  # fmt: skip
_AARCH64: Final = {
    "fcntl": 25, "ftruncate": 46, "openat": 56, "close": 57, "lseek": 62, "read": 63, "write": 64, "writev": 66,
    "pread64": 67, "ppoll": 73, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98, "nanosleep": 101,
    "clock_gettime": 113, "clock_nanosleep": 115, "sched_yield": 124, "restart_syscall": 128, "tgkill": 131,
    "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "getrusage": 165,
    "getcpu": 168, "gettimeofday": 169, "getpid": 172, "gettid": 178, "sendto": 206, "recvfrom": 207, "sendmsg": 211,
    "recvmsg": 212, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222, "fadvise64": 223, "mprotect": 226,
    "madvise": 233, "getrandom": 278, "membarrier": 283, "rseq": 293, "futex_waitv": 449,
}  # fmt: skip
_MACHINES: Final[Mapping[str, tuple[int, Mapping[str, int], int]]] = {
    # machine: (audit architecture, numbers, number of seccomp(2) itself)
    "x86_64": (0xC000003E, _X86_64, 317),
    "aarch64": (0xC00000B7, _AARCH64, 277),
}

_LOAD, _EQUAL, _ANY_BIT, _ABOVE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ERRNO | EPERM
_NUMBER, _ARCHITECTURE, _ARGUMENTS, _ARGUMENT_BYTES = 0, 4, 16, 8  # offsets in struct seccomp_data
_X32 = 0x40000000
_SET_MODE_FILTER, _GET_ACTION_AVAILABLE, _ALL_THREADS = 1, 2, 1
_CONDITIONAL: Final = ("tgkill", "openat", "fcntl")
_WRITING: Final = (
    os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY
)
_GET_DESCRIPTOR_FLAGS: Final = 1  # fcntl(2): F_GETFD


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def program(architecture: int, numbers: Mapping[str, int], process: int, *, opening: bool = False) -> bytes:
    """Return the filter for one architecture.

    `tgkill` is let through only towards `process` itself (abort needs it). With `opening` files may be opened, for
    reading only.

    >>> len(program(0xC000003E, {"read": 0}, 1)) % 8
    0
    """
    plain = [number for name, number in numbers.items() if name not in _CONDITIONAL]
    rows: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
        (_ABOVE, 0, 1, _X32),
        (_RETURN, 0, 0, _REFUSE),
    ]
    rows += [(_EQUAL, len(plain) - 1 - index, 0, number) for index, number in enumerate(plain[:-1])]
    rows += [(_EQUAL, 0, 1, plain[-1]), (_RETURN, 0, 0, _ALLOW)]
    if "tgkill" in numbers:
        rows += _when(numbers["tgkill"], 0, (_EQUAL, 0, 1, process))
    if opening:
        rows += _when(numbers["openat"], 2, (_ANY_BIT, 1, 0, _WRITING))
        rows += _when(numbers["fcntl"], 1, (_EQUAL, 0, 1, _GET_DESCRIPTOR_FLAGS))
    rows += [(_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("HBBI", *row) for row in rows)


def _when(number: int, argument: int, test: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """Return the rows that let one call through where a test of the low half of one argument does not jump."""
    return [
        (_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _ARGUMENTS + _ARGUMENT_BYTES * argument),
        test,
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]


def available(libc: ctypes.CDLL) -> bool:
    """Say whether the kernel takes such a filter and this machine's system calls are known here."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    action = ctypes.c_uint32(_REFUSE & 0xFFFF0000)
    return bool(libc.syscall(machine[2], _GET_ACTION_AVAILABLE, 0, ctypes.byref(action)) == 0)


def install(libc: ctypes.CDLL, *, opening: bool = False) -> bool:
    """Put the filter on every thread of this process; say whether it holds. `PR_SET_NO_NEW_PRIVS` must be set.

    With `opening` files may be opened for reading: something else must then decide which.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    architecture, numbers, itself = machine
    code = program(architecture, numbers, os.getpid(), opening=opening)
    filter_ = _Program(len(code) // 8, code)
    return bool(libc.syscall(itself, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(filter_)) == 0)
