"""Classes of equal terms in a proof: a forest of equations, in which two equal terms are tied by exactly one path."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable


class EqualityForest:
    """The equations (left, right, step) that joined two classes, each triple `left owl:sameAs right` derived before."""

    def __init__(self, equations: Iterable[tuple[int, int, int]]) -> None:
        self._neighbours: dict[int, list[tuple[int, tuple[int, int], int]]] = {}
        for left, right, step in equations:
            self._neighbours.setdefault(left, []).append((right, (left, right), step))
            self._neighbours.setdefault(right, []).append((left, (left, right), step))

    def members(self, term: int, step: int | None = None) -> list[int]:
        """Return all terms that equal one, itself first; with a step, those that did so by then.

        >>> EqualityForest([(1, 2, 5), (2, 3, 7)]).members(1, 5)
        [1, 2]
        """
        found, waiting = {term: None}, deque([term])
        while waiting:
            for neighbour, _, since in self._neighbours.get(waiting.popleft(), ()):
                if neighbour not in found and (step is None or since <= step):
                    found[neighbour] = None
                    waiting.append(neighbour)
        return list(found)

    def path(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the equations that lead from one term to another, or nothing if the terms are not equal.

        >>> EqualityForest([(1, 2, 5), (3, 2, 7)]).path(1, 3)
        [(1, 2), (3, 2)]
        """
        reached: dict[int, list[tuple[int, int]]] = {start: []}
        waiting = deque([start])
        while waiting and end not in reached:
            here = waiting.popleft()
            for neighbour, equation, _ in self._neighbours.get(here, ()):
                if neighbour not in reached:
                    reached[neighbour] = [*reached[here], equation]
                    waiting.append(neighbour)
        return reached.get(end, [])
