"""A bound on the time of one regular expression on one text.

Python's engine backtracks: `^(a+)+$` on forty letters takes years, and which literals there are is for the data to say.
The engine looks for signals while it works, so that a timer can end it; only in the main thread, where signals are
handled and where builds and `ckg validate` run. Elsewhere nothing is bounded.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

REGEX_MAX_S: Final = 5.0
"""Seconds for one match."""

_SHOWN_CHARACTERS: Final = 60
_Found = TypeVar("_Found")


class PatternTooSlow(Exception):
    """A regular expression that takes too long on a text of the data."""


def bounded(match: Callable[[], _Found], pattern: str, text: str) -> _Found:
    """Return what `match` finds of a pattern in a text. Raises PatternTooSlow."""
    if threading.current_thread() is not threading.main_thread():
        return match()

    def too_slow(_number: int, _frame: FrameType | None) -> None:
        shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
        raise PatternTooSlow(f"the pattern {pattern!r} takes longer than {REGEX_MAX_S:g} s on {shown!r}")

    before = signal.signal(signal.SIGALRM, too_slow)
    signal.setitimer(signal.ITIMER_REAL, REGEX_MAX_S)
    try:
        return match()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
