"""Property paths as joins on the triple table, walked exactly as pyshacl walks them."""

# ruff: noqa: S608 - the pieces of SQL are numbers, names made here, and quoted text

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from ckg.validate.paths import Alternative, Inverse, Path, PredicatePath, Repeat, Sequence

MAX_PARTS = 8
"""Longer paths are left to pyshacl, which refuses those it finds too deep."""


class NotPrefiltered(Exception):
    """SQL cannot decide this; the message says why, in words for the plan."""


class PathCompiler:
    """Turns paths into SELECTs of pairs (f, v): focus node and value node, each pair once.

    pyshacl carries an inversion down into a sequence without turning the sequence round; so does this.
    """

    def __init__(self, identify: Callable[[str], int]) -> None:
        self._identify = identify
        self._aliases = count(1)

    def pairs(self, path: Path, nodes: str) -> str:
        """Return the pairs for the nodes of table `nodes(n)`."""
        if _parts(path) > MAX_PARTS:
            raise NotPrefiltered("a long path")
        if isinstance(path, PredicatePath):  # triples are unique, and so are the pairs
            predicate = self._identify(f"<{path.predicate}>")
            return f"SELECT s AS f, o AS v FROM triple WHERE p = {predicate} AND s IN (FROM {nodes})"
        return f"SELECT DISTINCT f, v FROM ({self._walk(path, f'SELECT n AS f, n AS v FROM {nodes}', False)})"

    def _walk(self, path: Path, start: str, inverse: bool) -> str:
        match path:
            case PredicatePath(predicate):
                return self._join(start, f"= {self._identify(f'<{predicate}>')}", inverse)
            case Inverse(inner):
                return self._walk(inner, start, not inverse)
            case Sequence(parts):
                for part in parts:
                    start = f"SELECT DISTINCT f, v FROM ({self._walk(part, start, inverse)})"
                return start
            case Alternative(parts):
                return " UNION ".join(f"({self._walk(part, start, inverse)})" for part in parts)
            case Repeat(inner, "?"):
                return f"({start}) UNION ({self._walk(inner, start, inverse)})"
            case Repeat(inner, sign):
                return self._repeat(inner, start, inverse, include_start=sign == "*")

    def _join(self, start: str, predicate: str, inverse: bool) -> str:
        near, far = ("o", "s") if inverse else ("s", "o")
        left, right = f"a{next(self._aliases)}", f"a{next(self._aliases)}"
        return (
            f"SELECT {left}.f, {right}.{far} AS v FROM ({start}) {left} "
            f"JOIN triple {right} ON {right}.{near} = {left}.v AND {right}.p {predicate}"
        )

    def _repeat(self, inner: Path, start: str, inverse: bool, *, include_start: bool) -> str:
        predicate, inverse = self._one_step(inner, inverse)
        name = f"r{next(self._aliases)}"
        base = start if include_start else self._join(start, predicate, inverse)
        again = self._join(f"SELECT f, v FROM {name}", predicate, inverse)
        return f"WITH RECURSIVE {name}(f, v) AS (({base}) UNION ({again})) SELECT f, v FROM {name}"

    def _one_step(self, path: Path, inverse: bool) -> tuple[str, bool]:
        match path:
            case PredicatePath(predicate):
                return f"= {self._identify(f'<{predicate}>')}", inverse
            case Inverse(inner):
                return self._one_step(inner, not inverse)
            case Alternative(parts) if all(isinstance(part, PredicatePath) for part in parts):
                steps = [part.predicate for part in parts if isinstance(part, PredicatePath)]
                return f"IN ({', '.join(str(self._identify(f'<{step}>')) for step in steps)})", inverse
        raise NotPrefiltered("a repeated path of several steps")


def _parts(path: Path) -> int:
    match path:
        case PredicatePath():
            return 1
        case Inverse(inner) | Repeat(inner, _):
            return 1 + _parts(inner)
        case Sequence(parts) | Alternative(parts):
            return 1 + sum(map(_parts, parts))
