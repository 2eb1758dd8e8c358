"""How much of a source text its quotations give away: nobody may rebuild a text from the words quoted of it.

What counts is what can be read in the data: the quoted words with their prefixes and suffixes, every character once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_OF_A_SENTENCE = 0.9
"""The share of the letters and digits of a sentence from which on it counts as quoted whole."""

_SHORTEST_SENTENCE = 40  # letters and digits: shorter ones are headings, names, dates
_ENDS = (
    "\\n.!?\\u3002\\uff01\\uff1f"  # a line, and full stops, exclamation and question marks of Latin and Chinese scripts
)
_SENTENCE = re.compile(rf"[^{_ENDS}]*(?:[.!?](?=\S)[^{_ENDS}]*)*[{_ENDS}]?")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text that a quotation shows, prefix and suffix included: code points, the end exclusive."""

    start: int
    end: int
    quotation: str


def share(text: str, spans: Iterable[Span]) -> float:
    """Return the share of the characters of a text that the spans cover together, from 0 to 1.

    >>> share("0123456789", [Span(0, 3, "a"), Span(2, 4, "b")])
    0.4
    """
    return len(_covered(spans)) / len(text) if text else 0.0


def whole_sentences(text: str, spans: Sequence[Span]) -> list[tuple[str, list[str]]]:
    """Return the sentences that are quoted whole, by one quotation or several, and the quotations that do it.

    >>> text = "The six states agreed on a fund for the bridge across the river. It will open in 2030."
    >>> whole_sentences(text, [Span(0, 30, "a"), Span(30, 63, "b")])
    [('The six states agreed on a fund for the bridge across the river.', ['a', 'b'])]
    """
    covered = _covered(spans)
    found = []
    for sentence in _SENTENCE.finditer(text):
        spoken = [place for place in range(*sentence.span()) if text[place].isalnum()]
        if len(spoken) < _SHORTEST_SENTENCE:
            continue
        if sum(place in covered for place in spoken) >= MOST_OF_A_SENTENCE * len(spoken):
            first, last = sentence.span()
            found.append((sentence.group().strip(), [s.quotation for s in spans if s.start < last and first < s.end]))
    return found


def _covered(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}
