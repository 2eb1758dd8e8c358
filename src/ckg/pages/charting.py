"""An answer as a picture: bars for a column of numbers, a map for things that have a place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from ckg.pages import maps, text
from ckg.pages.svg.charts import Bar, bars
from ckg.pages.svg.element import markup
from ckg.pages.svg.features import Land, Place
from ckg.pages.view_context import ViewContext

MAX_BARS = 40
_MAX_PLACES = 200


def chart(reader: ViewContext, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Markup | None:
    """Return the rows as bars, if a column has only numbers: the last such column, named by the first other one."""
    if not 1 <= len(rows) <= 10 * MAX_BARS:
        return None
    numbers = [place for place in range(len(columns)) if _all_numbers(rows, place)]
    if not numbers:
        return None
    measured = numbers[-1]
    names = [place for place in range(len(columns)) if place not in numbers]
    named = next((p for p in names if any(isinstance(row[p], Literal) for row in rows)), names[0] if names else None)
    drawn = []
    for row in rows[:MAX_BARS]:
        value = _number(row[measured])
        if value is None or (named is None and len(rows) > MAX_BARS):
            continue
        term = row[named] if named is not None else None
        name = reader.label(term).text if isinstance(term, NamedNode | Literal) else columns[measured]
        linked = next((cell for cell in row if isinstance(cell, NamedNode)), None)
        href = reader.href(linked.value) if linked is not None else ""
        drawn.append(Bar(name, float(value), text.number(str(value)), href))
    if not drawn:
        return None
    title = f"{columns[measured]}{f' by {columns[named]}' if named is not None else ''}"
    return markup(bars(title, drawn))


def result_map(reader: ViewContext, rows: Sequence[Sequence[Any]]) -> Markup | None:
    """Return the things in the rows that have a place as a map: states by their outline, others as points."""
    lands: dict[str, Land] = {}
    places: dict[str, Place] = {}
    for row in rows:
        for cell in row:
            if isinstance(cell, NamedNode) and len(places) + len(lands) < _MAX_PLACES:
                lands |= maps.land_of(reader, cell, "member")
                for place in maps.places_of(reader, [cell], "port"):
                    places[place.name] = place
            elif isinstance(cell, Literal) and cell.datatype.value.endswith("#wktLiteral"):
                point = maps.point(cell.value)
                if point is not None:
                    name = next((c.value for c in row if isinstance(c, Literal) and c is not cell), "")
                    places[f"{point}"] = Place(*point, text.plain(name, 60), "", "port")
    if not lands and not places:
        return None
    said = ", ".join([*(land.name for land in lands.values()), *(place.name for place in places.values())])
    return maps.drawn("The answer on a map", said, list(lands.values()), list(places.values()), ident="answer-map")


def _all_numbers(rows: Sequence[Sequence[Any]], place: int) -> bool:
    found = [row[place] for row in rows if row[place] is not None]
    return bool(found) and all(_number(cell) is not None for cell in found)


def _number(term: object) -> Decimal | None:
    if not isinstance(term, Literal) or term.datatype.value.rpartition("#")[2] not in _KINDS:
        return None
    try:
        value = Decimal(term.value)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


_KINDS = {"integer", "decimal", "double", "float", "int", "long", "short", "nonNegativeInteger", "positiveInteger"}
