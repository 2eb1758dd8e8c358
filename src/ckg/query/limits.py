"""The bounds of the endpoint, as ckg.toml sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

OPERATORS: Final = 2000
"""Operators, keywords and brackets in one query outside VALUES data; the engine's stack ends at three times as many."""

WIDTHS: Final = 8
"""A query may hold so many times the patterns of its widest group."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query, and all queries together, may use.

    `seconds` runs from receipt to the last byte produced; `memory` is in MB beyond the idle worker; `rows` and `bytes`
    bound an answer; `text` (bytes), `depth` and `patterns` bound a query before it is evaluated; `workers`, `spares`
    and `queue` size the pool; `cache` is in MB; a client has `budget_seconds` of query time and `budget_errors`
    failures a minute, 0 for no bound.

    >>> Limits(seconds=2.5).memory
    1024
    """

    workers: int = 2
    spares: int = 1
    seconds: float = 10.0
    memory: int = 1024
    rows: int = 1_000_000
    bytes: int = 256_000_000
    text: int = 65_536
    depth: int = 64
    patterns: int = 64
    queue: int = 32
    cache: int = 64
    budget_seconds: float = 60.0
    budget_errors: int = 30

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Limits:
        """Return what the `limits.*` keys of the settings say, defaults where a key is missing.

        >>> Limits.of({"limits.depth": 9}).depth
        9
        """
        names = cls.__slots__
        return cls(**{name: settings[f"limits.{name}"] for name in names if f"limits.{name}" in settings})
