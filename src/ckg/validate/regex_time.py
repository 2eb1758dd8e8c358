"""A bound on the time of one regular expression on one text.

Python's engine backtracks: `^(a+)+$` on forty letters takes years, and which literals there are is for the data to say.
The engine looks for signals while it works, so that a timer can end it; only in the main thread, where signals are
handled and where builds and `ckg validate` run. Elsewhere nothing is bounded.
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any, Final

from pyshacl.constraints.core import string_based_constraints
from rdflib.plugins.sparql import operators

REGEX_MAX_S: Final = 5.0
"""Seconds for one match."""

_SHOWN_CHARACTERS: Final = 60


class PatternTooSlow(Exception):
    """A regular expression that takes too long on a text of the data."""


class _Timed:
    """A compiled regular expression, or the module `re`, whose searches are bounded."""

    def __init__(self, real: re.Pattern[str] | ModuleType) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def compile(self, pattern: str, flags: int = 0) -> _Timed:
        return _Timed(re.compile(pattern, flags))

    def match(self, *arguments: Any) -> Any:
        return self._bounded(self._real.match, arguments)

    def search(self, *arguments: Any) -> Any:
        return self._bounded(self._real.search, arguments)

    def sub(self, *arguments: Any) -> Any:
        return self._bounded(self._real.sub, arguments)

    def _bounded(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        def too_slow(_number: int, _frame: FrameType | None) -> None:
            texts = [str(argument) for argument in arguments if isinstance(argument, str)]
            pattern = self._real.pattern if isinstance(self._real, re.Pattern) else texts[0]
            text = texts[-1] if len(texts[-1]) <= _SHOWN_CHARACTERS else f"{texts[-1][:_SHOWN_CHARACTERS]}…"
            raise PatternTooSlow(f"the pattern {pattern!r} takes longer than {REGEX_MAX_S:g} s on {text!r}")

        before = signal.signal(signal.SIGALRM, too_slow)
        signal.setitimer(signal.ITIMER_REAL, REGEX_MAX_S)
        try:
            return call(*arguments)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


@contextmanager
def patterns_bounded() -> Iterator[None]:
    """Bound the patterns of SHACL (`sh:pattern`) and of SPARQL (REGEX, REPLACE) for as long as the context lasts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    modules: tuple[Any, ...] = (string_based_constraints, operators)
    for module in modules:
        module.re = _Timed(re)
    try:
        yield
    finally:
        for module in modules:
            module.re = re
