"""Functions that remember what they have returned, up to a number of bytes, arguments and results counted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, Generic, ParamSpec, TypeVar

from ckg.model.byte_lru import footprint

P = ParamSpec("P")
R = TypeVar("R")

_ENTRY_BYTES: Final = 200  # of the dictionary, and of objects that cannot be measured
_SHARE: Final = 64  # one entry may take so large a part


class Memo(Generic[P, R]):
    """A function that remembers its latest results; safe to use from several threads, and made for many readers.

    Arguments must be hashable. `size` says how many bytes they and a result take, where that is known more simply.
    What the function raises is not remembered. When the bytes are used up, what was remembered first is forgotten
    first; a result that is large beside them is not remembered.

    >>> double = Memo(lambda text: text * 2, max_bytes=1 << 20)
    >>> double("ab"), double.held > 0
    ('abab', True)
    """

    def __init__(
        self, function: Callable[P, R], *, max_bytes: int, size: Callable[[tuple[Any, ...], R], int] | None = None
    ) -> None:
        self._function = function
        self._size = size or _size
        self._max_bytes = max_bytes
        self._kept: dict[tuple[Any, ...], tuple[R, int]] = {}
        self._lock = threading.Lock()
        self.held = 0

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns for these arguments; they are given by position to be remembered."""
        if kwargs:
            return self._function(*args, **kwargs)
        found = self._kept.get(args)
        if found is not None:
            return found[0]
        made = self._function(*args, **kwargs)
        size = self._size(args, made) + _ENTRY_BYTES
        if size <= self._max_bytes // _SHARE:
            with self._lock:
                if args not in self._kept:
                    self._kept[args] = (made, size)
                    self.held += size
                while self.held > self._max_bytes:
                    _, dropped = self._kept.pop(next(iter(self._kept)))
                    self.held -= dropped
        return made


def _size(arguments: tuple[Any, ...], result: object) -> int:
    return footprint(arguments) + footprint(result)
