"""The search index of a release: one SQLite file with every name, quotation and definition, in all languages.

Texts are folded and indexed by trigrams (FTS5), which finds any substring of three characters or more in any script;
a table of the places where words and ideographs start answers shorter queries and suggests while somebody types.
A second index has the stems of words, and a third their trigrams, by which words with typing errors are found.
Texts are numbered in the order in which hits are shown, so that the first hits are found without looking at the rest.
Things are numbered in the order of their names in the first language of the project. Those of the very same classes
share a number, so that any page of the members of a class is found without looking at the others.
"""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ckg.model.iris import Base, readable_name
from ckg.model.staged import Role, Staging
from ckg.release.dumps import Dump
from ckg.release.search.fields import Field
from ckg.release.search.folding import fold, ideographs, starts
from ckg.release.search.stems import WordStemmer
from ckg.release.search.texts import IndexedThing, asserted_classes, things
from ckg.release.writing import naming as naming_file

TYPED_CHARS = 24
# A text longer than this is found by its beginning only: nobody searches the inside of a literal of megabytes.
MAX_INDEXED_CHARS = 20_000

STEMMED_CHARS = 4_000
"""As much of a text is indexed by stems."""

_MAX_STARTS = 200
_BATCH_ROWS = 10_000
_SORTED_CHARS = 100
_TOO_GENERAL = (
    "http://www.w3.org/2002/07/owl#Thing",
    "http://www.w3.org/2002/07/owl#NamedIndividual",
    "http://www.w3.org/2000/01/rdf-schema#Resource",
)

_TABLES = (
    "CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, class TEXT NOT NULL, classes INTEGER NOT NULL)",
    """CREATE TABLE membership (class TEXT NOT NULL, classes INTEGER NOT NULL,
       PRIMARY KEY (class, classes)) WITHOUT ROWID""",
    "CREATE TABLE class_size (class TEXT PRIMARY KEY, members INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE text (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, field INTEGER NOT NULL,
       language TEXT NOT NULL, text TEXT NOT NULL)""",
    "CREATE VIRTUAL TABLE folded USING fts5 (text, content='', tokenize='trigram case_sensitive 1')",
    "CREATE VIRTUAL TABLE stemmed USING fts5 (text, content='', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TABLE stem (id INTEGER PRIMARY KEY, stem TEXT NOT NULL, texts INTEGER NOT NULL)",
    "CREATE VIRTUAL TABLE stem_parts USING fts5 (stem, content='', tokenize='trigram case_sensitive 1', detail='none')",
    """CREATE TABLE start (folded TEXT NOT NULL, text INTEGER NOT NULL, place INTEGER NOT NULL,
       PRIMARY KEY (folded, text, place)) WITHOUT ROWID""",
    "CREATE TABLE own_name (property TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE raw.thing (name TEXT NOT NULL, classes INTEGER NOT NULL)",
    "CREATE TABLE raw.text (name TEXT NOT NULL, field INTEGER NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE TABLE raw.selector (name TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE raw.alias (name TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE raw.classes (number INTEGER PRIMARY KEY, class TEXT NOT NULL)",
    "CREATE TABLE raw.start (folded TEXT NOT NULL, text INTEGER NOT NULL, place INTEGER NOT NULL)",
)
# Fields are written as numbers: 0 is `Field.LABEL`, 4 `Field.LOCAL_NAME`, which things without a label have instead.
# The words of a quotation belong to the quotation; that they hang on a selector is of no interest to a reader.
_ARRANGE = (
    """CREATE TABLE raw.owned AS
       SELECT COALESCE(selector.owner, text.name) AS name, field, language, text
       FROM raw.text LEFT JOIN raw.selector ON selector.name = text.name
       WHERE SUBSTR(COALESCE(selector.owner, text.name), 1, 2) <> '_:'
       AND COALESCE(selector.owner, text.name) NOT IN (SELECT name FROM raw.alias)""",
    """INSERT INTO raw.owned
       SELECT name, 4, '', local_name(name) FROM raw.thing
       WHERE SUBSTR(name, 1, 2) <> '_:' AND name NOT IN (SELECT name FROM raw.alias)
       AND name NOT IN (SELECT name FROM raw.owned WHERE field = 0)""",
    """CREATE TABLE raw.place AS
       SELECT name, SUBSTR(MIN(sort_key(language, text)), 2) AS place FROM raw.owned
       WHERE field IN (0, 4) GROUP BY name""",
    """INSERT INTO entity
       SELECT NULL, place.name, COALESCE(classes.class, ''), COALESCE(thing.classes, -1)
       FROM raw.place
       LEFT JOIN raw.thing ON thing.name = place.name LEFT JOIN raw.classes ON classes.number = thing.classes
       ORDER BY place.place, place.name""",
    "CREATE UNIQUE INDEX entity_iri ON entity (iri)",
    "CREATE INDEX entity_classes ON entity (classes, id)",
    """INSERT INTO class_size
       SELECT class, SUM(number) FROM membership
       JOIN (SELECT classes, COUNT(*) AS number FROM entity GROUP BY classes) AS size USING (classes) GROUP BY class""",
    """INSERT INTO text
       SELECT NULL, entity.id, field, language, text FROM raw.owned JOIN entity ON entity.iri = owned.name
       ORDER BY field, LENGTH(text), text, language, entity.id""",
    "CREATE INDEX text_entity ON text (entity, field)",
)
_FINISH = (
    "INSERT INTO start SELECT DISTINCT folded, text, place FROM raw.start ORDER BY folded, text, place",
    "INSERT INTO folded (folded) VALUES ('optimize')",
    "INSERT INTO stemmed (stemmed) VALUES ('optimize')",
    "CREATE VIRTUAL TABLE temp.stems USING fts5vocab (main, stemmed, row)",
    """INSERT INTO stem SELECT NULL, term, doc FROM temp.stems
       WHERE LENGTH(term) BETWEEN 4 AND 40 AND term NOT GLOB '*[0-9]*' ORDER BY term""",
    "INSERT INTO stem_parts (rowid, stem) SELECT id, stem FROM stem ORDER BY id",
    "INSERT INTO stem_parts (stem_parts) VALUES ('optimize')",
    "DROP TABLE temp.stems",
)


@dataclass(frozen=True, slots=True)
class Naming:
    """Properties that hold names, beside those that always do, and the language by whose names things are ordered."""

    properties: tuple[str, ...] = ()
    language: str = "en"


def build(triples: Dump, into: Path, staging: Staging, base: Base, naming: Naming = Naming()) -> None:
    """Write the search index of the triples (the result of `dumps.union`) to the new file `into`.

    A thing of the project and what it is the same as elsewhere (`owl:sameAs`) are one thing to a reader: only ours is
    found. The class shown is the most specific of those that the data say of some thing, so that a class that is only
    ever inferred does not hide what a thing is.
    The same triples give the same bytes with the same version of SQLite. Raises `StageFailed`.
    """
    with naming_file(into), tempfile.TemporaryDirectory(prefix=".search-", dir=into.parent) as work:
        database = sqlite3.connect(into, isolation_level=None)
        try:
            asserted = asserted_classes(staging.of(Role.DATA, Role.ONTOLOGY))
            _build(
                database,
                Path(work) / "raw",
                triples.path,
                _Reading(asserted, base.iri, naming.properties, naming.language),
            )
        except sqlite3.OperationalError as error:
            full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
            raise OSError(errno.ENOSPC if full else errno.EIO, f"SQLite: {error}") from error
        finally:
            database.close()


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the triples are to be read: which classes are asserted, the base of the project, its names, its language."""

    asserted: frozenset[str]
    base: str
    names: tuple[str, ...]
    language: str

    def sort_key(self, language: str, text: str) -> str:
        """Return what a thing is ordered by: its name in the language, else one without, else any; folded."""
        mine = self.language.lower()
        rank = 0 if language == mine or language.startswith(f"{mine}-") else 1 if not language else 2
        return f"{rank}{fold(text[:_SORTED_CHARS])}"


def _build(database: sqlite3.Connection, raw: Path, triples: Path, reading: _Reading) -> None:
    # A half-written file is thrown away with the whole release, so that no journal is needed.
    database.execute("PRAGMA page_size = 8192")
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -100000")
    database.execute("ATTACH ? AS raw", (str(raw),))
    database.execute("PRAGMA raw.journal_mode = OFF")
    database.execute("PRAGMA raw.synchronous = OFF")
    database.create_function("local_name", 1, readable_name, deterministic=True)
    database.create_function("sort_key", 2, reading.sort_key, deterministic=True)
    database.execute("BEGIN")
    for statement in _TABLES:
        database.execute(statement)
    database.executemany("INSERT INTO own_name VALUES (?)", ((name,) for name in sorted(set(reading.names))))
    _gather(database, triples, reading)
    for statement in _ARRANGE:
        database.execute(statement)
    _index(database)
    for statement in _FINISH:
        database.execute(statement)
    database.execute("COMMIT")
    database.execute("DETACH raw")


def _gather(database: sqlite3.Connection, triples: Path, reading: _Reading) -> None:
    numbers: dict[tuple[str, ...], int] = {}
    superclasses: dict[str, set[str]] = {}
    batch: list[IndexedThing] = []
    for thing in things(triples, reading.names):
        if thing.superclasses:
            superclasses.setdefault(thing.name, set()).update(thing.superclasses)
        batch.append(thing)
        if len(batch) == _BATCH_ROWS:
            _store(database, batch, numbers, reading.base)
            batch = []
    _store(database, batch, numbers, reading.base)
    rows = [(number, _most_specific(classes, superclasses, reading.asserted)) for classes, number in numbers.items()]
    database.executemany("INSERT INTO raw.classes VALUES (?, ?)", rows)
    named = ((name, number) for classes, number in numbers.items() for name in set(classes) if name[:2] != "_:")
    database.executemany("INSERT INTO membership VALUES (?, ?)", sorted(named))


def _store(
    database: sqlite3.Connection, batch: Sequence[IndexedThing], numbers: dict[tuple[str, ...], int], base: str
) -> None:
    database.executemany(
        "INSERT INTO raw.thing VALUES (?, ?)",
        [(thing.name, numbers.setdefault(tuple(thing.classes), len(numbers))) for thing in batch],
    )
    database.executemany(
        "INSERT INTO raw.text VALUES (?, ?, ?, ?)", [(thing.name, *text) for thing in batch for text in thing.texts]
    )
    database.executemany(
        "INSERT OR IGNORE INTO raw.selector VALUES (?, ?)",
        [(selector, thing.name) for thing in batch for selector in thing.selectors],
    )
    ours = (thing for thing in batch if thing.aliases and thing.name.startswith(base))
    database.executemany(
        "INSERT OR IGNORE INTO raw.alias VALUES (?)",
        [(alias,) for thing in ours for alias in thing.aliases if not alias.startswith(base)],
    )


def _most_specific(classes: Sequence[str], superclasses: dict[str, set[str]], asserted: frozenset[str]) -> str:
    """Return the class that no other of the classes is below, among those that are asserted of anything if any is.

    Of several, the first by name.
    """
    named = sorted({name for name in classes if not name.startswith("_:") and name not in _TOO_GENERAL})
    named = [name for name in named if name in asserted] or named
    for name in named:
        below = [other for other in named if name in superclasses.get(other, ())]
        if all(other in superclasses.get(name, ()) for other in below if other != name):
            return name
    return named[0] if named else ""


def _index(database: sqlite3.Connection) -> None:
    # More terms in memory at a time: fewer pieces of index to merge afterwards.
    database.execute("INSERT INTO folded (folded, rank) VALUES ('hashsize', 67108864)")
    database.executemany("INSERT INTO folded (rowid, text) VALUES (?, ?)", _folded(database))
    database.executemany("INSERT INTO stemmed (rowid, text) VALUES (?, ?)", _stemmed(database))
    database.executemany("INSERT INTO raw.start VALUES (?, ?, ?)", _starts(database))


def _folded(database: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    for number, text in database.execute("SELECT id, text FROM text ORDER BY id"):
        yield number, fold(text[:MAX_INDEXED_CHARS])


def _stemmed(database: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    stemmer = WordStemmer()
    for number, text, language in database.execute("SELECT id, text, language FROM text ORDER BY id"):
        yield number, stemmer.text(text[:STEMMED_CHARS], language)


def _starts(database: sqlite3.Connection) -> Iterator[tuple[str, int, int]]:
    wanted = (Field.QUOTATION, Field.LOCAL_NAME)
    rows = database.execute("SELECT id, field, text FROM text WHERE field <= ? OR field = ? ORDER BY id", wanted)
    for number, field, text in rows:
        folded = fold(text[:MAX_INDEXED_CHARS])
        places = ideographs(folded) if field == Field.QUOTATION else starts(folded)
        for place in places[:_MAX_STARTS]:
            yield folded[place : place + TYPED_CHARS], number, place
