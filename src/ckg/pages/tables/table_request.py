"""What a reader wants to see of a table, as the address of the page says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from ckg.pages.tables.data_table import FLAGS, DataTable, TableColumn

PER_PAGE: Final = 100
MAX_PER_PAGE: Final = 2_000
MAX_PAGE: Final = 9_999_999
MISSING: Final = "-"
"""What a filter says for cells that are empty."""

ALL_COLUMNS: Final = "*"
"""What `show` says for every column."""

_MAX_CHARS: Final = 500
_MAX_VALUES: Final = 50
_OF_THE_TABLE: Final = frozenset({"q", "sort", "page", "per_page", "show", "left", "right", "format", "lang"})


class TableRequestError(ValueError):
    """An argument of a table cannot be understood; the message says which and what it may be."""


@dataclass(frozen=True, slots=True)
class TableRequest:
    """What is wanted of a table.

    `kept` are arguments that say which table it is. `text` occurs in a cell, whatever the case. `filters` are values by
    column: one of them must be there. `sort` is the key of a column, with a hyphen before it for the other way round.
    `show` are the columns: all that are no extras where it is empty, every one where it is `*`. `left` and
    `right` are `column:value`. `usual_per_page` are the rows of a page that an address need not name.
    `text_is_applied` says that the rows are already those for the text.
    """

    kept: tuple[tuple[str, str], ...] = ()
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    show: tuple[str, ...] = ()
    left: str = ""
    right: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    usual_per_page: int = PER_PAGE
    text_is_applied: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing is filtered or sorted, and nothing compared."""
        has_text = self.text and not self.text_is_applied
        return not (has_text or self.filters or self.sort or self.left or self.right)

    def arguments(self, *, without: Sequence[str] = (), **changed: str) -> list[tuple[str, str]]:
        """Return what is wanted as arguments of an address; the first page is not named.

        >>> TableRequest(text="yen", sort="-due", page=3).arguments(page="2")
        [('q', 'yen'), ('sort', '-due'), ('page', '2')]
        """
        rows = [*self.kept, ("q", self.text)]
        rows += [(key, value) for key, values in self.filters.items() for value in values]
        rows += [("sort", self.sort), *(("show", key) for key in self.show)]
        rows += [("left", self.left), ("right", self.right)]
        rows += [("page", str(self.page)), ("per_page", str(self.per_page))]
        rows = [(key, value) for key, value in rows if key not in changed and key not in without]
        rows += [(key, value) for key, value in changed.items() if value]
        default = {("page", "1"), ("per_page", str(self.usual_per_page))}
        return [row for row in rows if row[1] and row not in default]

    def query(self, *, without: Sequence[str] = (), **changed: str) -> str:
        """Return the arguments as the query of an address, with its question mark."""
        return "?" + urlencode(self.arguments(without=without, **changed), safe=":/,-")


def read(
    arguments: Mapping[str, Sequence[str]],
    table: DataTable,
    kept: Sequence[str] = (),
    named: Callable[[str], str] = str,
    *,
    text_is_applied: bool = False,
) -> TableRequest:
    """Return what the arguments of an address ask of a table; `kept` are those that say which table it is.

    `named` gives the IRI for a CURIE, and any other text as it is. Raises `TableRequestError`.
    """
    known = {column.key: column for column in table.columns}
    filters: dict[str, tuple[str, ...]] = {}
    for name, values in arguments.items():
        given = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
        if name in _OF_THE_TABLE or name in kept:
            continue
        if name not in known:
            offered = ", ".join(sorted(known))
            raise TableRequestError(f"There is no column {name[:60]!r} to filter by. There are: {offered}.")
        if len(given) > _MAX_VALUES or any(len(value) > _MAX_CHARS for value in given):
            raise TableRequestError(f"A filter has at most {_MAX_VALUES} values of {_MAX_CHARS} characters each.")
        if given:
            filters[name] = tuple(_filter(known[name], value, named) for value in given)

    def one(name: str) -> str:
        return (list(arguments.get(name, ())) or [""])[0].strip()[:_MAX_CHARS]

    sort = one("sort")
    if sort.removeprefix("-") not in ("", *known):
        raise TableRequestError(f"sort must be a column ({', '.join(sorted(known))}), with a hyphen before it or not.")
    show = tuple(dict.fromkeys(arguments.get("show", ())))
    if any(key not in known and key != ALL_COLUMNS for key in show):
        raise TableRequestError(f"show must be columns ({', '.join(sorted(known))}), or * for all of them.")
    wanted = TableRequest(
        tuple((name, value[:_MAX_CHARS]) for name in kept for value in arguments.get(name, ()) if value),
        one("q"),
        filters,
        sort,
        show,
        _side(table, one("left"), "left"),
        _side(table, one("right"), "right"),
        number("page", one("page"), 1),
        number("per_page", one("per_page"), table.per_page),
        table.per_page,
        text_is_applied,
    )
    if not table.is_whole and not wanted.is_plain:
        raise TableRequestError(
            f"This table has {table.total} rows, too many to filter, sort or compare here. "
            f"{'Give words of a name in q, page' if table.is_found_by_words else 'Page'} through it, or ask by SPARQL."
        )
    return wanted


def _filter(column: TableColumn, value: str, named: Callable[[str], str]) -> str:
    """Return the value of a filter as cells have it: a truth as `true` or `false`, a thing by its IRI."""
    if column.kind == "things":
        return named(value)
    if column.kind != "flag" or value == MISSING:
        return value
    if value.casefold() not in FLAGS:
        raise TableRequestError(f"{column.key} must be true or false, not {value[:20]!r}.")
    return FLAGS[value.casefold()]


def whole(wanted: TableRequest) -> TableRequest:
    """Return the same without its pages: what a file holds."""
    return replace(wanted, page=1, per_page=MAX_PER_PAGE)


def _side(table: DataTable, given: str, name: str) -> str:
    key, _, value = given.partition(":")
    column = table.column(key)
    if given and (column is None or not column.compared or not value):
        known = ", ".join(column.key for column in table.columns if column.compared) or "none"
        raise TableRequestError(f"{name} must be a column that can be compared ({known}), a colon and a value.")
    return given


def number(name: str, given: str, default: int) -> int:
    """Return the number of a page (`page`), or of rows on one (`per_page`). Raises `TableRequestError`."""
    most = MAX_PAGE if name == "page" else MAX_PER_PAGE
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 9) or not 1 <= int(given) <= most:
        raise TableRequestError(f"{name} must be a number from 1 to {most}.")
    return int(given)
