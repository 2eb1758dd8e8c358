"""A cache bounded by bytes, in which what several threads ask for at once is made once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from ckg.model.byte_lru import ByteLru


class ByteCache:
    r"""The most recently used byte strings, up to a number of bytes; 0 keeps nothing.

    >>> cache = ByteCache(1 << 20)
    >>> cache.get("a", lambda: b"made")
    b'made'
    >>> cache.get("a", lambda: b"made again")
    b'made'
    """

    def __init__(self, max_bytes: int) -> None:
        self._cache = ByteLru[bytes](max_bytes, share_divisor=8)
        self._making: dict[Hashable, Future[bytes]] = {}
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Bytes held now."""
        return self._cache.held

    @property
    def hits(self) -> int:
        """How often something was found."""
        return self._cache.hits

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under `key`, or make and keep it; an exception of `make` reaches every caller waiting."""
        with self._lock:
            kept = self._cache.get(key)
            if kept is not None:
                return kept
            under_way = self._making.get(key)
            if under_way is None:
                mine: Future[bytes] = Future()
                self._making[key] = mine
        if under_way is not None:
            return under_way.result()
        try:
            body = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            self._cache.put(key, body, size=len(body))
        mine.set_result(body)
        return body
