"""What a build tells about itself while it runs."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Somebody who wants to know how far a build is."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Hear that a stage begins; `total` is its size in `unit`, None where it is not known."""

    def advance(self, stage: str, amount: int) -> None:
        """Hear that `amount` more of the stage is done."""

    def end(self, stage: str, outcome: str) -> None:
        """Hear that a stage is over; `outcome` says in a few words what came of it."""


class Silent:
    """Nobody wants to know."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Say nothing."""

    def advance(self, stage: str, amount: int) -> None:
        """Say nothing."""

    def end(self, stage: str, outcome: str) -> None:
        """Say nothing."""
