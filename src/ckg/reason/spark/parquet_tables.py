"""The tables of a run as folders of Parquet: what is added is one more folder, what is replaced is written anew.

Nothing is computed twice: each table is on disk when it is asked, so that no plan reaches back beyond one statement.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from ckg.reason.engine.sorted_copy import settled
from ckg.reason.engine.sql import rewritten
from ckg.reason.spark.dialect import spark_sql, text_sql

_INLINE_ROWS: Final = 1_000
"""Rows of values up to which a table is written into the query."""

_SPARK_TYPES: Final = {"VARCHAR": "STRING", "UBIGINT": "BIGINT"}


class ParquetTables:
    """What `ckg.reason.engine.tables.Tables` asks, but for `load`; `folder` is seen by driver and workers alike."""

    def __init__(self, session: Any, folder: Path) -> None:
        self.session = session
        self._folder = folder
        self._parts: dict[str, list[Path]] = {}
        self._schemas: dict[str, Any] = {}
        self._written = 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return [tuple(row) for row in self.query(query).collect()]

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, one partition held at a time."""
        for row in self.query(query).toLocalIterator():
            yield tuple(row)

    def query(self, query: str) -> Any:
        """Return the data frame of a query in DuckDB's dialect."""
        return self.session.sql(spark_sql(query))

    def has(self, name: str) -> bool:
        """Return whether there is a table of this name."""
        return name in self._schemas

    def put(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str] | None = None) -> None:
        """Make a table from values: inline where they are few, else on disk."""
        kinds = {each: (types or {}).get(each, "BIGINT") for each in columns}
        schema = ", ".join(f"{each} {_SPARK_TYPES.get(kind, kind)}" for each, kind in kinds.items())
        rows = list(zip(*columns.values(), strict=True))
        if not rows or len(rows) > _INLINE_ROWS:
            frame = self.session.createDataFrame(rows, schema)
        else:
            values = ", ".join(f"({', '.join(map(_value, row))})" for row in rows)
            cast = ", ".join(
                f"CAST(col{place} AS {_SPARK_TYPES.get(kind, kind)}) AS {each}"
                for place, (each, kind) in enumerate(kinds.items(), start=1)
            )
            frame = self.session.sql(f"SELECT {cast} FROM VALUES {values}")
        if len(rows) > _INLINE_ROWS:
            self.keep(name, frame)
            return
        self._forget(name)
        self._schemas[name] = frame.schema
        frame.createOrReplaceTempView(name)

    def make(self, name: str, query: str) -> None:
        """Make a table from the rows of a query."""
        self.keep(name, self.query(query))

    def make_sorted(self, name: str, query: str, order: str) -> None:
        """Make a table; its rows are sorted when they are written."""
        self.make(name, query)

    def append(self, name: str, query: str) -> int:
        """Add the rows of a query to a table as one more folder; return how many there were."""
        frame = self._as_in(name, self.query(query))
        part = self._write(name, frame)
        count = int(self._read([part], frame.schema).count())
        if count:
            self._parts.setdefault(name, []).append(part)
            self._show(name)
        else:
            shutil.rmtree(part)
        return count

    def rewrite(self, renamed: Mapping[int, int], step: int, same_as: int) -> None:
        """Put representatives in the place of the terms they now stand for, see `Tables.rewrite`."""
        self.put("renamed", {"old": list(renamed), "new": list(renamed.values())})
        touched = " OR ".join(f"{column} IN (SELECT old FROM renamed)" for column in "spo")
        self.make("touched", f"SELECT * FROM facts WHERE {touched}")
        self.append("replaced", "SELECT * FROM touched")
        joins = " ".join(f"LEFT ANTI JOIN renamed r{column} ON f.{column} = r{column}.old" for column in "spo")
        self.keep("facts", self.session.sql(f"SELECT f.* FROM facts f {joins}"))
        self.append("facts", rewritten(step, same_as))

    @contextmanager
    def beside(self) -> Iterator[Self]:
        """Open the same tables for a second thread."""
        yield self

    def write_numbers(self, columns: Sequence[str], rows: str, order: str, path: Path) -> None:
        """Write columns of numbers as lines, a comma between two."""
        self._write_text(f"concat_ws(',', {', '.join(columns)})", rows, order, path)

    def write_lines(self, column: str, rows: str, order: str, path: Path) -> None:
        """Write a column of text as the lines of a file."""
        self._write_text(column, rows, order, path)

    def write_increasing(self, column: str, rows: str, order: str, path: Path) -> str:
        """Write a column of text as lines in the order of their bytes; return their SHA-256."""
        self._write_text(column, rows, order, path)
        digest = settled(path)
        if digest is None:
            raise AssertionError(f"{path} is not sorted by {order}")
        return digest

    def _write_text(self, column: str, rows: str, order: str, path: Path) -> None:
        """Write sorted lines by partition, and put the partitions one behind the other."""
        folder = self._new_folder(path.name)
        self.query(f"SELECT {column} AS line FROM {rows} ORDER BY {order}").write.text(str(folder))
        with path.open("wb") as whole:
            for part in sorted(folder.glob("part-*")):
                with part.open("rb") as lines:
                    shutil.copyfileobj(lines, whole, 1 << 20)
        shutil.rmtree(folder)

    def keep(self, name: str, frame: Any) -> None:
        """Make, or replace, a table from a data frame, which may be made of the table that is replaced."""
        part = self._write(name, frame)
        self._forget(name)
        self._schemas[name] = frame.schema
        self._parts[name] = [part]
        self._show(name)

    def frame(self, name: str) -> Any:
        """Return the data frame of the files of a table."""
        return self._read(self._parts[name], self._schemas[name])

    def drop(self, name: str) -> None:
        """Drop a table."""
        self._forget(name)
        self._schemas.pop(name, None)
        self.session.catalog.dropTempView(name)

    def _as_in(self, name: str, frame: Any) -> Any:
        """Give the columns of a frame the names and types of a table."""
        places = [f"c{place}" for place in range(len(frame.columns))]
        fields = zip(places, self._schemas[name].fields, strict=True)
        cast = [f"CAST({place} AS {field.dataType.simpleString()}) AS {field.name}" for place, field in fields]
        return frame.toDF(*places).selectExpr(*cast)

    def _write(self, name: str, frame: Any) -> Path:
        folder = self._new_folder(name)
        frame.write.parquet(str(folder))
        return folder

    def _new_folder(self, name: str) -> Path:
        self._written += 1
        return self._folder / f"{self._written:06d}-{name}"

    def _read(self, parts: Sequence[Path], schema: Any) -> Any:
        return self.session.read.schema(schema).parquet(*map(str, parts))

    def _show(self, name: str) -> None:
        self.frame(name).createOrReplaceTempView(name)

    def _forget(self, name: str) -> None:
        for part in self._parts.pop(name, ()):
            shutil.rmtree(part)


def _value(value: Any) -> str:
    if value is None:
        return "NULL"
    return text_sql(value) if isinstance(value, str) else str(value)
