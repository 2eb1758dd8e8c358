"""From staged graphs to integers: the tables `dictionary` and `facts` in DuckDB.

Terms are numbered in the order of their bytes. That makes order a property of the numbers: literals (which begin with
a quotation mark) come before IRIs, IRIs before blank nodes, and triples sorted by their numbers are sorted as lines.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import duckdb

from ckg.model.staged import MAX_LINE_BYTES as MAX_STAGED_LINE_BYTES
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.reason.engine.tables import quoted
from ckg.reason.lines import suffix

MAX_LINE_BYTES: Final = 2_000_000
"""Bytes; where a line is longer, the lines are read again with more room."""

BATCH_BYTES: Final = 128 << 20
"""Bytes of staged graphs that are read at a time; a graph is never cut."""


def _lines(graphs: Iterable[StagedGraph], longest: int) -> str:
    files = ", ".join(quoted(str(graph.path)) for graph in graphs)
    return (
        f"read_csv([{files}], columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', "
        f"header = false, auto_detect = false, strict_mode = false, compression = 'none', max_line_size = {longest}, "
        f"buffer_size = {longest * 4})"
    )


def _split(batch: Batch, longest: int) -> str:
    return (
        f"SELECT s, p, substring(line, length(s) + length(p) + 3, length(line) - length(s) - length(p) - "
        f"{2 + batch.ending}) AS o, {batch.step}::UINTEGER AS step FROM (SELECT line, split_part(line, ' ', 1) AS s, "
        f"split_part(line, ' ', 2) AS p FROM {_lines(batch.graphs, longest)})"
    )


def load(
    connection: duckdb.DuckDBPyConnection, staging: Staging, known: Container[str] | None, named: list[str]
) -> None:
    """Make `dictionary`, with the `named` terms in it, `facts` and, if need be, `described`; see `Tables.load`."""
    background = bool(staging.of(Role.CONTEXT))
    found = list(batches(staging, known))
    if not _number(connection, found, HASH, named):
        _number(connection, found, TEXT, named)
    connection.execute(
        "CREATE TABLE facts AS SELECT s.id AS s, p.id AS p, o.id AS o, min(r.step) AS step, 0::UBIGINT AS k "
        "FROM keyed r JOIN numbers s ON s.k = r.s JOIN numbers p ON p.k = r.p JOIN numbers o ON o.k = r.o "
        "GROUP BY 1, 2, 3 ORDER BY 2, 1, 3"
    )
    if background:
        connection.execute(
            f"CREATE TABLE described AS SELECT n.id AS t, bool_or(r.role = {DATA}) AS data FROM keyed r "
            f"JOIN numbers n ON n.k = r.s WHERE r.role <> {CONTEXT} GROUP BY 1"
        )
    connection.execute("CREATE TABLE replaced AS SELECT * FROM facts LIMIT 0")
    connection.execute("DROP TABLE keyed")
    connection.execute("DROP TABLE numbers")


def _number(connection: duckdb.DuckDBPyConnection, batches: Iterable[Batch], key: Key, named: list[str]) -> bool:
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
class Batch:
    """Graphs that are read at once: their lines end with the same number of bytes, their triples get the same step.

    `role` is 0 where roles are of no interest.
    """

    graphs: tuple[StagedGraph, ...]
    ending: int
    step: int
    role: int


DATA, CONTEXT = 1, 2
"""Roles of batches."""


def batches(staging: Staging, known: Container[str] | None) -> Iterator[Batch]:
    """Yield the graphs that are reasoned over in batches, roles apart where there are background graphs."""
    apart = bool(staging.of(Role.CONTEXT))
    alike: dict[tuple[int, int, int], list[StagedGraph]] = {}
    for graph in staging.of(Role.ONTOLOGY, Role.DATA, Role.CONTEXT):
        if graph.triples:
            step = int(known is not None and graph.name not in known)
            role = {Role.DATA: DATA, Role.CONTEXT: CONTEXT}.get(graph.role, 0) if apart else 0
            alike.setdefault((len(suffix(graph.name)), step, role), []).append(graph)
    for (ending, step, role), members in sorted(alike.items()):
        batch: list[StagedGraph] = []
        size = 0
        for graph in members:
            if batch and size + graph.path.stat().st_size > BATCH_BYTES:
                yield Batch(tuple(batch), ending, step, role)
                batch, size = [], 0
            batch.append(graph)
            size += graph.path.stat().st_size
        yield Batch(tuple(batch), ending, step, role)


def _read(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Make the table `raw(s, p, o, step)` of the lines of a batch."""
    longest = max(graph.path.stat().st_size for graph in batch.graphs)
    make = "CREATE OR REPLACE TABLE raw AS"
    try:
        connection.execute(f"{make} {_split(batch, min(MAX_LINE_BYTES, longest + 1))}")
    except (duckdb.InvalidInputException, duckdb.NotImplementedException):
        # A line is longer than most; which of the two it is depends on where the line stands.
        connection.execute(f"{make} {_split(batch, min(MAX_STAGED_LINE_BYTES, longest) + 1)}")
