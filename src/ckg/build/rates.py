"""How fast the stages of earlier builds were: a small file in the work folder, that a build can do without.

A small stage says little about a large one, as starting takes its time: what is remembered of earlier runs counts by
its size, and half as much each time.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

NAME: Final = "rates.json"


@dataclass(frozen=True, slots=True)
class Rate:
    """What is known of a stage: units and seconds, later runs counting more, and the size of the last run."""

    units: float
    seconds: float
    size: float

    def after(self, size: float, seconds: float) -> Rate:
        """Return what is known after one more run.

        >>> Rate(1000, 10, 1000).after(500, 20)
        Rate(units=1000.0, seconds=25.0, size=500)
        """
        return Rate(self.units / 2 + size, self.seconds / 2 + seconds, size)


class Rates:
    """The rates of the stages by name, read from a file that may be missing or broken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rates = _read(path)

    def seconds(self, stage: str, size: float | None = None) -> float | None:
        """Return how long a stage of a size takes, by default of that of its last run; None if nothing is known."""
        rate = self._rates.get(stage)
        if rate is None:
            return None
        return (rate.size if size is None else size) * rate.seconds / rate.units

    def learn(self, stage: str, size: float, seconds: float) -> None:
        """Remember a stage that is complete. A file that cannot be written is left as it is."""
        if size <= 0 or seconds < 0:
            return
        self._rates[stage] = self._rates.get(stage, Rate(0, 0, 0)).after(size, seconds)
        temporary = self._path.with_suffix(".tmp")
        with suppress(OSError):
            temporary.write_text(
                json.dumps({name: asdict(rate) for name, rate in self._rates.items()}, indent=1), encoding="utf-8"
            )
            temporary.replace(self._path)


def _read(path: Path) -> dict[str, Rate]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        rates = {
            str(stage): Rate(*(float(row[name]) for name in ("units", "seconds", "size")))
            for stage, row in rows.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return {}
    return {stage: rate for stage, rate in rates.items() if _makes_sense(rate)}


def _makes_sense(rate: Rate) -> bool:
    numbers = (rate.units, rate.seconds, rate.size)
    return all(math.isfinite(number) and number >= 0 for number in numbers) and rate.units >= 1
