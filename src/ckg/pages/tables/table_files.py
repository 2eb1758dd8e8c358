"""A table as a file: CSV, TSV, JSON and Parquet, of the rows and columns that are shown."""

from __future__ import annotations

import csv
import functools
import importlib.util
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from ckg.formats import CSV, TSV, Format
from ckg.formats.media import JSON, PARQUET
from ckg.pages.tables.data_table import NAME, TableColumn, TableRow
from ckg.pages.tables.shown_table import ShownTable

_JOINT: Final = " | "


@functools.cache
def offered() -> tuple[Format, ...]:
    """Return the formats that this installation can write; Parquet needs the extra `parquet`."""
    found = (CSV, TSV, JSON)
    return (*found, PARQUET) if importlib.util.find_spec("pyarrow") is not None else found


def written(table: ShownTable, form: Format, about: Mapping[str, object]) -> bytes:
    """Return a table in a format; `about` goes into the head of JSON.

    Every format has the same columns. In JSON a cell is a list, in text its values are joined by ` | `.
    """
    if form == JSON:
        return _json(table, about)
    if form == PARQUET:
        return _parquet(table)
    return _text(list(_fields(table)), ([_joined(cell) for cell in row.values()] for row in _records(table)), form)


def _text(fields: Sequence[str], rows: Iterable[list[str]], form: Format) -> bytes:
    """Return rows of text in CSV (RFC 4180) or TSV, below the names of their fields."""
    out = io.StringIO(newline="")
    # Text with tabs has no quotes in the sense of IANA's text/tab-separated-values: what would need them is a blank.
    writer = csv.writer(out) if form == CSV else _TabWriter(out)
    writer.writerow(list(fields))
    writer.writerows(rows)
    return out.getvalue().encode()


class _TabWriter:
    """Writes rows with tabs between cells and a line feed after each."""

    def __init__(self, out: io.StringIO) -> None:
        self._out = out

    def writerow(self, row: list[Any]) -> None:
        self._out.write("\t".join(" ".join(str(cell).split()) for cell in row) + "\n")

    def writerows(self, rows: Iterable[list[Any]]) -> None:
        for row in rows:
            self.writerow(row)


def _fields(table: ShownTable) -> Iterator[str]:
    """Yield the names of the columns of a file: beside a thing its IRI, beside figures with units both parts."""
    taken = {column.key for column in table.columns}
    yield "iri"
    for column in table.columns:
        if column.key == NAME:
            yield "label"
            yield "label_language" if "language" in taken else "language"
            continue
        yield column.key
        if column.kind == "things":
            yield f"{column.key}_iri"
        elif _has_units(table, column):
            yield f"{column.key}_number"
            yield f"{column.key}_unit"


def _has_units(table: ShownTable, column: TableColumn) -> bool:
    """Say whether a column has figures with units, which take columns of their own."""
    return column.kind == "number" and any(value.unit for row in table.rows for value in row.cells.get(column.key, ()))


Field = str | list[str] | list[float]


def _records(table: ShownTable) -> Iterator[dict[str, Field]]:
    """Yield each row by the names of its columns: a text for the thing itself, a list for every other cell."""
    names = list(_fields(table))
    for row in table.rows:
        yield dict(zip(names, _cells(table, row), strict=True))


def _cells(table: ShownTable, row: TableRow) -> Iterator[Field]:
    yield row.iri
    for column in table.columns:
        cell = row.cells.get(column.key, ())
        if column.key == NAME:
            yield cell[0].text if cell else ""
            yield cell[0].language if cell else ""
            continue
        has_units = _has_units(table, column)
        if column.kind == "number" and not has_units:
            yield [value.number for value in cell if value.number is not None]
        elif column.kind in ("date", "flag"):  # as the data have it: programs read no "20 December"
            yield [value.filtered_by for value in cell]
        else:
            yield [value.text for value in cell]
        if column.kind == "things":
            yield [value.key if value.is_iri else "" for value in cell]
        elif has_units:
            yield [value.number for value in cell if value.number is not None]
            yield [value.unit for value in cell if value.number is not None]


def _joined(cell: Field) -> str:
    if isinstance(cell, str):
        return cell
    return _JOINT.join(value if isinstance(value, str) else _digits(value) for value in cell)


def _digits(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def _json(table: ShownTable, about: Mapping[str, object]) -> bytes:
    head = {
        **about,
        "total": table.total,
        "exact": table.exact,
        "page": table.wanted.page,
        "per_page": table.wanted.per_page,
        "more": table.more,
        "columns": {column.key: column.label for column in table.columns},
    }
    answer = {**head, "rows": list(_records(table))}
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def _parquet(table: ShownTable) -> bytes:
    """Return the rows as Parquet: text for the thing itself, a list of texts or numbers for every other cell."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    records = list(_records(table))
    arrays: dict[str, Any] = {}
    for name in _fields(table):
        found = [record[name] for record in records]
        is_text = all(isinstance(cell, str) for cell in found)
        is_number = not is_text and any(isinstance(value, float) for cell in found for value in cell)
        inner = pa.float64() if is_number else pa.string()
        arrays[name] = pa.array(found, type=pa.string() if is_text else pa.list_(inner))
    out = io.BytesIO()
    pq.write_table(pa.table(arrays), out)
    return out.getvalue()
