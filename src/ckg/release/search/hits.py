"""Hits of a search: what was found, in which order, and the excerpt that is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from ckg.release.search.fields import Field
from ckg.release.search.folding import fold, folded_with_places, starts

_CONTEXT_CHARS: Final = 80
_SHORT_CHARS: Final = 2
_LATE: Final = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found and the text that speaks for it.

    `label` is its name in the language asked for if it has one; `kind` the name of its most specific class, `class_iri`
    that class (both may be empty); `before`, `match` and `after` are an excerpt of the text, `language` its language.
    """

    iri: str
    label: str
    label_language: str
    class_iri: str
    kind: str
    field: Field
    language: str
    before: str
    match: str
    after: str


class Match(StrEnum):
    """What the texts found have of what was typed."""

    ALL = "all of the words"
    NEAR = "words that are written nearly so"
    SOME = "some of the words"


@dataclass(frozen=True, slots=True)
class HitPage:
    """One page of hits; `total` counts all things found, and is a lower bound where `complete` is false.

    `near` are the stems that were taken in the place of words that occur nowhere.
    """

    hits: tuple[Hit, ...]
    total: int
    complete: bool
    match: Match = Match.ALL
    near: tuple[str, ...] = ()


class Way(IntEnum):
    """How a text was found; a smaller number ranks higher."""

    AS_TYPED = 0
    BY_STEM = 1
    BY_OTHER_NAME = 2
    BY_BEGINNING = 3  # of a word of one or two letters, which says little


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that was found: the number of its thing, its field and language, its rank among those found alike."""

    entity: int
    field: Field
    language: str
    text: str
    rank: tuple[int, ...]
    way: Way = Way.AS_TYPED


@dataclass(frozen=True, slots=True)
class IndexedEntity:
    """What the order of hits asks of a thing: whether it describes data, and whether it has many names."""

    describes: bool
    is_prominent: bool


def hit_order(candidate: Candidate, entity: IndexedEntity) -> tuple[int, ...]:
    """Return what hits are sorted by: names of things, then of what describes data, then all other texts."""
    tier, *rest = candidate.rank
    part = 2 * tier + (1 if entity.describes else 0) + (_LATE if candidate.way is Way.BY_BEGINNING else 0)
    return (part, candidate.way, rest[0], int(not entity.is_prominent), *rest[1:])


def found_by_stem(row: tuple[Any, ...], place: int, language: str, way: Way) -> Candidate:
    """Return a row of the index that was found by stems; `place` is its place by relevance, 0 where none counts."""
    number, entity, field, tag, text = row
    where = Field(field)
    tier = max(0, where - Field.OTHER_LABEL)
    return Candidate(entity, where, tag, text, (tier, place, where, int(tag != language), number), way)


def found_as_typed(row: tuple[Any, ...], words: list[str], language: str) -> Candidate | None:
    """Return a row of the index as what was found, None where the text has not all of the words."""
    number, entity, field, tag, text = row
    folded = fold(text)
    if not all(_is_in(word, folded) for word in words):
        return None
    where = Field(field)
    whole = " ".join(words)
    if where > Field.OTHER_LABEL or folded == whole:
        quality = 0
    elif folded.startswith(whole):
        quality = 1
    else:
        quality = 2 if any(folded.startswith(words[0], place) for place in starts(folded)) else 3
    tier = max(0, where - Field.OTHER_LABEL)
    is_weak = len(whole) <= _SHORT_CHARS and whole.isascii() and not re.search(rf"\b{re.escape(whole)}\b", folded)
    way = Way.BY_BEGINNING if is_weak else Way.AS_TYPED
    return Candidate(entity, where, tag, text, (tier, quality, where, int(tag != language), number), way)


def excerpt(text: str, words: list[str]) -> tuple[str, str, str]:
    """Return the text before the first of the folded words, that word as it is written, and the text behind it."""
    folded, places = folded_with_places(text)
    word = words[0]
    start = folded.find(word)
    if start < 0:
        return text[: 2 * _CONTEXT_CHARS], "", ""
    begin = places[start]
    end = places[start + len(word)] if start + len(word) < len(places) else len(text)
    before, after = text[:begin], text[end:]
    if len(before) > _CONTEXT_CHARS:
        before = "…" + before[-_CONTEXT_CHARS:]
    if len(after) > _CONTEXT_CHARS:
        after = after[:_CONTEXT_CHARS] + "…"
    return before, text[begin:end], after


def _is_in(word: str, folded: str) -> bool:
    """Say whether a text has a word, or a longer one with it; a number only as it is: 20 is not in 2024 or 20,000."""
    if not word.isdecimal():
        return word in folded
    return re.search(rf"(?<!\d)(?<!\d[.,]){word}(?![.,]?\d)", folded) is not None
