"""What goes wrong on a machine: workers die, releases are switched, the disk is full once."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shop.driver import family
from strangers.light import Clock
from strangers.site import Site

KILL_EVERY_S = 2.0
SWITCH_EVERY_S = 20.0
_SPOOL_MB = 1024
_FORK_SERVER = b"ckg.backends.oxigraph.fork_server"
_FULL_FILE_BYTES = 4096


def workers(server: int) -> list[int]:
    """Return the query workers below a server: processes forked from the fork server."""
    fork_servers = {number for number in family(server) if _FORK_SERVER in _command(number)}
    return [number for number in fork_servers if _parent(number) in fork_servers]


def _command(number: int) -> bytes:
    try:
        return (Path("/proc") / str(number) / "cmdline").read_bytes()
    except OSError:
        return b""


def _parent(number: int) -> int:
    try:
        return int((Path("/proc") / str(number) / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


async def kill_workers(clock: Clock, server: int) -> int:
    """Kill a worker every two seconds, each in turn; return how many were killed."""
    killed = 0
    while not clock.over:
        await asyncio.sleep(KILL_EVERY_S)
        found = sorted(await asyncio.to_thread(workers, server))
        if found:
            with suppress(ProcessLookupError):
                os.kill(found[killed % len(found)], signal.SIGKILL)
                killed += 1
    return killed


async def switch_releases(clock: Clock, site: Site) -> int:
    """Switch to the other release every twenty seconds; return how often."""
    switched = 0
    while time.monotonic() + SWITCH_EVERY_S < clock.end:
        await asyncio.sleep(SWITCH_EVERY_S)
        other = next(name for name in site.releases if name != clock.current)
        await asyncio.to_thread(site.switch, other)
        clock.current, clock.since = other, time.monotonic()
        switched += 1
    return switched


class Disk:
    """The folder for the server's temporary files, which can be full.

    With privileges it is a small tmpfs that is filled; without, files of the server may not grow (RLIMIT_FSIZE), which
    is another error number at the same places.
    """

    def __init__(self, folder: Path, *, mounted: bool) -> None:
        self.folder = folder
        self.mounted = mounted

    async def full(self, clock: Clock, server: int, after: float, seconds: float) -> str:
        """Be full once for some seconds; return how that was done."""
        await asyncio.sleep(after)
        if clock.over:
            return "not tried"
        if self.mounted:
            filler = self.folder / "filler"
            end = time.monotonic() + seconds
            with filler.open("wb") as file:
                while time.monotonic() < min(end, clock.end):
                    await asyncio.to_thread(_fill, file.fileno())
                    await asyncio.sleep(0.5)  # room that others gave back is taken as well
            filler.unlink()
            return f"a tmpfs of {_SPOOL_MB} MB was full for {seconds:.0f} s"
        limits = {number: resource.prlimit(number, resource.RLIMIT_FSIZE) for number in family(server)}
        for number, (_, hard) in limits.items():
            with suppress(OSError):
                resource.prlimit(number, resource.RLIMIT_FSIZE, (_FULL_FILE_BYTES, hard))
        await asyncio.sleep(seconds)
        soft = next(iter(limits.values()))[0]
        for number in family(server):
            with suppress(OSError):
                resource.prlimit(
                    number, resource.RLIMIT_FSIZE, (soft, resource.prlimit(number, resource.RLIMIT_FSIZE)[1])
                )
        return f"no file could grow beyond {_FULL_FILE_BYTES} bytes for {seconds:.0f} s"


def _fill(descriptor: int) -> None:
    block = bytes(1 << 20)
    with suppress(OSError):
        for _ in range(_SPOOL_MB):
            os.write(descriptor, block)
    with suppress(OSError):
        for _ in range(256):
            os.write(descriptor, block[:4096])


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Make the folder for temporary files: a small tmpfs where that is allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SPOOL_MB}m", "tmpfs", str(folder)]
    try:
        mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield Disk(folder, mounted=mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)
