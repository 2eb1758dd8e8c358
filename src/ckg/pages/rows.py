"""What a query of the project says, as templates read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions

from ckg.pages.folder.queries import bound
from ckg.pages.view_context import Datum, Ref, ViewContext

_MAX_ROWS = 1_000

Run = Callable[[str], QuerySolutions | QueryBoolean]
"""Evaluates a query within the limits of the endpoint."""


@dataclass(frozen=True, slots=True)
class Row:
    """A solution as templates read it: `row.name` is a thing or a value ready to be shown, None where it is unbound."""

    _cells: dict[str, Ref | Datum | None]

    def __getitem__(self, name: str) -> Ref | Datum | None:
        return self._cells[name]

    def __iter__(self) -> Iterator[Ref | Datum | None]:
        return iter(self._cells.values())


@dataclass(frozen=True, slots=True)
class Rows:
    """The solutions of a query in its order, at most a thousand; `more` says that there are others."""

    columns: tuple[str, ...]
    rows: Sequence[Row]
    more: bool

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def answer(run: Run, reader: ViewContext, text: str, this: NamedNode | None) -> Rows | bool:
    """Return what a query says: rows of a SELECT, the truth of an ASK."""
    found = run(bound(text, this, reader.language))
    if isinstance(found, QueryBoolean):
        return bool(found)
    columns = tuple(variable.value for variable in found.variables)
    rows: list[Row] = []
    for solution in found:
        if len(rows) == _MAX_ROWS:
            return Rows(columns, rows, more=True)
        rows.append(Row({name: _shown(reader, solution[name]) for name in columns}))
    return Rows(columns, rows, more=False)


def _shown(reader: ViewContext, term: object) -> Ref | Datum | None:
    return reader.show(term) if isinstance(term, NamedNode | BlankNode | Literal) else None
