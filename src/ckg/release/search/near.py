"""Words that differ from another by a typing error or two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHORT, _LONG = 4, 8
MAX_TYPED_CHARS: Final = 40


def allowed_errors(word: str) -> int:
    """Return how many typing errors a word may have: none in a short one, two in a long one.

    >>> [allowed_errors(word) for word in ("oil", "korea", "uzbekistan")]
    [0, 1, 2]
    """
    return 0 if len(word) < _SHORT or len(word) > MAX_TYPED_CHARS else 1 if len(word) < _LONG else 2


def distance(a: str, b: str, most: int) -> int:
    """Return by how many errors two words differ: a letter too much, missing, wrong, or two in the wrong order.

    This is the optimal string alignment distance; above `most` it is `most + 1`, whatever it is.

    >>> distance("kazakstan", "kazakhstan", 2), distance("inteligence", "intelligence", 2), distance("abcd", "xyz", 2)
    (1, 1, 3)
    >>> distance("form", "from", 1)
    1
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for row, letter in enumerate(a, start=1):
        line = [row]
        for column, other in enumerate(b, start=1):
            best = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == b[column - 2] and other == a[row - 2]:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return min(last[-1], most + 1)


def nearest(word: str, candidates: Iterable[tuple[str, int]], most: int = 3) -> list[str]:
    """Return the candidates that are nearest to a word, within what is allowed; of equals, those used more often.

    `candidates` are words with how often they are used.
    """
    allowed = allowed_errors(word)
    rows = [(distance(word, other, allowed), -used, other) for other, used in candidates]
    found = sorted(row for row in rows if row[0] <= allowed)
    return [other for errors, _, other in found if errors == found[0][0]][:most]
