"""Who wants to know what the pool does."""

from __future__ import annotations

from typing import Protocol


class MetricsSink(Protocol):
    """Takes note; called from the threads that wait for answers."""

    def finished(self, form: str, outcome: str, seconds: float) -> None:
        """Take note of a question and how it ended, `seconds` after it was received."""

    def killed(self, reason: str) -> None:
        """Take note of a worker that was killed or died."""


class NullSink:
    """Does not want to know."""

    def finished(self, form: str, outcome: str, seconds: float) -> None:
        """Do nothing."""

    def killed(self, reason: str) -> None:
        """Do nothing."""
