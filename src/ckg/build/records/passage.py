"""A passage of a source text: where words stand, what is needed to find them again, and what speaks against them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ckg.build.quoted_share import Span, whole_sentences
from ckg.errors import QuotationNotFound, SourceLocation

MOST_WORDS = 25
_LONGEST_CONTEXT = 120  # code points
_UNSPACED = "\u2e80"  # from here on scripts are written without spaces between words


@dataclass(frozen=True, slots=True)
class TextPassage:
    """Words of a text: `start` and `end` are code points, counted from 0, the end exclusive.

    `prefix` and `suffix` are empty where the words occur once; `sha256` is that of the bytes of the text; `remarks` is
    what a curator should think of before the words are quoted.
    """

    exact: str
    start: int
    end: int
    prefix: str
    suffix: str
    sha256: str
    remarks: tuple[str, ...] = ()


def find_passage(file: Path, words: str, occurrence: int = 1) -> TextPassage:
    """Find words in a text (UTF-8). Raises `QuotationNotFound` where they are not, or not so often."""
    data = file.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuotationNotFound("the text is not UTF-8", place=SourceLocation(file), hint=str(error)) from None
    if not words.strip():
        raise QuotationNotFound("there are no words to quote", place=SourceLocation(file), hint="Name some.")
    start = -1
    for _ in range(occurrence):
        start = text.find(words, start + 1)
        if start < 0:
            raise QuotationNotFound(
                f"the words {words!r} do not occur{'' if occurrence == 1 else f' {occurrence} times'}",
                place=SourceLocation(file),
                hint="Copy them exactly, with their quotation marks and spaces.",
            )
    end = start + len(words)
    prefix, suffix = context(text, start, end)
    return TextPassage(
        words, start, end, prefix, suffix, hashlib.sha256(data).hexdigest(), _remarks(text, words, start)
    )


def _remarks(text: str, words: str, start: int) -> tuple[str, ...]:
    remarks = []
    if len(words.split()) > MOST_WORDS:
        remarks.append(
            f"these are {len(words.split())} words; quote at most {MOST_WORDS}, the fewest that carry the fact"
        )
    whole = whole_sentences(text, [Span(start, start + len(words), "")])
    if whole:
        remarks.append(f"the sentence {whole[0][0][:60]!r} is quoted whole; quote a part of it")
    times = sum(text.startswith(words, place) for place in range(len(text)))
    if times > 1:
        number = sum(text.startswith(words, place) for place in range(start + 1))
        remarks.append(f"the words occur {times} times; this is number {number}, told by its prefix and suffix")
    return tuple(remarks)


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the shortest prefix and suffix, in whole words, with which a passage occurs once; both empty if it does.

    >>> context("a fund, and another fund", 2, 6), context("a fund, and another fund", 20, 24)
    (('', ','), ('another ', ''))
    """
    befores = [n for n in range(min(start, _LONGEST_CONTEXT) + 1) if _between_words(text, start - n)]
    afters = [n for n in range(min(len(text) - end, _LONGEST_CONTEXT) + 1) if _between_words(text, end + n)]
    pairs = sorted(((b, a) for b in {0, *befores} for a in {0, *afters}), key=lambda pair: (sum(pair), pair))
    for before, after in pairs:
        passage = text[start - before : end + after]
        if text.find(passage) == start - before and text.find(passage, start - before + 1) < 0:
            return text[start - before : start], text[end : end + after]
    return text[start - max(befores, default=0) : start], text[end : end + max(afters, default=0)]


def _between_words(text: str, place: int) -> bool:
    """Say whether a text can be cut at a place without cutting a word in a script that puts spaces between words."""
    left, right = text[place - 1 : place], text[place : place + 1]
    return not (left.isalnum() and right.isalnum() and left < _UNSPACED and right < _UNSPACED)
