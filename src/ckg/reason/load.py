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
from ckg.model.staged import LONGEST_LINE as LONGEST_STAGED
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.reason.lines import suffix
from ckg.reason.rules import AXIOMS, DATATYPES_OF_RL, RULES
from ckg.reason.trivia import REFLEXIVE, TOP, TOPPED, VOCABULARIES
from ckg.reason.vocabulary import FIRST, NIL, NOTHING, REST, SAME_AS, THING, TYPE, term

LONGEST_LINE: Final = 2_000_000
"""Bytes; where a line is longer, the lines are read again with more room."""


def built_in_terms() -> tuple[str, ...]:
    """Return the tokens that rules, axioms and datatypes name, sorted: they are in every dictionary."""
    words = {
        word for rule in RULES for pattern in (*rule.body, *([rule.head] if rule.head else [])) for word in pattern
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
    return tuple(sorted(word for word in words if word.startswith("<")))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known of the numbers of terms.

    `ids` are those of the built-in terms, `first_iri` and `first_blank` where IRIs and blank nodes begin,
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


def _split(graphs: Iterable[StagedGraph], ending: int, step: int, longest: int) -> str:
    return (
        f"SELECT s, p, substring(line, length(s) + length(p) + 3, length(line) - length(s) - length(p) - {2 + ending}) "
        f"AS o, {step} FROM (SELECT line, split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p "
        f"FROM {_lines(graphs, longest)})"
    )


def load(connection: duckdb.DuckDBPyConnection, staging: Staging, known: Container[str] | None = None) -> Terms:
    """Read the staged ontology and data into `dictionary(t, id)` and `facts(s, p, o, step, k)`, sorted by p, s, o.

    The step is 0, or 1 for triples that are only in graphs whose names are not among the `known`.
    """
    by_ending: dict[tuple[int, int], list[StagedGraph]] = {}
    for graph in staging.of(Role.ONTOLOGY, Role.DATA):
        if graph.triples:
            step = int(known is not None and graph.name not in known)
            by_ending.setdefault((len(suffix(graph.name)), step), []).append(graph)
    sizes = [graph.path.stat().st_size for graphs in by_ending.values() for graph in graphs]
    connection.execute("CREATE TABLE raw (s VARCHAR, p VARCHAR, o VARCHAR, step UINTEGER)")
    for (ending, step), graphs in sorted(by_ending.items()):
        try:
            connection.execute(f"INSERT INTO raw {_split(graphs, ending, step, min(LONGEST_LINE, max(sizes) + 1))}")
        except (duckdb.InvalidInputException, duckdb.NotImplementedException):
            # A line is longer than most; which of the two it is depends on where the line stands.
            connection.execute(f"INSERT INTO raw {_split(graphs, ending, step, min(LONGEST_STAGED, max(sizes)) + 1)}")
    connection.execute(
        "CREATE TABLE dictionary AS SELECT t, (row_number() OVER (ORDER BY t))::UINTEGER AS id FROM "
        "(SELECT DISTINCT s AS t FROM raw UNION SELECT DISTINCT p FROM raw UNION SELECT DISTINCT o FROM raw "
        "UNION SELECT unnest($built_in))",
        {"built_in": list(built_in_terms())},
    )
    connection.execute(
        "CREATE TABLE facts AS SELECT s.id AS s, p.id AS p, o.id AS o, min(raw.step) AS step, 0::UBIGINT AS k "
        "FROM raw JOIN dictionary s ON s.t = raw.s JOIN dictionary p ON p.t = raw.p JOIN dictionary o ON o.t = raw.o "
        "GROUP BY 1, 2, 3 ORDER BY 2, 1, 3"
    )
    connection.execute("DROP TABLE raw")
    return _terms(connection)


def _terms(connection: duckdb.DuckDBPyConnection) -> Terms:
    ids = dict(
        connection.execute(
            "SELECT t, id FROM dictionary WHERE t IN (SELECT unnest($built_in))", {"built_in": list(built_in_terms())}
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
    return Terms(ids, literals + 1, before_blank + 1, vocabularies)
