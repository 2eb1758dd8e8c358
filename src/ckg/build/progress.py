"""What a build tells about itself while it runs."""

from __future__ import annotations

from typing import Protocol


class TimeLeft(Protocol):
    """Somebody who knows how long a build will take; seconds, or None where nobody knows."""

    def left(self, stage: str) -> float | None:
        """Return the seconds that a stage still takes."""

    def left_in_all(self) -> float | None:
        """Return the seconds that the build still takes."""

    def share(self) -> float | None:
        """Return which part of the build's time is over, between 0 and 1."""


class Progress(Protocol):
    """Somebody who wants to know how far a build is."""

    def watch(self, outlook: TimeLeft) -> None:
        """Hear, before anything begins, whom to ask how long it takes."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Hear that a stage begins; `total` is its size in `unit`, None where it is not known."""

    def advance(self, stage: str, amount: int) -> None:
        """Hear that `amount` more of the stage is done."""

    def end(self, stage: str, outcome: str) -> None:
        """Hear that a stage is over; `outcome` says in a few words what came of it."""


class Silent:
    """Nobody wants to know."""

    def watch(self, outlook: TimeLeft) -> None:
        """Do not ask."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Say nothing."""

    def advance(self, stage: str, amount: int) -> None:
        """Say nothing."""

    def end(self, stage: str, outcome: str) -> None:
        """Say nothing."""
