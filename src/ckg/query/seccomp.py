"""A seccomp filter for query workers: what reads open files, computes and answers is let through, all else is refused.

The filter is a classic BPF program (Linux, Documentation/userspace-api/seccomp_filter.rst). A refused call returns
EPERM. It covers every thread of the process and cannot be taken off.
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
    "sendmsg": 46, "recvmsg": 47, "exit": 60, "ftruncate": 77, "gettimeofday": 96, "getrusage": 98, "sigaltstack": 131,
    "gettid": 186, "futex": 202, "restart_syscall": 219, "fadvise64": 221, "clock_gettime": 228, "clock_nanosleep": 230,
    "exit_group": 231, "tgkill": 234, "ppoll": 271, "getcpu": 309, "getrandom": 318, "membarrier": 324, "rseq": 334,
    "futex_waitv": 449,
}  # fmt: skip
_AARCH64: Final = {
    "ftruncate": 46, "close": 57, "lseek": 62, "read": 63, "write": 64, "writev": 66, "pread64": 67, "ppoll": 73,
    "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98, "nanosleep": 101, "clock_gettime": 113,
    "clock_nanosleep": 115, "sched_yield": 124, "restart_syscall": 128, "tgkill": 131, "sigaltstack": 132,
    "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "getrusage": 165, "getcpu": 168,
    "gettimeofday": 169, "getpid": 172, "gettid": 178, "sendto": 206, "recvfrom": 207, "sendmsg": 211, "recvmsg": 212,
    "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222, "fadvise64": 223, "mprotect": 226, "madvise": 233,
    "getrandom": 278, "membarrier": 283, "rseq": 293, "futex_waitv": 449,
}  # fmt: skip
_MACHINES: Final[Mapping[str, tuple[int, Mapping[str, int], int]]] = {
    # machine: (audit architecture, numbers, number of seccomp(2) itself)
    "x86_64": (0xC000003E, _X86_64, 317),
    "aarch64": (0xC00000B7, _AARCH64, 277),
}

_LOAD, _EQUAL, _ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ERRNO | EPERM
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
_SET_MODE_FILTER, _ALL_THREADS = 1, 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def program(architecture: int, numbers: Mapping[str, int], process: int) -> bytes:
    """Return the filter for one architecture; `tgkill` is let through only towards `process` itself (abort needs it).

    >>> len(program(0xC000003E, {"read": 0}, 1)) % 8
    0
    """
    plain = [number for name, number in numbers.items() if name != "tgkill"]
    signal = numbers.get("tgkill")
    after = len(plain) + (3 if signal is not None else 0)
    rows: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
        (_ABOVE, after, 0, _X32),
    ]
    rows += [(_EQUAL, after - index, 0, number) for index, number in enumerate(plain)]
    if signal is not None:
        rows += [(_EQUAL, 0, 2, signal), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_EQUAL, 1, 0, process)]
    rows += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *row) for row in rows)


def install(libc: ctypes.CDLL) -> bool:
    """Put the filter on every thread of this process; say whether it holds. `PR_SET_NO_NEW_PRIVS` must be set."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    architecture, numbers, itself = machine
    code = program(architecture, numbers, os.getpid())
    filter_ = _Program(len(code) // 8, code)
    return bool(libc.syscall(itself, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(filter_)) == 0)
