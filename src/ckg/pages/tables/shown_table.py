"""A table as a reader asked for it: filtered, sorted, a page of it, with its facets and what is put side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ckg.pages.messages import gettext
from ckg.pages.tables.data_table import FLAGS, NAME, Cell, DataTable, TableColumn, TableRow, TableValue
from ckg.pages.tables.table_request import ALL_COLUMNS, MISSING, TableRequest

_MAX_OPTIONS: Final = 200
_MANY_FACETS: Final = 11
"""Filters beyond which those by columns that are not shown are folded away."""


@dataclass(frozen=True, slots=True)
class FacetOption:
    """A value that a column can be filtered by: how many rows would be left, and whether it is chosen."""

    value: str
    text: str
    rows: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class TableFacet:
    """The values of a column with how many rows have each, under all other filters that are set.

    `is_near` says that it stands among the first filters: the project asked for it, its column is shown, or it is set.
    """

    column: TableColumn
    options: list[FacetOption]
    is_near: bool = True


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """The head of a column: the address that sorts by it, and how it is sorted now (`ascending` or `descending`)."""

    column: TableColumn
    href: str
    sorted: str


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """Rows of both sides that belong together; `value` is what they share."""

    value: TableValue
    left: list[TableRow]
    right: list[TableRow]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values side by side, group by group; `both` counts the groups in which both have something."""

    left: TableValue
    right: TableValue
    groups: list[ComparedGroup]

    @property
    def both(self) -> int:
        """How many groups have rows on both sides."""
        return sum(1 for group in self.groups if group.left and group.right)


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A page of a table as it was asked for; `total` is how many rows are left by the filters, on all pages."""

    table: DataTable
    wanted: TableRequest
    columns: list[TableColumn]
    rows: Sequence[TableRow]
    total: int
    exact: bool
    more: bool
    heads: list[ColumnHead]
    facets: list[TableFacet]
    sides: list[TableFacet]
    comparison: Comparison | None

    @property
    def pages(self) -> int:
        """How many pages there are, as far as the rows are counted."""
        return max(1, -(-self.total // self.wanted.per_page))

    @property
    def extras(self) -> bool:
        """Whether there are columns that a reader may add."""
        return any(column.is_extra for column in self.table.columns)


def shown(table: DataTable, wanted: TableRequest) -> ShownTable:
    """Return what is wanted of a table, a page of it."""
    left = [row for row in table.rows if _fits(row, wanted, table)] if table.is_whole else list(table.rows)
    total = len(left) if table.total is None else table.total
    ordered = _sorted(left, wanted.sort)
    start = (wanted.page - 1) * wanted.per_page if table.is_whole else 0
    rows = ordered[start : start + wanted.per_page]
    keys = (NAME, *wanted.show) if wanted.show else tuple(c.key for c in table.columns if not c.is_extra)
    columns = [column for column in table.columns if column.key in keys or ALL_COLUMNS in wanted.show]
    return ShownTable(
        table=table,
        wanted=wanted,
        columns=columns,
        rows=rows,
        total=total,
        exact=table.exact,
        more=start + len(rows) < total if table.is_whole else wanted.page * wanted.per_page < total,
        heads=[_head(column, wanted, table) for column in columns],
        facets=_facets(table, wanted) if table.is_whole else [],
        sides=_sides(table) if table.is_whole else [],
        comparison=_comparison(table, wanted, ordered),
    )


def _fits(row: TableRow, wanted: TableRequest, table: DataTable, without: str = "") -> bool:
    text = "" if wanted.text_is_applied else wanted.text.casefold()
    if text and not any(text in value.text.casefold() for cell in row.cells.values() for value in cell):
        return False
    return all(
        key == without or _has(row.cells.get(key, ()), values, table.column(key))
        for key, values in wanted.filters.items()
    )


def _has(cell: Cell, values: Sequence[str], column: TableColumn | None) -> bool:
    return any(
        (wanted == MISSING and not cell) or any(v.is_named_by(wanted, column) for v in cell) for wanted in values
    )


def _sorted(rows: list[TableRow], sort: str) -> list[TableRow]:
    key = sort.removeprefix("-")
    if not key:
        return rows
    filled = [row for row in rows if row.cells.get(key)]
    empty = [row for row in rows if not row.cells.get(key)]  # what is not stated comes last, either way round
    return sorted(filled, key=lambda row: _order(row.cells[key][0]), reverse=sort.startswith("-")) + empty


def _order(value: TableValue) -> tuple[str, float, str]:
    """Return what orders a value: a figure within its unit only, as others cannot be compared."""
    if value.number is not None:
        return value.unit, value.number, ""
    return "", 0.0, (value.key if value.key and not value.is_iri else value.text).casefold()


def _head(column: TableColumn, wanted: TableRequest, table: DataTable) -> ColumnHead:
    sorted_now = {column.key: "ascending", f"-{column.key}": "descending"}.get(wanted.sort, "")
    other = f"-{column.key}" if sorted_now == "ascending" else column.key
    href = wanted.query(without=("page",), sort=other) if table.is_whole else ""
    return ColumnHead(column, href, sorted_now)


def _facets(table: DataTable, wanted: TableRequest) -> list[TableFacet]:
    found = []
    is_long = sum(column.facet for column in table.columns) > _MANY_FACETS
    for column in table.columns:
        if column.facet:
            rows = [row for row in table.rows if _fits(row, wanted, table, without=column.key)]
            facet = _facet(column, rows, wanted.filters.get(column.key, ()))
            is_set = any(option.chosen for option in facet.options)
            if len(facet.options) > 1 or is_set:
                near = is_set or not (column.is_extra and is_long)
                found.append(replace(facet, is_near=near))
    return found


def _facet(column: TableColumn, rows: Sequence[TableRow], chosen: Sequence[str]) -> TableFacet:
    counted: Counter[str] = Counter()
    texts: dict[str, str] = {}
    for row in rows:
        values = {_facet_value(column, value): value for value in row.cells.get(column.key, ())}
        counted.update(list(values) or [MISSING])
        for key, value in values.items():
            texts.setdefault(key, key if column.kind == "date" else value.text)
    for one in chosen:  # what is chosen is offered, even where nothing is left of it
        if not any(_means(one, key, texts.get(key, "")) for key in counted):
            counted[one] = sum(_has(row.cells.get(column.key, ()), [one], column) for row in rows)
    texts.setdefault(MISSING, gettext("not stated"))
    order = sorted(counted, key=lambda key: (key == MISSING, *_facet_order(column, key, counted, texts)))
    options = [
        FacetOption(key, texts.get(key, key), counted[key], any(_means(one, key, texts.get(key, "")) for one in chosen))
        for key in order[:_MAX_OPTIONS]
    ]
    return TableFacet(column, options)


def _facet_value(column: TableColumn, value: TableValue) -> str:
    if column.kind == "flag":
        return FLAGS.get(value.filtered_by.casefold(), value.filtered_by)
    return value.filtered_by[:4] if column.kind == "date" else value.filtered_by


def _facet_order(column: TableColumn, key: str, counted: Counter[str], texts: dict[str, str]) -> tuple[int, str]:
    """Return what orders the options: years by time, all else by how often it occurs."""
    return (0, key) if column.kind == "date" else (-counted[key], texts.get(key, key).casefold())


def _means(given: str, key: str, text: str) -> bool:
    return given == key or given.casefold() == text.casefold()


def _sides(table: DataTable) -> list[TableFacet]:
    facets = [_facet(column, table.rows, ()) for column in table.columns if column.compared]
    return [
        TableFacet(facet.column, sorted(_stated(facet), key=lambda option: option.text.casefold())) for facet in facets
    ]


def _stated(facet: TableFacet) -> list[FacetOption]:
    return [option for option in facet.options if option.value != MISSING]


def _comparison(table: DataTable, wanted: TableRequest, rows: Sequence[TableRow]) -> Comparison | None:
    if not (wanted.left and wanted.right and table.is_whole):
        return None
    sides = []
    for side in (wanted.left, wanted.right):
        key, _, value = side.partition(":")
        column = table.column(key)
        own = [row for row in rows if _has(row.cells.get(key, ()), [value], column)]
        found = [v for row in table.rows for v in row.cells.get(key, ()) if v.is_named_by(value, column)]
        sides.append((found[0] if found else TableValue(value), own))
    groups: dict[str, ComparedGroup] = {}
    none = TableValue(gettext("not stated"))
    for place, (_, own) in enumerate(sides):
        for row in own:
            for shared in row.cells.get(table.grouped_by, ()) or [none]:
                group = groups.setdefault(shared.filtered_by, ComparedGroup(shared, [], []))
                (group.left, group.right)[place].append(row)
    ordered = sorted(
        groups.values(), key=lambda g: (not (g.left and g.right), g.value is none, g.value.text.casefold())
    )
    return Comparison(sides[0][0], sides[1][0], ordered)
