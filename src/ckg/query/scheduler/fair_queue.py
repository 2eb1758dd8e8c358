"""A queue that is fair to clients: they take turns, each with its own in the order in which they came."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Those who wait, by client; not safe to use from several threads.

    >>> line = FairQueue()
    >>> for client, name in ("a", "a1"), ("a", "a2"), ("b", "b1"):
    ...     line.push(client, name)
    >>> [line.next(lambda client: True) for _ in range(4)]
    ['a1', 'b1', 'a2', None]
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[T]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def of(self, client: str) -> int:
        """Return how many of a client wait."""
        return len(self._waiting.get(client, ()))

    def longest(self) -> str | None:
        """Return the client with the most, or None where nobody waits."""
        return max(self._waiting, key=self.of, default=None)

    def push(self, client: str, item: T) -> None:
        """Put one at the end of its client's."""
        self._waiting.setdefault(client, deque()).append(item)
        self._length += 1

    def next(self, eligible: Callable[[str], bool]) -> T | None:
        """Take the first of the client whose turn it is among those that are eligible, or return None."""
        for client, items in self._waiting.items():
            if eligible(client):
                item = items[0]
                self._waiting.move_to_end(client)
                self.drop(client, item)
                return item
        return None

    def last(self, client: str) -> T:
        """Take the latest of a client that waits."""
        item = self._waiting[client][-1]
        self.drop(client, item)
        return item

    def drop(self, client: str, item: T) -> None:
        """Take one out, if it is still there."""
        items = self._waiting.get(client)
        if items is None or item not in items:
            return
        items.remove(item)
        self._length -= 1
        if not items:
            del self._waiting[client]
