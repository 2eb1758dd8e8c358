"""The one cache there is: bounded by bytes, keys and bookkeeping counted, and what several ask for at once made once.

Also: functions that remember what they have returned (`Memo`), and how many bytes a value takes (`footprint`).
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Final, Generic, ParamSpec, TypeVar

V = TypeVar("V")
P = ParamSpec("P")
R = TypeVar("R")

OVERHEAD_BYTES: Final = 400
"""Counted for an entry beside its key and its value: a place in a dictionary, a link of a list, a tuple."""

_MEMO_SHARE_DIVISOR: Final = 64


class InFlight(Generic[V]):
    """One value that is being made, and those who wait for it."""

    def __init__(self) -> None:
        self.followers = 0
        self.value: V | None = None
        self.error: BaseException | None = None
        self._completed: threading.Event | None = None

    def join(self) -> None:
        """Have one more wait for it."""
        self.followers += 1
        self._completed = self._completed or threading.Event()

    def complete(self, value: V | None, error: BaseException | None) -> None:
        """Say how it went; nobody can join any more."""
        self.value, self.error = value, error
        if self._completed is not None:
            self._completed.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is made or has failed; say whether it is so."""
        assert self._completed is not None
        return self._completed.wait(None if seconds is None else max(0.0, seconds))


class ByteLru(Generic[V]):
    """Values by key, at most `max_bytes` of them; the least recently used goes first. Safe for several threads.

    A value that takes more than one part in `share_divisor` of the bytes is not kept, so that one giant does not push
    everything else out. 0 bytes keep nothing. `held` are the bytes kept now, `hits` how often something was found.

    >>> cache = ByteLru[bytes](10_000, share_divisor=8)
    >>> cache.put("a", b"made", size=4), cache.get("a"), cache.get("b")
    (None, b'made', None)
    >>> cache.put("b", b"x" * 5_000, size=5_000), cache.get("b")
    (None, None)
    >>> cache.make("c", lambda: b"made once", len), cache.make("c", lambda: b"not again", len)
    (b'made once', b'made once')
    """

    def __init__(self, max_bytes: int, *, share_divisor: int) -> None:
        self.max_value_bytes = max_bytes // share_divisor
        self.held = 0
        self.hits = 0
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._in_flight: dict[Hashable, InFlight[V]] = {}
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        """Say whether something is kept under a key; that is no use of it."""
        return key in self._kept

    def get(self, key: Hashable) -> V | None:
        """Return the value kept under a key, or None."""
        try:  # without the lock: pages ask thousands of times
            value = self._kept[key][0]
            self._kept.move_to_end(key)
        except KeyError:
            return None
        self.hits += 1
        return value

    def latest(self) -> list[tuple[Hashable, V]]:
        """Return all that is kept with its keys, the most recently used first; that is no use of it."""
        while True:
            try:
                return [(key, value) for key, (value, _) in reversed(list(self._kept.items()))]
            except RuntimeError:  # somebody has used or kept something meanwhile
                continue

    def make(self, key: Hashable, make: Callable[[], V], size: Callable[[V], int]) -> V:
        """Return what is kept under a key, or make and keep it; what `make` raises reaches everybody who waits."""
        found, in_flight, mine = self.join(key)
        if found is not None:
            return found
        if mine:
            try:
                made = make()
            except BaseException as error:
                self.complete(key, in_flight, None, error)
                raise
            self.complete(key, in_flight, made, None, size=size(made))
            return made
        in_flight.wait()
        if in_flight.error is not None:
            raise in_flight.error
        assert in_flight.value is not None
        return in_flight.value

    def join(self, key: Hashable) -> tuple[V | None, InFlight[V], bool]:
        """Return the kept value, or what to wait for, or what the caller must make and `complete` (True)."""
        with self._lock:
            kept = self.get(key)
            if kept is not None:
                return kept, InFlight(), False
            in_flight = self._in_flight.get(key)
            if in_flight is not None:
                in_flight.join()
                return None, in_flight, False
            in_flight = self._in_flight[key] = InFlight()
            return None, in_flight, True

    def begin(self, key: Hashable) -> InFlight[V] | None:
        """Return what the caller must make and `complete`; None where it is kept, or being made."""
        with self._lock:
            if key in self._in_flight or key in self._kept:
                return None
            in_flight = self._in_flight[key] = InFlight()
            return in_flight

    def leave(self, in_flight: InFlight[V]) -> None:
        """Wait no longer for a value."""
        with self._lock:
            in_flight.followers -= 1

    def complete(
        self,
        key: Hashable,
        in_flight: InFlight[V],
        value: V | None,
        error: BaseException | None,
        *,
        size: int = 0,
        kept: V | None = None,
    ) -> None:
        """Give what was made to those who wait, and keep it, or another form of it."""
        if value is not None:
            self.put(key, value if kept is None else kept, size=size)
        with self._lock:
            del self._in_flight[key]
        in_flight.complete(value, error)

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


class Memo(Generic[P, R]):
    """A function that remembers its latest results; safe to use from several threads.

    Arguments must be hashable, and are given by position to be remembered. `size` says how many bytes a result takes,
    where that is known more simply than by `footprint`. What the function raises is not remembered, nor a result that
    is large beside the bytes there are.

    >>> double = Memo(lambda text: text * 2, max_bytes=1 << 20)
    >>> double("ab"), double.held > 0
    ('abab', True)
    """

    def __init__(self, function: Callable[P, R], *, max_bytes: int, size: Callable[[R], int] | None = None) -> None:
        self._function = function
        self._size: Callable[[R], int] = size or footprint
        self._cache = ByteLru[tuple[R]](max_bytes, share_divisor=_MEMO_SHARE_DIVISOR)

    @property
    def held(self) -> int:
        """Bytes held now, arguments and bookkeeping counted."""
        return self._cache.held

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns for these arguments."""
        if kwargs:
            return self._function(*args, **kwargs)
        found = self._cache.get(args)
        if found is None:
            found = self._cache.make(args, lambda: (self._function(*args, **kwargs),), lambda made: self._size(made[0]))
        return found[0]


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
        for item in value:
            size += sys.getsizeof(item) if type(item) in _PLAIN else footprint(item)
        return size
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
