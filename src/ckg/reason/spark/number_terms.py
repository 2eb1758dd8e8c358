"""From staged graphs to numbered terms and facts on Spark.

Triples are read as 64-bit hashes of their terms and get numbers by joins of numbers. Terms are numbered in the order of
their bytes, as DuckDB numbers them: the terms are sorted into files one after the other, and a term's number is its
place in its file behind the terms of the files before.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import accumulate
from typing import Final

from ckg.errors import StageFailed
from ckg.model.staged import Role, Staging
from ckg.reason.engine.load import CONTEXT, DATA, batches
from ckg.reason.engine.sql import WITNESS_BITS
from ckg.reason.spark.parquet_tables import ParquetTables

MOST_TERMS: Final = 2**WITNESS_BITS - 1
"""Terms at most: each may be the witness of a reason, and has ten digits in the derivations."""

HASH: Final = "xxhash64({})"
TEXT: Final = "{}"
"""Data may come from strangers, who can find two terms with one hash."""


def make_facts(tables: ParquetTables, staging: Staging, known: Container[str] | None, named: Sequence[str]) -> None:
    """Make `dictionary`, `facts` and, if need be, `described`; see `ckg.reason.engine.tables.Tables.load`."""
    _read(tables, staging, known)
    _number_terms(tables, named)
    key = HASH if _has_keys_of_its_own(tables) else TEXT
    s, p, o, t = (key.format(column) for column in ("s", "p", "o", "t"))
    tables.keep("numbers", tables.session.sql(f"SELECT {t} AS k, id FROM dictionary"))
    tables.keep("keyed", tables.session.sql(f"SELECT {s} AS s, {p} AS p, {o} AS o, step, role FROM raw"))
    joined = tables.session.sql(
        "SELECT s.id AS s, p.id AS p, o.id AS o, min(r.step) AS step, CAST(0 AS BIGINT) AS k FROM keyed r "
        "JOIN numbers s ON s.k = r.s JOIN numbers p ON p.k = r.p JOIN numbers o ON o.k = r.o GROUP BY 1, 2, 3"
    )
    tables.keep("facts", joined.orderBy("p", "s", "o"))
    if staging.of(Role.CONTEXT):
        tables.keep(
            "described",
            tables.session.sql(
                f"SELECT n.id AS t, bool_or(r.role = {DATA}) AS data FROM keyed r JOIN numbers n ON n.k = r.s "
                f"WHERE r.role <> {CONTEXT} GROUP BY 1"
            ),
        )
    for name in ("keyed", "numbers"):
        tables.drop(name)


def _read(tables: ParquetTables, staging: Staging, known: Container[str] | None) -> None:
    """Make the view `raw(s, p, o, step, role)` of the lines of all graphs."""
    empty = "CAST('' AS STRING) AS s, CAST('' AS STRING) AS p, CAST('' AS STRING) AS o"
    selects = [f"SELECT {empty}, CAST(0 AS BIGINT) AS step, 0 AS role WHERE false"]
    for number, batch in enumerate(batches(staging, known)):
        files = [str(graph.path.resolve()) for graph in batch.graphs]
        tables.session.read.text(files, lineSep="\n").createOrReplaceTempView(f"lines{number}")
        cut = "length(value) - length(s) - length(p)"
        selects.append(
            f"SELECT s, p, substring(value, length(s) + length(p) + 3, {cut} - {2 + batch.ending}) AS o, "
            f"CAST({batch.step} AS BIGINT) AS step, {batch.role} AS role FROM (SELECT value, s, "
            f"substring_index(substring(value, length(s) + 2), ' ', 1) AS p FROM "
            f"(SELECT value, substring_index(value, ' ', 1) AS s FROM lines{number}))"
        )
    tables.session.sql(" UNION ALL ".join(selects)).createOrReplaceTempView("raw")


def _number_terms(tables: ParquetTables, named: Sequence[str]) -> None:
    tables.put("named", {"t": named}, {"t": "VARCHAR"})
    distinct = tables.session.sql(
        "SELECT DISTINCT t FROM (SELECT explode(array(s, p, o)) AS t FROM raw UNION ALL SELECT t FROM named)"
    )
    tables.keep("sorted_terms", distinct.orderBy("t"))
    placed = tables.frame("sorted_terms").selectExpr("t", "_metadata.file_name AS file", "_metadata.row_index AS place")
    placed.createOrReplaceTempView("placed_terms")
    files = tables.session.sql("SELECT file, count(*) AS terms FROM placed_terms GROUP BY 1 ORDER BY 1").collect()
    total = sum(row.terms for row in files)
    if total > MOST_TERMS:
        raise StageFailed(f"the project has {total:,} terms, more than the {MOST_TERMS:,} that reasoning can number")
    starts = accumulate((row.terms for row in files[:-1]), initial=0)
    tables.put("starts", {"file": [row.file for row in files], "start": list(starts)}, {"file": "VARCHAR"})
    tables.keep(
        "dictionary",
        tables.session.sql("SELECT t, start + place + 1 AS id FROM placed_terms JOIN starts USING (file)"),
    )
    tables.drop("sorted_terms")


def _has_keys_of_its_own(tables: ParquetTables) -> bool:
    """Return whether every term has a hash that no other has."""
    shared = f"SELECT 1 FROM dictionary GROUP BY {HASH.format('t')} HAVING count(*) > 1 LIMIT 1"
    return not tables.session.sql(shared).collect()
