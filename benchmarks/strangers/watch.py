"""Memory, descriptors, processes and temporary files of a server over time."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shop.driver import family, own_memory_mb
from strangers.faults import workers
from strangers.light import Clock

MOST_GROWTH = 1.15
MOST_GROWTH_MB = 32.0
MOST_DESCRIPTORS = 40
"""What may be more in the last third than in the second: the first is the time in which caches fill."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a server held at a moment.

    Seconds since the start, memory of all its processes in MB and without the query workers, open descriptors,
    processes, MB of temporary files. What a query takes has a bound of its own and comes and goes.
    """

    at: float
    memory_mb: float
    serving_mb: float
    descriptors: int
    processes: int
    spooled_mb: float


@dataclass(slots=True)
class Watch:
    """Looks at a server once a second; `folder` is a small disk of its own for its temporary files."""

    server: int
    folder: Path | None
    looks: list[Look] = field(default_factory=list)

    async def run(self, clock: Clock) -> None:
        began = time.monotonic()
        while not clock.over:
            self.looks.append(await asyncio.to_thread(self.look, time.monotonic() - began))
            await asyncio.sleep(1.0)

    def look(self, at: float) -> Look:
        numbers = family(self.server)
        serving = own_memory_mb(self.server, without=workers(self.server))
        room = os.statvfs(self.folder) if self.folder else None
        spooled = (room.f_blocks - room.f_bfree) * room.f_frsize / 1e6 if room else 0.0
        descriptors = sum(map(_descriptors, numbers))
        return Look(at, own_memory_mb(self.server), serving, descriptors, len(numbers), spooled)

    def growth(self) -> list[str]:
        """Return what grew from the second third of the time to the last; nothing where all is flat."""
        third = len(self.looks) // 3
        if not third:
            return []
        middle, last = self.looks[third : 2 * third], self.looks[2 * third :]
        memory = [_median([look.serving_mb for look in part]) for part in (middle, last)]
        descriptors = [_median([look.descriptors for look in part]) for part in (middle, last)]
        found = []
        if memory[1] > memory[0] * MOST_GROWTH and memory[1] > memory[0] + MOST_GROWTH_MB:
            found.append(f"memory without the workers {memory[0]:.0f} -> {memory[1]:.0f} MB")
        if descriptors[1] > descriptors[0] + MOST_DESCRIPTORS:
            found.append(f"descriptors {descriptors[0]:.0f} -> {descriptors[1]:.0f}")
        return found

    def rows(self, most: int = 12) -> list[Look]:
        """Return some of what was seen, at even distances."""
        step = max(1, len(self.looks) // most)
        return self.looks[::step]


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _descriptors(number: int) -> int:
    try:
        return sum(1 for _ in (Path("/proc") / str(number) / "fd").iterdir())
    except OSError:
        return 0
