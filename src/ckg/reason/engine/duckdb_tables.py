"""The tables of a run in DuckDB: on one machine, out of core."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from ckg.errors import StageFailed
from ckg.model.staged import Staging
from ckg.reason.engine.load import load
from ckg.reason.engine.numbered_terms import NumberedTerms, named_terms
from ckg.reason.engine.sorted_copy import PLAIN, copy_sorted, keep_order
from ckg.reason.engine.sql import rewritten
from ckg.reason.engine.tables import numbered, quoted
from ckg.reason.rules.table import RULES, Rule

_ROWS_AT_ONCE = 10_000


@contextmanager
def open_duckdb(into: Path, memory_limit: str, threads: int | None) -> Iterator[DuckDBTables]:
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
                yield DuckDBTables(connection)
        except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
            raise StageFailed(
                f"reasoning could not finish within {memory_limit} of memory and the space on the disk: {error}",
                hint="raise build.memory in ckg.toml, or make room on the disk",
            ) from error


class DuckDBTables:
    """`ckg.reason.engine.tables.Tables` on a connection; what a run makes is temporary."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def load(
        self, staging: Staging, known: Container[str] | None = None, rules: Iterable[Rule] = RULES
    ) -> NumberedTerms:
        """Read the staged ontology and data, see `Tables.load`."""
        named = list(named_terms((*RULES, *rules)))
        load(self.connection, staging, known, named)
        return numbered(self, named)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, some thousands held at a time."""
        found = self.connection.execute(query)
        while chunk := found.fetchmany(_ROWS_AT_ONCE):
            yield from chunk

    def has(self, name: str) -> bool:
        """Return whether there is a table of this name."""
        return bool(self.rows(f"SELECT 1 FROM duckdb_tables() WHERE table_name = {quoted(name)}"))

    def put(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str] | None = None) -> None:
        """Make a temporary table from values: UINTEGER where `types` does not say otherwise."""
        types = types or {}
        selected = ", ".join(f"unnest(${each})::{types.get(each, 'UINTEGER')} AS {each}" for each in columns)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selected}", dict(columns))

    def make(self, name: str, query: str) -> None:
        """Make a temporary table from the rows of a query."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def make_sorted(self, name: str, query: str, order: str) -> None:
        """Make a table, seen by every connection, whose rows are in order."""
        self.connection.execute("SET preserve_insertion_order = true")
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {query} ORDER BY {order}")

    def append(self, name: str, query: str) -> int:
        """Add the rows of a query to a table; return how many there were."""
        row = self.connection.execute(f"INSERT INTO {name} {query}").fetchone()
        return int(row[0]) if row else 0

    def rewrite(self, renamed: Mapping[int, int], step: int, same_as: int) -> None:
        """Put representatives in the place of the terms they now stand for, see `Tables.rewrite`."""
        execute = self.connection.execute
        self.put("renamed", {"old": list(renamed), "new": list(renamed.values())})
        touched = " OR ".join(f"{column} IN (SELECT old FROM renamed)" for column in "spo")
        self.make("touched", f"SELECT * FROM facts WHERE {touched}")
        execute("INSERT INTO replaced SELECT * FROM touched")
        execute(f"DELETE FROM facts WHERE {touched}")
        execute(f"INSERT INTO facts {rewritten(step, same_as)}")

    @contextmanager
    def beside(self) -> Iterator[DuckDBTables]:
        """Open the same tables on another connection."""
        with self.connection.cursor() as second:
            yield DuckDBTables(second)

    def write_numbers(self, columns: Sequence[str], rows: str, order: str, path: Path) -> None:
        """Write columns of numbers as lines, a comma between two."""
        keep_order(self.connection)
        query = f"SELECT {', '.join(columns)} FROM {rows} ORDER BY {order}"
        self.connection.execute(f"COPY ({query}) TO {quoted(str(path))} (HEADER false)")

    def write_lines(self, column: str, rows: str, order: str, path: Path) -> None:
        """Write a column of text as the lines of a file."""
        keep_order(self.connection)
        self.connection.execute(f"COPY (SELECT {column} FROM {rows} ORDER BY {order}) TO {quoted(str(path))} {PLAIN}")

    def write_increasing(self, column: str, rows: str, order: str, path: Path) -> str:
        """Write a column of text as lines in the order of their bytes; return their SHA-256."""
        keep_order(self.connection)
        return copy_sorted(self.connection, f"SELECT {column} FROM {rows}", order, path)
