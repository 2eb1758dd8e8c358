"""How long a build will still take, from the rates of earlier builds and from how far its stages are."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ckg.build.progress import Progress
from ckg.build.rates import Rates

PHASES: Final = (("file",), ("merge",), ("validate", "reason", "evidence"), ("publish",), ("finish",))
"""The stages of a build; those of one phase run side by side."""

_TRUSTED_FROM, _TRUSTED_AT = 0.1, 0.4  # shares of a stage between which its own speed takes over from the remembered


@dataclass(slots=True)
class _Stage:
    size: int | None
    begun: float
    done: int = 0
    over: bool = False


class Outlook:
    """What is known of a running build; `clock` tells seconds."""

    def __init__(self, rates: Rates, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._clock = clock
        self._stages: dict[str, _Stage] = {}
        self._begun = clock()

    def begin(self, stage: str, size: int | None) -> None:
        """Hear that a stage begins."""
        self._stages[stage] = _Stage(size, self._clock())

    def advance(self, stage: str, amount: int) -> None:
        """Hear that a stage is so much further."""
        self._stages[stage].done += amount

    def end(self, stage: str) -> None:
        """Hear that a stage is complete, and remember how fast it was."""
        state = self._stages[stage]
        state.over = True
        if state.size:
            self._rates.learn(stage, state.size, self._clock() - state.begun)

    def left(self, stage: str) -> float | None:
        """Return the seconds that a stage still takes; None where nobody knows, or it has taken longer than known."""
        state = self._stages.get(stage)
        if state is None:
            return self._rates.seconds(stage)
        if state.over:
            return 0.0
        elapsed = self._clock() - state.begun
        known = self._rates.seconds(stage, state.size)
        share = min(1.0, state.done / state.size) if state.size else 0.0
        if share == 0:
            return known - elapsed if known is not None and known > elapsed else None
        measured = elapsed * (1 - share) / share
        if known is None:
            return measured
        trust = min(1.0, max(0.0, (share - _TRUSTED_FROM) / (_TRUSTED_AT - _TRUSTED_FROM)))
        return trust * measured + (1 - trust) * (1 - share) * max(known, elapsed)

    def left_in_all(self) -> float | None:
        """Return the seconds that the build still takes: the longest stage of each phase; None where one is unknown."""
        begun = [number for number, phase in enumerate(PHASES) if any(stage in self._stages for stage in phase)]
        now = begun[-1] if begun else -1
        total = 0.0
        for number, phase in enumerate(PHASES):
            if number < now:
                continue
            # What has not begun in the present phase was found in the cache.
            stages = [stage for stage in phase if number > now or stage in self._stages]
            lefts = [self.left(stage) for stage in stages]
            if None in lefts:
                return None
            total += max((left for left in lefts if left is not None), default=0.0)
        return total

    def share(self) -> float | None:
        """Return which part of the build's time is over, between 0 and 1."""
        left = self.left_in_all()
        elapsed = self._clock() - self._begun
        return None if left is None else elapsed / (elapsed + left) if elapsed + left else 0.0


class Timed:
    """A progress that learns the rates of stages, and lets another one ask how long they take."""

    def __init__(self, progress: Progress, rates: Rates) -> None:
        self._progress = progress
        self._outlook = Outlook(rates)
        progress.watch(self._outlook)

    def watch(self, _outlook: object) -> None:
        """Do nothing: it has an outlook."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Pass on."""
        self._outlook.begin(stage, total)
        self._progress.begin(stage, total, unit)

    def advance(self, stage: str, amount: int) -> None:
        """Pass on."""
        self._outlook.advance(stage, amount)
        self._progress.advance(stage, amount)

    def end(self, stage: str, outcome: str) -> None:
        """Learn the rate and pass on."""
        self._outlook.end(stage)
        self._progress.end(stage, outcome)
