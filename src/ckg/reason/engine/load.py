"""From staged graphs to integers: the tables `dictionary` and `facts` in DuckDB.

Terms are numbered in the order of their bytes. That makes order a property of the numbers: literals (which begin with
a quotation mark) come before IRIs, IRIs before blank nodes, and triples sorted by their numbers are sorted as lines.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from ckg.errors import StageFailed
from ckg.model.staged import MAX_LINE_BYTES as MAX_STAGED_LINE_BYTES
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.reason.lines import suffix
from ckg.reason.rules.owl_terms import FIRST, NIL, NOTHING, REST, SAME_AS, THING, TYPE, term
from ckg.reason.rules.table import AXIOMS, DATATYPES_OF_RL, RULES, Rule
from ckg.reason.rules.trivial import REFLEXIVE, TOP, TOPPED, VOCABULARIES

MAX_LINE_BYTES: Final = 2_000_000
"""Bytes; where a line is longer, the lines are read again with more room."""

BATCH_BYTES: Final = 128 << 20
"""Bytes of staged graphs that are read at a time; a graph is never cut."""


def named_terms(rules: Iterable[Rule] = RULES) -> tuple[str, ...]:
    """Return the tokens that rules, axioms and datatypes name, sorted: they are in every dictionary."""
    words = {
        word for rule in rules for pattern in (*rule.body, *([rule.head] if rule.head else [])) for word in pattern
    }
    words |= {token for _, triple in AXIOMS for token in triple}
    words |= {
        *TOP,
        *TOPPED,
        *REFLEXIVE,
        TYPE,
        SAME_AS,
        THING,
        NOTHING,
        FIRST,
        REST,
        NIL,
        *map(term, (*DATATYPES_OF_RL, "xsd:date", "xsd:time")),
    }
    return tuple(sorted(word for word in words if word.startswith(("<", '"'))))


@dataclass(frozen=True, slots=True)
class NumberedTerms:
    """What is known of the numbers of terms.

    `ids` are those of the terms that rules name, `first_iri` and `first_blank` where IRIs and blank nodes begin,
    `vocabularies` the first and last number of each built-in vocabulary.
    """

    ids: Mapping[str, int]
    first_iri: int
    first_blank: int
    vocabularies: tuple[tuple[int, int], ...]


@contextmanager
def connect(into: Path, memory_limit: str, threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that spills to a folder of its own inside `into` when it needs more than `memory_limit`.

    Raises `StageFailed` where memory and disk do not suffice.
    """
    with TemporaryDirectory(dir=into, prefix="spill-") as spill:
        config: dict[str, Any] = {"memory_limit": memory_limit, "temp_directory": spill}
        if threads:
            config["threads"] = threads
        try:
            with duckdb.connect(config=config) as connection:
                connection.execute("SET preserve_insertion_order = false")
                yield connection
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise StageFailed(
                f"reasoning could not finish within {memory_limit} of memory and the space on the disk: {error}",
                hint="raise build.memory in ckg.toml, or make room on the disk",
            ) from error


def quoted(text: str) -> str:
    """Return text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _lines(graphs: Iterable[StagedGraph], longest: int) -> str:
    files = ", ".join(quoted(str(graph.path)) for graph in graphs)
    return (
        f"read_csv([{files}], columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', "
        f"header = false, auto_detect = false, strict_mode = false, compression = 'none', max_line_size = {longest}, "
        f"buffer_size = {longest * 4})"
    )


def _split(batch: _Batch, longest: int) -> str:
    return (
        f"SELECT s, p, substring(line, length(s) + length(p) + 3, length(line) - length(s) - length(p) - "
        f"{2 + batch.ending}) AS o, {batch.step}::UINTEGER AS step FROM (SELECT line, split_part(line, ' ', 1) AS s, "
        f"split_part(line, ' ', 2) AS p FROM {_lines(batch.graphs, longest)})"
    )


def load(
    connection: duckdb.DuckDBPyConnection,
    staging: Staging,
    known: Container[str] | None = None,
    rules: Iterable[Rule] = RULES,
) -> NumberedTerms:
    """Read the staged ontology and data into `dictionary(t, id)` and `facts(s, p, o, step, k)`, sorted by p, s, o.

    The terms that `rules` name are in the dictionary as well. The step is 0, or 1 for triples that are only in graphs
    whose names are not among the `known`. Where there are background graphs, `described(t, data)` has the subjects of
    the others, and whether they are subjects of the data.
    """
    background = bool(staging.of(Role.CONTEXT))
    batches = list(_batches(staging.of(Role.ONTOLOGY, Role.DATA, Role.CONTEXT), known, apart=background))
    named = list(named_terms((*RULES, *rules)))
    if not _number(connection, batches, HASH, named):
        _number(connection, batches, TEXT, named)
    connection.execute(
        "CREATE TABLE facts AS SELECT s.id AS s, p.id AS p, o.id AS o, min(r.step) AS step, 0::UBIGINT AS k "
        "FROM keyed r JOIN numbers s ON s.k = r.s JOIN numbers p ON p.k = r.p JOIN numbers o ON o.k = r.o "
        "GROUP BY 1, 2, 3 ORDER BY 2, 1, 3"
    )
    if background:
        connection.execute(
            f"CREATE TABLE described AS SELECT n.id AS t, bool_or(r.role = {_DATA}) AS data FROM keyed r "
            f"JOIN numbers n ON n.k = r.s WHERE r.role <> {_CONTEXT} GROUP BY 1"
        )
    connection.execute("DROP TABLE keyed")
    connection.execute("DROP TABLE numbers")
    return _terms(connection, named)


def _number(connection: duckdb.DuckDBPyConnection, batches: Iterable[_Batch], key: Key, named: list[str]) -> bool:
    """Make `dictionary`, `numbers(k, id)` by a key of each term, and `keyed`, every triple by its keys.

    Only a batch of the text is held at a time. Returns whether every term has a key of its own.
    """
    execute = connection.execute
    execute(f"CREATE OR REPLACE TABLE keyed (s {key.type}, p {key.type}, o {key.type}, step UINTEGER, role UTINYINT)")
    execute("CREATE OR REPLACE TABLE terms AS SELECT unnest($named) AS t", {"named": named})
    s, p, o, t = map(key.of, "spot")
    for batch in batches:
        _read(connection, batch)
        execute(f"INSERT INTO keyed SELECT {s}, {p}, {o}, step, {batch.role} FROM raw")
        execute("INSERT INTO terms SELECT s FROM raw UNION SELECT p FROM raw UNION SELECT o FROM raw")
    execute("DROP TABLE IF EXISTS raw")
    execute(
        "CREATE OR REPLACE TABLE dictionary AS SELECT t, (row_number() OVER (ORDER BY t))::UINTEGER AS id "
        "FROM (SELECT DISTINCT t FROM terms)"
    )
    execute("DROP TABLE terms")
    execute(f"CREATE OR REPLACE TABLE numbers AS SELECT {t} AS k, id FROM dictionary")
    row = execute("SELECT count(*) = count(DISTINCT k) FROM numbers").fetchone()
    return bool(row and row[0])


@dataclass(frozen=True, slots=True)
class Key:
    """What stands for a term until it has a number: an expression with {} for its text, and its type in SQL."""

    expression: str
    type: str

    def of(self, column: str) -> str:
        """Return the key of the term in a column."""
        return self.expression.format(column)


HASH: Final = Key("hash({})", "UBIGINT")
TEXT: Final = Key("{}", "VARCHAR")
"""Data may come from strangers, who can find two terms with one hash."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """Graphs that are read at once: their lines end with the same number of bytes, their triples get the same step.

    `role` is 0 where roles are of no interest.
    """

    graphs: tuple[StagedGraph, ...]
    ending: int
    step: int
    role: int


_DATA, _CONTEXT = 1, 2


def _batches(graphs: Iterable[StagedGraph], known: Container[str] | None, *, apart: bool) -> Iterator[_Batch]:
    """Yield the graphs in batches, those of different roles `apart` or not."""
    alike: dict[tuple[int, int, int], list[StagedGraph]] = {}
    for graph in graphs:
        if graph.triples:
            step = int(known is not None and graph.name not in known)
            role = {Role.DATA: _DATA, Role.CONTEXT: _CONTEXT}.get(graph.role, 0) if apart else 0
            alike.setdefault((len(suffix(graph.name)), step, role), []).append(graph)
    for (ending, step, role), members in sorted(alike.items()):
        batch: list[StagedGraph] = []
        size = 0
        for graph in members:
            if batch and size + graph.path.stat().st_size > BATCH_BYTES:
                yield _Batch(tuple(batch), ending, step, role)
                batch, size = [], 0
            batch.append(graph)
            size += graph.path.stat().st_size
        yield _Batch(tuple(batch), ending, step, role)


def _read(connection: duckdb.DuckDBPyConnection, batch: _Batch) -> None:
    """Make the table `raw(s, p, o, step)` of the lines of a batch."""
    longest = max(graph.path.stat().st_size for graph in batch.graphs)
    make = "CREATE OR REPLACE TABLE raw AS"
    try:
        connection.execute(f"{make} {_split(batch, min(MAX_LINE_BYTES, longest + 1))}")
    except (duckdb.InvalidInputException, duckdb.NotImplementedException):
        # A line is longer than most; which of the two it is depends on where the line stands.
        connection.execute(f"{make} {_split(batch, min(MAX_STAGED_LINE_BYTES, longest) + 1)}")


def _terms(connection: duckdb.DuckDBPyConnection, named: list[str]) -> NumberedTerms:
    ids = dict(
        connection.execute(
            "SELECT t, id FROM dictionary WHERE t IN (SELECT unnest($named))", {"named": named}
        ).fetchall()
    )
    row = connection.execute("SELECT count(*) FILTER (t < '<'), count(*) FILTER (t < '_') FROM dictionary").fetchone()
    literals, before_blank = row or (0, 0)
    ranges = [
        connection.execute(
            "SELECT min(id), max(id) FROM dictionary WHERE starts_with(t, $prefix)", {"prefix": prefix}
        ).fetchone()
        for prefix in VOCABULARIES
    ]
    vocabularies = tuple((first, last) for first, last in filter(None, ranges) if first is not None)
    return NumberedTerms(ids, literals + 1, before_blank + 1, vocabularies)
