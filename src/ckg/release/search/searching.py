"""Searching a release: what somebody typed, in names, quotations and definitions.

Words typed are looked for as they are, all of them in one text, then by their stems, and by the other names of a thing
that is called so. Where nothing has them all, words with typing errors are looked for, then some of the words. Nothing
that is typed is ever read as the syntax of a query. Work is bounded: 2,000 candidates and one second per search.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckg.errors import ReleaseError
from ckg.release.search.fields import DESCRIBING_CLASSES, Field
from ckg.release.search.folding import fold
from ckg.release.search.hits import (
    Candidate,
    Hit,
    HitPage,
    IndexedEntity,
    Match,
    Way,
    excerpt,
    found_as_typed,
    found_by_stem,
    hit_order,
)
from ckg.release.search.index import MAX_INDEXED_CHARS, TYPED_CHARS
from ckg.release.search.near import MAX_TYPED_CHARS, nearest
from ckg.release.search.stems import STOP_WORDS, WordStemmer, is_open

_MAX_CANDIDATES = 2_000
_TIMEOUT_S = 1.0
_ASKED_TOGETHER = 500
_MAX_TYPED_CHARS = 200
_MAX_TERMS = 10
_TRIGRAM = 3
# As much of a text as the index has read: a literal of megabytes costs no more than others.
_MAX_READ_CHARS = MAX_INDEXED_CHARS
_MANY_NAMES = 3  # a thing with names in so many languages is shown before one with fewer
_MAX_SOME = 300
_MAX_SYNONYMS = 12
_MAX_SYNONYM_WORDS = 6
_MAX_BEGINNINGS = 10
_MAX_NEAR = 300
_TYPED_WAYS = (Way.AS_TYPED, Way.BY_BEGINNING)
_NAMES = (Field.LABEL, Field.OTHER_LABEL, Field.LOCAL_NAME)
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Found:
    candidates: list[Candidate]
    complete: bool
    match: Match = Match.ALL
    groups: tuple[tuple[str, ...], ...] = ()
    near: tuple[str, ...] = ()


Groups = list[list[str]]
"""For each word of a query what it may be in the index of stems."""


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
        self._stemmer = WordStemmer()
        self._describing: frozenset[int] | None = None
        self._opened: list[sqlite3.Connection] = []

    def close(self) -> None:
        """Close the index, in all threads that have used it; it must not be used afterwards."""
        with self._lock:
            while self._opened:
                self._opened.pop().close()

    def find(self, text: str, *, language: str | None = None, limit: int = 20, offset: int = 0) -> HitPage:
        """Return the things whose texts hold what was typed: things before terms, names before other texts.

        Case and accents do not matter, and endings of words do not in languages with a stemmer. `language` is preferred
        for labels and among equal hits. An empty `text` finds nothing.
        """
        words = _words(text)
        found = self._found(text, words, language or "")
        entities = self._entities({candidate.entity for candidate in found.candidates})
        best: dict[int, Candidate] = {}
        for candidate in sorted(found.candidates, key=lambda one: hit_order(one, entities[one.entity])):
            best.setdefault(candidate.entity, candidate)
        kept = list(best.values())
        page = kept[max(0, offset) : max(0, offset) + max(0, limit)]
        needles = [(one, words if one.way in _TYPED_WAYS else self._needles(one, found.groups)) for one in page]
        hits = tuple(self._hit(candidate, marked, language) for candidate, marked in needles)
        return HitPage(hits, len(kept), found.complete, found.match, found.near)

    def suggest(self, prefix: str, *, language: str | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """Return things with a name in which `prefix` is the beginning, or the beginning of a word, one hit each."""
        typed = " ".join(_words(prefix))
        if not typed:
            return ()
        best: dict[int, Candidate] = {}
        rows = (row for row in self._starting(typed) if row[2] in _NAMES)
        candidates = (found_as_typed(row, [typed], language or "") for row in rows)
        known = [candidate for candidate in candidates if candidate is not None]
        entities = self._entities({candidate.entity for candidate in known})
        for candidate in sorted(known, key=lambda one: hit_order(one, entities[one.entity])):
            best.setdefault(candidate.entity, candidate)
        return tuple(self._hit(candidate, [typed], language) for candidate in list(best.values())[: max(0, limit)])

    @property
    def knows_stems(self) -> bool:
        """Whether the index has stems, as those have that were made since it does."""
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'stem_parts'", ()))

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

    def members_named(self, cls: str, text: str, *, limit: int) -> list[str] | None:
        """Return IRIs of members of a class that have a name with all words of a text, in the order of their names.

        At most `limit`, which are any of them where there are more. None where no word has three characters, and where
        it takes longer than a second.
        """
        words = _words(text)
        long = [word for word in words if len(word) >= _TRIGRAM]
        if not long:
            return None
        quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
        query = (
            "SELECT entity.id, iri, substr(text.text, 1, ?) FROM folded JOIN text ON text.id = folded.rowid "
            "JOIN entity ON entity.id = text.entity WHERE folded MATCH ? AND field IN (?, ?, ?) "
            "AND entity.classes IN (SELECT classes FROM membership WHERE class = ?)"
        )
        values = (_MAX_READ_CHARS, quoted, *_NAMES, cls)
        found: dict[int, str] = {}
        deadline = time.monotonic() + _TIMEOUT_S
        self._database.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            for number, iri, name in self._database.execute(query, values):
                if all(word in fold(name) for word in words):
                    found[number] = iri
                if len(found) == limit:
                    break
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return None
        finally:
            self._database.set_progress_handler(None, 0)
        return [found[number] for number in sorted(found)]

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

    def _found(self, text: str, words: list[str], language: str) -> _Found:
        """Return what has all of the words, else what has words that are nearly so, else what has some of them."""
        if not words:
            return _Found([], complete=True)
        deadline = time.monotonic() + _TIMEOUT_S
        found: list[Candidate] = []
        self._database.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            return self._looked_for(found, text, words, language)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return _Found(found, complete=False)
        finally:
            self._database.set_progress_handler(None, 0)

    def _looked_for(self, found: list[Candidate], text: str, words: list[str], language: str) -> _Found:
        """Add to `found` what is found, so that it is there when the time is over, and return all of it."""
        seen = 0
        for row in self._matching(words):
            seen += 1
            candidate = found_as_typed(row, words, language)
            if candidate is not None:
                found.append(candidate)
        complete = seen < _MAX_CANDIDATES
        if not complete or not self.knows_stems:
            return _Found(found, complete)
        languages = tuple(dict.fromkeys(filter(None, (language, *self._languages, "en"))))
        typed = [word for word in _printable(text).split() if found or fold(word) not in STOP_WORDS][:_MAX_TERMS]
        groups = [group for word in typed for group in self._stemmer.alternatives(word, languages)]
        if not groups:
            return _Found(found, complete)
        found += self._stemmed(_all(groups), language, Way.BY_STEM)
        synonyms = self._synonyms(" ".join(words), languages)
        for name in synonyms:
            found += self._stemmed(name, language, Way.BY_OTHER_NAME)
        if found:
            marked = [*groups, *([stem] for name in synonyms for stem in re.findall(r"[^\W_]+", name))]
            return _Found(found, len(found) < _MAX_CANDIDATES, groups=tuple(map(tuple, marked)))
        near, changed = self._nearly(groups, languages)
        if changed:
            found += self._stemmed(_all(near), language, Way.BY_STEM)
            if found:
                return _Found(found, len(found) < _MAX_CANDIDATES, Match.NEAR, tuple(map(tuple, near)), changed)
        found += self._with_some(near, language)
        return _Found(found, len(found) < _MAX_SOME, Match.SOME, tuple(map(tuple, near)), changed if found else ())

    def _stemmed(self, query: str, language: str, way: Way, *, best: int = 0) -> list[Candidate]:
        """Return texts that fit a query of FTS5 on stems; `best` asks for so many by their relevance."""
        order, most = ("stemmed.rank", best) if best else ("stemmed.rowid", _MAX_CANDIDATES)
        rows = self._database.execute(
            "SELECT text.id, entity, field, language, substr(text.text, 1, ?) FROM stemmed JOIN text ON text.id = "  # noqa: S608
            f"stemmed.rowid WHERE stemmed MATCH ? ORDER BY {order} LIMIT ?",
            (_MAX_READ_CHARS, query, most),
        )
        return [found_by_stem(row, place if best else 0, language, way) for place, row in enumerate(rows)]

    def _synonyms(self, phrase: str, languages: Sequence[str]) -> list[str]:
        """Return the other names of things that are called so, as queries of FTS5 on stems."""
        if len(phrase) > TYPED_CHARS:
            return []
        named = self._rows(
            "SELECT DISTINCT text.entity FROM start JOIN text ON text.id = start.text "
            "WHERE start.folded = ? AND start.place = 0 AND text.field IN (?, ?) LIMIT ?",
            (phrase, Field.LABEL, Field.OTHER_LABEL, _MAX_SYNONYMS),
        )
        found: dict[str, None] = {}
        for (entity,) in named:
            names = self._rows(
                "SELECT substr(text, 1, ?), language FROM text WHERE entity = ? AND field IN (?, ?) "
                "ORDER BY id LIMIT 100",
                (_MAX_READ_CHARS, entity, Field.LABEL, Field.OTHER_LABEL),
            )
            for name, tag in names:
                stems = self._stemmer.text(name, tag).replace('"', "")
                if fold(name) != phrase and 0 < len(stems.split()) <= _MAX_SYNONYM_WORDS and tag in (*languages, ""):
                    found.setdefault(f'"{stems}"{" *" if is_open(stems.split()[-1]) else ""}')
        return list(found)[:_MAX_SYNONYMS]

    def _nearly(self, groups: Groups, languages: Sequence[str]) -> tuple[Groups, tuple[str, ...]]:
        """Return the groups with stems that begin so, or differ by a typing error, for those that occur nowhere."""
        taken: Groups = []
        changed: list[str] = []
        for group in groups:
            if self._stemmed_number(group):
                taken.append(group)
                continue
            longest = max(group, key=len)
            beginning = self._rows(
                "SELECT stem FROM stem WHERE stem >= ? AND stem < ? ORDER BY texts DESC, stem LIMIT ?",
                (longest, longest + _LAST, _MAX_BEGINNINGS),
            )
            near = [stem for (stem,) in beginning] or self._with_errors(group, languages)
            taken.append(near or group)
            changed += near
        return taken, tuple(changed)

    def _stemmed_number(self, group: Sequence[str]) -> int:
        query = "SELECT 1 FROM stemmed WHERE stemmed MATCH ? LIMIT 1"
        return len(self._rows(query, (_all([list(group)]),)))

    def _with_errors(self, group: Sequence[str], languages: Sequence[str]) -> list[str]:
        for word in group:
            parts = {word[place : place + _TRIGRAM] for place in range(len(word) - _TRIGRAM + 1)}
            if not parts or len(word) > MAX_TYPED_CHARS:
                continue
            rows = self._rows(
                "SELECT stem.stem, stem.texts FROM stem_parts JOIN stem ON stem.id = stem_parts.rowid "
                "WHERE stem_parts MATCH ? ORDER BY stem_parts.rank LIMIT ?",
                (" OR ".join(f'"{part}"' for part in sorted(parts)), _MAX_NEAR),
            )
            found = nearest(word, rows)
            if found:
                stems = [
                    stem for near in found for part in self._stemmer.alternatives(near, languages) for stem in part
                ]
                return list(dict.fromkeys([*found, *stems]))
        return []

    def _with_some(self, groups: Groups, language: str) -> list[Candidate]:
        """Return the texts that have most of the words, by their relevance."""
        if len(groups) < 2:
            return []
        known = [group for group in groups if self._stemmed_number(group)]
        if not known:
            return []
        query = " OR ".join(_all([group]) for group in known)
        scored = []
        for candidate in self._stemmed(query, language, Way.BY_STEM, best=_MAX_SOME):
            stems = set(self._stemmer.text(candidate.text, candidate.language).split())
            scored.append((sum(not stems.isdisjoint(group) for group in known), candidate))
        most = max((number for number, _ in scored), default=0)
        return [candidate for number, candidate in scored if number == most]

    def _needles(self, candidate: Candidate, groups: Sequence[Sequence[str]]) -> list[str]:
        """Return the words of a text that made it a hit, folded."""
        wanted = {stem for group in groups for stem in group}
        tag = candidate.language or "en"
        opened = tuple(stem for stem in wanted if is_open(stem))
        stems = ((word, self._stemmer.stem(word, tag)) for word in re.findall(r"[^\W_]+", candidate.text))
        hits = (word for word, stem in stems if stem in wanted or stem.startswith(opened))
        return [fold(word) for word in hits] or [""]

    def _entities(self, numbers: set[int]) -> dict[int, IndexedEntity]:
        """Return what the order of hits asks of things, by their numbers."""
        if self._describing is None:
            marks = ",".join("?" * len(DESCRIBING_CLASSES))
            query = f"SELECT DISTINCT classes FROM membership WHERE class IN ({marks})"  # noqa: S608
            known = self._rows(query, DESCRIBING_CLASSES) if self.lists_members else []
            self._describing = frozenset(number for (number,) in known)
        found: dict[int, IndexedEntity] = {}
        waiting = sorted(numbers)
        for start in range(0, len(waiting), _ASKED_TOGETHER):
            some = waiting[start : start + _ASKED_TOGETHER]
            marks = ",".join("?" * len(some))
            query = (
                "SELECT entity.id, classes, COUNT(text.id) FROM entity "  # noqa: S608
                f"LEFT JOIN text ON text.entity = entity.id AND text.field = 0 "
                f"WHERE entity.id IN ({marks}) GROUP BY entity.id"
            )
            for number, classes, names in self._rows(query, tuple(some)):
                found[number] = IndexedEntity(classes in self._describing, names >= _MANY_NAMES)
        return found

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

    def _hit(self, candidate: Candidate, words: list[str], language: str | None) -> Hit:
        ((iri, class_iri),) = self._rows("SELECT iri, class FROM entity WHERE id = ?", (candidate.entity,))
        label, label_language = self._label(candidate.entity, language)
        kind = self.label(class_iri, language) if class_iri else ""
        shown = excerpt(candidate.text, words)
        return Hit(iri, label, label_language, class_iri, kind, candidate.field, candidate.language, *shown)

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


def _printable(text: str) -> str:
    readable = "".join(c for c in text[:_MAX_TYPED_CHARS] if c.isprintable() or c.isspace())
    return readable.encode("utf-8", "ignore").decode()


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(fold(_printable(text)).split()))[:_MAX_TERMS]


def _all(groups: Sequence[Sequence[str]]) -> str:
    """Return a query of FTS5 for texts that have a stem of each group; stems have letters and digits alone."""
    return " AND ".join(
        "(" + " OR ".join(f'"{stem}"{"*" if is_open(stem) else ""}' for stem in group) + ")" for group in groups
    )
