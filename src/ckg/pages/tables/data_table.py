"""What a table is: columns, and rows of values that can be shown, filtered, sorted and written as data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

import zstandard

from ckg.pages.messages import gettext
from ckg.pages.view_context import Ref, Words

Kind = Literal["things", "text", "number", "date", "flag", "words"]
"""What a column holds. `words` are quoted; a `number` may have a unit, in which alone it can be compared."""

MAX_ROWS: Final = 1_000
"""Rows of a table that can be filtered and sorted; a larger set is shown a page at a time."""

NAME: Final = "name"
"""The column of the thing itself."""

FLAGS: Final = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}
"""What a truth may be written as, and how it is written here."""


@dataclass(frozen=True, slots=True)
class TableValue:
    """One value of a cell.

    `key` is what it is filtered by: an IRI or a lexical form, the text itself where it is empty. `number` and `unit`
    are those of a figure, `tone` is a class of the style sheet that sets it apart.
    """

    text: str
    href: str = ""
    language: str = ""
    key: str = ""
    number: float | None = None
    unit: str = ""
    tone: str = ""
    source: str = ""

    @property
    def filtered_by(self) -> str:
        """The text by which a filter names the value."""
        return self.key or self.text

    def is_named_by(self, wanted: str, column: TableColumn | None) -> bool:
        """Say whether a filter means this value: by its key, its text, the year it lies in, or a part of its name."""
        kind = column.kind if column is not None else "text"
        if kind == "date" and self.filtered_by.startswith(wanted):
            return True
        if kind == "flag":
            return FLAGS.get(self.filtered_by.casefold()) == wanted
        text = self.text.casefold()
        if column is not None and column.by_part and wanted.casefold() in text:
            return True
        return wanted == self.filtered_by or wanted.casefold() == text

    @property
    def is_iri(self) -> bool:
        """Whether the key is the IRI of a thing."""
        return "://" in self.key or self.key.startswith("urn:")


Cell = Sequence[TableValue]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: `key` names it in addresses and files, `label` is its head, `definition` explains it.

    `facet` offers a filter by its values; `compared` lets two of them be put side by side; `is_extra` leaves it out
    until a reader asks for it; `by_part` lets a part of a name filter it.
    """

    key: str
    label: str
    kind: Kind = "text"
    facet: bool = False
    compared: bool = False
    is_extra: bool = False
    definition: str = ""
    by_part: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: the IRI of the thing it is about, its cells by the key of their column, and marks that it carries.

    `marks` are rows of a style and words, shown under the name.
    """

    iri: str
    cells: Mapping[str, Cell]
    marks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table in the order in which it is shown when nobody sorts it.

    `total` and `exact` are how many rows there are where not all are here: then it cannot be filtered or sorted. Two
    values of a column put side by side are compared row by row of `grouped_by`, a column's key. `per_page` are the
    rows of a page where nobody asks for more or fewer, and `is_found_by_words` says that words of a name leave fewer.
    """

    columns: Sequence[TableColumn]
    rows: Sequence[TableRow]
    total: int | None = None
    exact: bool = True
    grouped_by: str = ""
    title: str = ""
    lead: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    per_page: int = 100
    is_found_by_words: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every row is here, so that the table can be filtered and sorted."""
        return self.total is None

    def column(self, key: str) -> TableColumn | None:
        """Return the column with a key, or None."""
        return next((column for column in self.columns if column.key == key), None)

    def packed(self) -> bytes:
        """Return the table compressed, for a cache."""
        head = {
            **{name: getattr(self, name) for name in ("total", "exact", "grouped_by", "title", "lead")},
            **{name: getattr(self, name) for name in ("per_page", "is_found_by_words")},
            "notes": list(self.notes),
            "columns": [asdict(column) for column in self.columns],
            "rows": [
                [row.iri, {key: [_parts(value) for value in cell] for key, cell in row.cells.items()}, list(row.marks)]
                for row in self.rows
            ],
        }
        return zstandard.compress(json.dumps(head, ensure_ascii=False).encode())


def _parts(value: TableValue) -> list[object]:
    """Return the fields of a value in their order."""
    return [value.text, value.href, value.language, value.key, value.number, value.unit, value.tone, value.source]


def unpacked(packed: bytes) -> DataTable:
    """Return the table that `DataTable.packed` has compressed."""
    found: dict[str, Any] = json.loads(zstandard.decompress(packed))
    columns = [TableColumn(**column) for column in found.pop("columns")]
    rows = [
        TableRow(
            iri,
            {key: [TableValue(*parts) for parts in cell] for key, cell in cells.items()},
            [(style, words) for style, words in marks],
        )
        for iri, cells, marks in found.pop("rows")
    ]
    return DataTable(columns, rows, **found)


def translated(columns: Iterable[TableColumn]) -> list[TableColumn]:
    """Return columns with their heads in the language of the page."""
    return [replace(one, label=gettext(one.label), definition=gettext(one.definition)) for one in columns]


def thing(ref: Ref, tone: str = "") -> TableValue:
    """Return a thing as a value."""
    return TableValue(ref.words.text, ref.href, ref.words.lang, ref.iri, tone=tone)


def things(refs: Iterable[Ref]) -> list[TableValue]:
    """Return things as the values of a cell."""
    return [thing(ref) for ref in refs]


def said(words: Words | None) -> list[TableValue]:
    """Return text as the value of a cell, none where there is none."""
    return [TableValue(words.text, language=words.lang)] if words is not None and words.text else []
