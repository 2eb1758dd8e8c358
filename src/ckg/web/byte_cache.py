"""A cache bounded by bytes, in which what several threads ask for at once is made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from ckg.query.memo import footprint

_OVERHEAD_BYTES = 512  # bytes counted for an entry beside its body


class ByteCache:
    r"""The most recently used byte strings, up to a number of bytes; 0 keeps nothing.

    >>> cache = ByteCache(1 << 20)
    >>> cache.get("a", lambda: b"made")
    b'made'
    >>> cache.get("a", lambda: b"made again")
    b'made'
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, Future[bytes]] = {}
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    @property
    def held(self) -> int:
        """Bytes held now."""
        return self._held

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what is kept under `key`, or make and keep it; an exception of `make` reaches every caller waiting."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                self.hits += 1
                return kept
            self.misses += 1
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
            self._keep(key, body)
        mine.set_result(body)
        return body

    def _keep(self, key: Hashable, body: bytes) -> None:
        size = len(body) + footprint(key) + _OVERHEAD_BYTES
        if size > self._most // 8:  # one giant must not push everything else out
            return
        self._kept[key] = body
        self._held += size
        while self._held > self._most:
            dropped, content = self._kept.popitem(last=False)
            self._held -= len(content) + footprint(dropped) + _OVERHEAD_BYTES
