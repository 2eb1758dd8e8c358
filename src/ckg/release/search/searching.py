"""Searching a release: what somebody typed, as substrings of names, quotations and definitions.

Words typed are looked for as they are, all of them in one text, whatever characters they hold: nothing of them is ever
read as the syntax of a query. Work is bounded: at most 2,000 candidates and one second per search.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckg.errors import ReleaseError
from ckg.release.search.fields import Field
from ckg.release.search.folding import fold, folded_with_places, starts
from ckg.release.search.index import MAX_INDEXED_CHARS, TYPED_CHARS

_MAX_CANDIDATES = 2_000
_TIMEOUT_S = 1.0
_ASKED_TOGETHER = 500
_MAX_TYPED_CHARS = 200
_MAX_TERMS = 10
_TRIGRAM = 3
_CONTEXT_CHARS = 80
# As much of a text as the index has read: a literal of megabytes costs no more than others.
_MAX_READ_CHARS = MAX_INDEXED_CHARS
_NAMES = (Field.LABEL, Field.OTHER_LABEL, Field.LOCAL_NAME)
_LAST = "\U0010ffff"


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


@dataclass(frozen=True, slots=True)
class HitPage:
    """One page of hits; `total` counts all things found, and is a lower bound where `complete` is false."""

    hits: tuple[Hit, ...]
    total: int
    complete: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    entity: int
    field: Field
    language: str
    text: str
    rank: tuple[int, ...]


class Search:
    """The search index of a release, open for reading; may be used from several threads.

    `languages` is the order in which labels are preferred after the language asked for.
    Raises `ReleaseError` where there is no index.
    """

    def __init__(self, path: Path, languages: Sequence[str] = ("en",)) -> None:
        if not path.is_file():
            raise ReleaseError(f"{path} is missing", hint="Build the release again.")
        self._uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._languages = tuple(languages)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._opened: list[sqlite3.Connection] = []

    def close(self) -> None:
        """Close the index, in all threads that have used it; it must not be used afterwards."""
        with self._lock:
            while self._opened:
                self._opened.pop().close()

    def find(self, text: str, *, language: str | None = None, limit: int = 20, offset: int = 0) -> HitPage:
        """Return the things whose texts hold every word of `text`, names before quotations before definitions.

        Case and accents do not matter. `language` is preferred for labels and among equal hits. An empty `text` finds
        nothing.
        """
        words = _words(text)
        candidates, complete = self._candidates(words, language or "")
        best: dict[int, _Candidate] = {}
        for candidate in sorted(candidates, key=lambda found: found.rank):
            best.setdefault(candidate.entity, candidate)
        page = list(best.values())[max(0, offset) : max(0, offset) + max(0, limit)]
        return HitPage(tuple(self._hit(candidate, words, language) for candidate in page), len(best), complete)

    def suggest(self, prefix: str, *, language: str | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """Return things with a name in which `prefix` is the beginning, or the beginning of a word, one hit each."""
        typed = " ".join(_words(prefix))
        if not typed:
            return ()
        best: dict[int, _Candidate] = {}
        rows = (row for row in self._starting(typed) if row[2] in _NAMES)
        candidates = (_candidate(row, [typed], language or "") for row in rows)
        for candidate in sorted((c for c in candidates if c is not None), key=lambda found: found.rank):
            best.setdefault(candidate.entity, candidate)
        return tuple(self._hit(candidate, [typed], language) for candidate in list(best.values())[: max(0, limit)])

    @property
    def lists_members(self) -> bool:
        """Whether the index knows the members of classes, as those do that were made since it does."""
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'class_size'", ()))

    def classes(self) -> list[tuple[str, int]]:
        """Return the IRI of every class that has a member with an IRI, with how many, the largest first."""
        return self._rows("SELECT class, members FROM class_size ORDER BY members DESC, class", ())

    def members(self, cls: str, *, offset: int = 0, limit: int = 100) -> list[str]:
        """Return IRIs of members of a class, asserted or inferred, in the order of their names."""
        query = (
            "SELECT iri FROM entity WHERE classes IN (SELECT classes FROM membership WHERE class = ?) "
            "ORDER BY id LIMIT ? OFFSET ?"
        )
        return [iri for (iri,) in self._rows(query, (cls, max(0, limit), max(0, offset)))]

    def by_name(self, iris: Sequence[str]) -> list[str]:
        """Return IRIs in the order of the names of what they are of; those that are not described come last."""
        places: dict[str, int] = {}
        for start in range(0, len(iris), _ASKED_TOGETHER):
            some = iris[start : start + _ASKED_TOGETHER]
            marks = ",".join("?" * len(some))
            rows = self._rows(f"SELECT iri, id FROM entity WHERE iri IN ({marks})", tuple(some))  # noqa: S608
            places.update(rows)
        return sorted(iris, key=lambda iri: (places.get(iri, len(places) + (1 << 60)), iri))

    def number_of(self, cls: str) -> int:
        """Return how many members with an IRI a class has."""
        found = self._rows("SELECT members FROM class_size WHERE class = ?", (cls,))
        return int(found[0][0]) if found else 0

    @property
    def size(self) -> int:
        """How many things with an IRI are described."""
        return int(self._rows("SELECT COUNT(*) FROM entity", ())[0][0])

    def label(self, iri: str, language: str | None = None) -> str:
        """Return the name of a thing, empty where it has none."""
        row = self._rows("SELECT id FROM entity WHERE iri = ?", (iri,))
        return self._label(row[0][0], language)[0] if row else ""

    def _candidates(self, words: list[str], language: str) -> tuple[list[_Candidate], bool]:
        found: list[_Candidate] = []
        seen = 0
        if not words:
            return found, True
        deadline = time.monotonic() + _TIMEOUT_S
        self._database.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            for row in self._matching(words):
                seen += 1
                candidate = _candidate(row, words, language)
                if candidate is not None:
                    found.append(candidate)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return found, False
        finally:
            self._database.set_progress_handler(None, 0)
        return found, seen < _MAX_CANDIDATES

    def _matching(self, words: list[str]) -> Iterator[tuple[Any, ...]]:
        long = [word for word in words if len(word) >= _TRIGRAM]
        if not long:
            return self._starting(max(words, key=len))
        quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        query = (
            "SELECT text.id, entity, field, language, substr(text.text, 1, ?) "
            "FROM folded JOIN text ON text.id = folded.rowid WHERE folded MATCH ? ORDER BY folded.rowid LIMIT ?"
        )
        return self._database.execute(query, (_MAX_READ_CHARS, quoted, _MAX_CANDIDATES))

    def _starting(self, typed: str) -> Iterator[tuple[Any, ...]]:
        query = (
            "SELECT DISTINCT text.id, entity, field, language, substr(text.text, 1, ?) FROM "
            "(SELECT text AS number FROM start WHERE folded >= ? AND folded < ? LIMIT ?) "
            "JOIN text ON text.id = number ORDER BY text.id"
        )
        beginning = typed[:TYPED_CHARS]
        return self._database.execute(query, (_MAX_READ_CHARS, beginning, beginning + _LAST, _MAX_CANDIDATES))

    def _hit(self, candidate: _Candidate, words: list[str], language: str | None) -> Hit:
        ((iri, class_iri),) = self._rows("SELECT iri, class FROM entity WHERE id = ?", (candidate.entity,))
        label, label_language = self._label(candidate.entity, language)
        kind = self.label(class_iri, language) if class_iri else ""
        excerpt = _excerpt(candidate.text, words)
        return Hit(iri, label, label_language, class_iri, kind, candidate.field, candidate.language, *excerpt)

    def _label(self, entity: int, language: str | None) -> tuple[str, str]:
        query = (
            "SELECT substr(text, 1, ?), language FROM text WHERE entity = ? AND field IN (?, ?) ORDER BY id LIMIT 1000"
        )
        labels = self._rows(query, (_MAX_READ_CHARS, entity, Field.LABEL, Field.LOCAL_NAME))
        for wanted in (language or "", *self._languages, ""):
            for text, tag in labels:
                if tag == wanted or (wanted and tag.partition("-")[0] == wanted.partition("-")[0].lower()):
                    return text, tag
        return (labels[0][0], labels[0][1]) if labels else ("", "")

    def _rows(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        return self._database.execute(query, values).fetchall()

    @property
    def _database(self) -> sqlite3.Connection:
        database: sqlite3.Connection | None = getattr(self._local, "database", None)
        if database is None:
            database = self._local.database = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            with self._lock:
                self._opened.append(database)
        return database


def _words(text: str) -> list[str]:
    readable = "".join(c for c in text[:_MAX_TYPED_CHARS] if c.isprintable() or c.isspace())
    folded = fold(readable.encode("utf-8", "ignore").decode())
    return list(dict.fromkeys(folded.split()))[:_MAX_TERMS]


def _candidate(row: tuple[Any, ...], words: list[str], language: str) -> _Candidate | None:
    number, entity, field, tag, text = row
    folded = fold(text)
    if not all(word in folded for word in words):
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
    return _Candidate(entity, where, tag, text, (tier, quality, where, int(tag != language), number))


def _excerpt(text: str, words: list[str]) -> tuple[str, str, str]:
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
