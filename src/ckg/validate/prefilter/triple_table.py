"""A dictionary-encoded triple table in DuckDB, filled from staged N-Quads.

`term(id, text)` holds every term once, as N-Quads write it; `triple(s, p, o)` holds ids. An id is DuckDB's hash of the
text; that no two terms share one is checked, because data may come from strangers.
"""

# ruff: noqa: S608 - the pieces of SQL are numbers, names made here, and quoted text

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rdflib import XSD

from ckg.model.staged import StagedGraph

_MAX_LINE_BYTES = 256 << 20
# Four control characters that N-Quads never have in a row: the CSV reader must not split a line.
_NO_DELIMITER = "\x01\x02\x03\x04"


class CannotEncode(Exception):
    """The table cannot hold these graphs faithfully; somebody else must look at them."""


class TripleTable:
    """The encoded union of some staged graphs; made with `encoded`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._names = 0
        self._steps: list[tuple[str, str]] | None = None

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""
        return self.connection.execute(sql, list(parameters)).fetchall()

    def number(self, sql: str) -> int:
        """Run a query whose answer is one number."""
        (row,) = self.connection.execute(sql).fetchall()
        return int(row[0])

    def table(self, select: str) -> str:
        """Keep the rows of a query in a temporary table and return its name."""
        name = self._name()
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {select}")
        return name

    @contextmanager
    def in_one_statement(self) -> Iterator[None]:
        """Gather what `step` is given, so that `finish` runs it all as one statement."""
        self._steps = []
        try:
            yield
        finally:
            self._steps = None

    def step(self, select: str) -> str:
        """Name the rows of a query for use by later steps of the same statement."""
        if self._steps is None:
            return self.table(select)
        name = self._name()
        self._steps.append((name, select))
        return name

    def finish(self, select: str) -> str:
        """Keep the rows of a query over the steps so far in a temporary table and return its name."""
        return self.table(f"{self._with()} {select}")

    def step_rows(self, select: str) -> list[tuple[object, ...]]:
        """Run a query over the steps so far and return its rows."""
        return self.rows(f"{self._with()} {select}")

    def _with(self) -> str:
        steps = ", ".join(f"{name} AS MATERIALIZED ({select})" for name, select in self._steps or ())
        return f"WITH {steps}" if steps else ""

    def _name(self) -> str:
        self._names += 1
        return f"t{self._names}"

    def ids(self, texts: Iterable[str]) -> dict[str, int]:
        """Return the id of each term, adding those that the graphs do not have."""
        wanted = list(dict.fromkeys(texts))
        self.connection.execute(
            "INSERT INTO term SELECT hash(text), text FROM (SELECT unnest(?::VARCHAR[]) AS text) "
            "WHERE hash(text) NOT IN (SELECT id FROM term)",
            [wanted],
        )
        found = self.rows("SELECT unnest(?::VARCHAR[]) AS text, hash(text)", [wanted])
        self._refuse_shared_ids()
        return {str(text): int(str(number)) for text, number in found}

    def of_terms(self, texts: Iterable[str]) -> str:
        """Keep some terms in a temporary table `(n)`, whether the graphs have them or not, and return its name."""
        numbers = sorted(self.ids(texts).values())
        name = self.table("SELECT 0::UBIGINT AS n WHERE FALSE")
        self.rows(f"INSERT INTO {name} SELECT unnest(?::UBIGINT[])", [numbers])
        return name

    def fill(self, graphs: Sequence[StagedGraph]) -> None:
        """Read the graphs; raises CannotEncode where a line is too long or two terms have the same hash."""
        try:
            self._read(graphs)
        except duckdb.InvalidInputException as error:
            raise CannotEncode(str(error).splitlines()[0]) from error
        self.connection.execute(
            "CREATE TABLE term AS SELECT hash(text) AS id, text FROM"
            " (SELECT DISTINCT s AS text FROM line UNION SELECT DISTINCT p FROM line UNION SELECT DISTINCT o FROM line)"
        )
        self.connection.execute(
            "CREATE TABLE triple AS SELECT DISTINCT hash(s) AS s, hash(p) AS p, hash(o) AS o FROM line ORDER BY p, s"
        )
        self.connection.execute("DROP TABLE line")
        self._refuse_shared_ids()
        self._refuse_rewritten()

    def _read(self, graphs: Sequence[StagedGraph]) -> None:
        """Split the lines: subject and predicate have no space in them, the graph name's length is known."""
        self.connection.execute("CREATE TABLE line (s VARCHAR, p VARCHAR, o VARCHAR)")
        by_ending: dict[int, list[str]] = {}
        for graph in graphs:
            if graph.triples:
                by_ending.setdefault(len(graph.name), []).append(str(graph.path))
        for length, files in by_ending.items():
            self.connection.execute(
                f"""INSERT INTO line
                SELECT s, p, line[len(s) + len(p) + 3 : len(line) - {length + 5}]
                FROM (SELECT line, split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p
                      FROM read_csv(?, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false,
                                    delim = ?, quote = '', escape = '', max_line_size = {_MAX_LINE_BYTES}))""",
                [files, _NO_DELIMITER],
            )
        read = self.number("SELECT count(*) FROM line")
        promised = sum(graph.triples for graph in graphs)
        if read != promised:
            raise CannotEncode(f"{promised} lines were staged and {read} were read")

    def _refuse_shared_ids(self) -> None:
        terms, ids = self.rows("SELECT count(*), count(DISTINCT id) FROM term")[0]
        if terms != ids:
            raise CannotEncode("two terms have the same hash")

    def _refuse_rewritten(self) -> None:
        """Refuse tokens in which rdflib normalises white space whatever it is told, so that terms fall together."""
        endings = " OR ".join(f"ends_with(text, '^^<{XSD[name]}>')" for name in ("token", "normalizedString"))
        spaces = "contains(text, '  ') OR contains(text, '\\') OR starts_with(text, '\" ') OR contains(text, ' \"^^')"
        if self.number(f"SELECT count(*) FROM term WHERE ({endings}) AND ({spaces})"):
            raise CannotEncode("a token with white space that rdflib rewrites")


@contextmanager
def encoded(
    graphs: Sequence[StagedGraph], *, threads: int | None = None, memory_limit: str = "4GB"
) -> Iterator[TripleTable]:
    """Open a table with the graphs in it; what does not fit into `memory_limit` goes to a temporary folder."""
    with TemporaryDirectory(prefix="ckg-validate-") as folder, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{memory_limit}'")
        if threads:
            connection.execute(f"SET threads = {threads}")
        connection.execute(f"SET temp_directory = '{Path(folder) / 'spill'}'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        table = TripleTable(connection)
        table.fill(graphs)
        yield table
