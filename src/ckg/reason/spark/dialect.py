"""From DuckDB's dialect of SQL to Spark's."""

from __future__ import annotations

from typing import Any


def spark_sql(query: str) -> str:
    """Return a query of DuckDB in Spark's dialect."""
    import sqlglot  # noqa: PLC0415 - an extra

    translated: str = sqlglot.parse_one(query, read="duckdb").transform(_mended).sql(dialect="spark")
    return translated


def text_sql(text: str) -> str:
    """Return text as a string of Spark's SQL, in which a backslash and a quotation mark are escaped by a backslash."""
    from sqlglot import exp  # noqa: PLC0415 - an extra

    written: str = exp.Literal.string(text).sql(dialect="spark")
    return written


def _mended(node: Any) -> Any:
    """Put what Spark has in the place of types and functions that sqlglot leaves as they are."""
    from sqlglot import exp  # noqa: PLC0415 - an extra

    if isinstance(node, exp.DataType):
        # Spark has no unsigned integers. Its BIGINT holds the numbers of terms, and those of reasons as long as
        # there are fewer than 2**30 instances of rules (`ckg.reason.engine.sql.WITNESS_BITS`).
        kinds = {exp.DataType.Type.UBIGINT: "BIGINT", exp.DataType.Type.UINT: "BIGINT"}
        kinds[exp.DataType.Type.INT128] = "DECIMAL(38, 0)"
        return exp.DataType.build(kinds[node.this]) if node.this in kinds else node
    if isinstance(node, exp.RegexpFullMatch):
        return exp.RegexpLike(this=node.this, expression=exp.Literal.string(rf"\A(?:{node.expression.name})\z"))
    return node
