"""The bounds of the endpoint, as ckg.toml sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ckg.model.settings import rows

MAX_OPERATORS: Final = 2000
"""Operators, keywords and brackets in one query outside VALUES data; the engine's stack ends at three times as many."""

WIDTH_FACTOR: Final = 8
"""A query may hold so many times the patterns of its widest group."""

_DEFAULT: Final[Mapping[str, Any]] = {setting.name: setting.default for setting in rows("limits")}


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one query, and all queries together, may use.

    `seconds` runs from receipt to the last byte produced; `memory` is in MB beyond the idle worker; `store_memory` is
    how many MB a store may take to be held in memory; `rows` and `bytes`
    bound an answer; `text` (bytes), `depth` and `patterns` bound a query before it is evaluated; `workers`, `spares`
    and `queue` size the pool; `cache` is in MB; a client has `budget_seconds` of query time and `budget_errors`
    failures a minute, 0 for no bound. The defaults are those of the settings (`ckg.model.settings`).

    >>> QueryLimits(seconds=2.5).memory
    1024
    """

    workers: int = _DEFAULT["workers"]
    spares: int = _DEFAULT["spares"]
    seconds: float = _DEFAULT["seconds"]
    memory: int = _DEFAULT["memory"]
    store_memory: int = _DEFAULT["store_memory"]
    rows: int = _DEFAULT["rows"]
    bytes: int = _DEFAULT["bytes"]
    text: int = _DEFAULT["text"]
    depth: int = _DEFAULT["depth"]
    patterns: int = _DEFAULT["patterns"]
    queue: int = _DEFAULT["queue"]
    cache: int = _DEFAULT["cache"]
    budget_seconds: float = _DEFAULT["budget_seconds"]
    budget_errors: int = _DEFAULT["budget_errors"]

    @property
    def slow(self) -> int:
        """Queries that take long and may be evaluated at the same time, beside `workers` short ones.

        >>> [QueryLimits(workers=number).slow for number in (1, 2, 4, 8)]
        [1, 2, 2, 4]
        """
        return min(self.workers, max(2, self.workers // 2))

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> QueryLimits:
        """Return what the `limits.*` keys of the settings say, defaults where a key is missing.

        >>> QueryLimits.of({"limits.depth": 9}).depth
        9
        """
        names = cls.__slots__
        return cls(**{name: settings[f"limits.{name}"] for name in names if f"limits.{name}" in settings})
