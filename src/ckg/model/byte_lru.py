"""The values used last, up to a number of bytes, keys and bookkeeping counted; and how many bytes a value takes."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Final, Generic, TypeVar

V = TypeVar("V")

OVERHEAD_BYTES: Final = 1_000
"""Counted for an entry beside its key and its value."""


class ByteLru(Generic[V]):
    """Values by key, at most `max_bytes` of them; the least recently used goes first. Safe for several threads.

    A value that takes more than one part in `share_divisor` of the bytes is not kept, so that one giant does not push
    everything else out. 0 bytes keep nothing. `held` are the bytes kept now, `hits` how often something was found.

    >>> cache = ByteLru[bytes](10_000, share_divisor=8)
    >>> cache.put("a", b"made", size=4), cache.get("a"), cache.get("b")
    (None, b'made', None)
    >>> cache.put("b", b"x" * 5_000, size=5_000), cache.get("b")
    (None, None)
    """

    def __init__(self, max_bytes: int, *, share_divisor: int) -> None:
        self.max_value_bytes = max_bytes // share_divisor
        self.held = 0
        self.hits = 0
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        """Say whether something is kept under a key; that is no use of it."""
        return key in self._kept

    def get(self, key: Hashable) -> V | None:
        """Return the value kept under a key, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            self.hits += 1
            return kept[0]

    def put(self, key: Hashable, value: V, *, size: int) -> None:
        """Keep a value of so many bytes, the key not counted; what is kept under the key already stays."""
        total = size + footprint(key) + OVERHEAD_BYTES
        if total > self.max_value_bytes:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = (value, total)
            self.held += total
            while self.held > self._max_bytes:
                _, (_, dropped) = self._kept.popitem(last=False)
                self.held -= dropped


def footprint(value: object) -> int:
    """Return about how many bytes a value takes, what it holds included; what is shared is counted each time.

    >>> footprint("x" * 1000) > 1000, footprint(("x" * 1000, ["y" * 1000])) > 2000
    (True, True)
    """
    kind = type(value)
    size = sys.getsizeof(value)
    if kind in _PLAIN:
        return size
    if isinstance(value, tuple | list | set | frozenset):
        return size + sum(map(footprint, value))
    if isinstance(value, Mapping):
        return size + sum(footprint(key) + footprint(item) for key, item in value.items())
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    if names:
        return size + sum(footprint(getattr(value, name)) for name in names)
    text = getattr(value, "value", None)  # a term of pyoxigraph, which keeps its text where Python does not see it
    return size + (len(text) if isinstance(text, str) else 0)


_PLAIN: Final = frozenset({str, bytes, int, float, bool, type(None)})
_FIELDS: Final[dict[type, tuple[str, ...]]] = {}
