"""An answer as a picture: bars for one measure in one unit, a map of places, a line of days, a graph of statements.

A picture is drawn only of what can be compared: numbers of different units each have bars of their own, and ordinals,
years and codes are no lengths.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from ckg.model.vocabulary import XSD_NS
from ckg.pages import maps, text
from ckg.pages.messages import gettext, marked
from ckg.pages.svg import timelines
from ckg.pages.svg.bipartite import Edge, End, bipartite
from ckg.pages.svg.charts import Bar, bars
from ckg.pages.svg.element import markup
from ckg.pages.svg.features import Land, Place
from ckg.pages.view_context import ViewContext

MAX_BARS: Final = 40
MAX_UNITS: Final = 6
"""Units of one column that are drawn, each by itself; an answer with more is no picture."""

MAX_EDGES: Final = 60
"""Statements that are drawn as a graph; more are not readable."""

NOT_STATED: Final = marked("not stated")
_MAX_PLACES: Final = 200
_MAX_DAYS: Final = 300

_DAY_TYPES: Final = (f"{XSD_NS}date", f"{XSD_NS}dateTime")
_LONGER_TYPES: Final = (f"{XSD_NS}gYear", f"{XSD_NS}gYearMonth")
_AGGREGATED: Final = re.compile(r"(?i)\b(?:COUNT|SUM|AVG)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s+AS\s+[?$](\w+)")
_UNIT_NAME: Final = re.compile(r"(?i)(?:^|_)(?:unit|currency)s?$|(?:Unit|Currency)$")
_UNIT_CLASSES: Final = ("http://qudt.org/schema/qudt/Unit", "http://qudt.org/schema/qudt/CurrencyUnit")
_FIRST_YEAR, _LAST_YEAR = 1000, 2200


@dataclass(frozen=True, slots=True)
class DatedRows:
    """Rows on a line of years, and how many rows have no whole day and are not on it."""

    drawing: Markup
    left_out: int


def charts(
    reader: ViewContext, columns: Sequence[str], rows: Sequence[Sequence[Any]], query: str
) -> tuple[Markup, ...]:
    """Return the rows as bars: one drawing for each unit, none where the rows cannot be compared.

    There must be one column of quantities, and one other column that names each row of a drawing differently. A column
    of whole numbers that count nothing (as `query` tells) and look like ordinals or years is no quantity.
    """
    counted = set(_AGGREGATED.findall(query))
    measures = [p for p, name in enumerate(columns) if _all_numbers(rows, p) and _is_quantity(rows, p, name in counted)]
    if not 1 <= len(rows) <= 10 * MAX_BARS or len(measures) != 1:
        return ()
    measured = measures[0]
    unit = next((p for p, name in enumerate(columns) if p != measured and _is_unit(reader, rows, p, name)), None)
    groups: dict[Any, list[Sequence[Any]]] = {}
    for row in rows:
        if row[measured] is not None:
            groups.setdefault(row[unit] if unit is not None else None, []).append(row)
    if not groups or len(groups) > MAX_UNITS:
        return ()
    others = [p for p in range(len(columns)) if p not in (measured, unit) and not _all_numbers(rows, p)]
    named = next((p for p in others if all(_names_each(reader, group, p) for group in groups.values())), None)
    if named is None:
        return ()
    drawn = []
    for number, (of, group) in enumerate(groups.items()):
        title = gettext("%(measure)s by %(name)s", measure=columns[measured], name=columns[named])
        if of is not None:
            title = gettext("%(title)s, in %(unit)s", title=title, unit=_name(reader, of))
        elif unit is not None:
            title = gettext("%(title)s (unit not stated)", title=title)
        found = [_bar(reader, row, named, measured) for row in group[:MAX_BARS]]
        drawn.append(markup(bars(title, found, ident=f"chart-{number + 1}")))
    return tuple(drawn)


def _bar(reader: ViewContext, row: Sequence[Any], named: int, measured: int) -> Bar:
    value = _number(row[measured])
    assert value is not None
    linked = row[named] if isinstance(row[named], NamedNode) else None
    href = reader.href(linked.value) if linked is not None else ""
    return Bar(_name(reader, row[named]), float(value), text.magnitude(str(value)), href)


def _name(reader: ViewContext, term: object) -> str:
    return reader.label(term).text if isinstance(term, NamedNode | Literal) else gettext(NOT_STATED)


def _names_each(reader: ViewContext, rows: Sequence[Sequence[Any]], place: int) -> bool:
    names = [_name(reader, row[place]) for row in rows]
    return len(set(names)) == len(names)


def _is_unit(reader: ViewContext, rows: Sequence[Sequence[Any]], place: int, name: str) -> bool:
    """Say whether a column has units: by its name, or by what its things are."""
    found = {row[place] for row in rows if row[place] is not None}
    if not found or any(_number(term) is not None for term in found):
        return False
    of_units = all(isinstance(t, NamedNode) and set(reader.graph.lookup.types(t)) & set(_UNIT_CLASSES) for t in found)
    return of_units or _UNIT_NAME.search(name) is not None


def _is_quantity(rows: Sequence[Sequence[Any]], place: int, is_counted: bool) -> bool:
    values = [value for row in rows if (value := _number(row[place])) is not None]
    if is_counted or any(value != value.to_integral_value() for value in values):
        return True
    whole = sorted({int(value) for value in values})
    is_ordinal = whole[0] in (0, 1) and whole[-1] <= whole[0] + len(values) and len(values) > 1
    is_year = whole[0] >= _FIRST_YEAR and whole[-1] <= _LAST_YEAR
    return not is_ordinal and not is_year


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
    return maps.drawn(
        gettext("The result on a map"), said, list(lands.values()), list(places.values()), ident="answer-map"
    )


def timeline(reader: ViewContext, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> DatedRows | None:
    """Return the rows on a line of years, by the first column of dates; None where there is no such column.

    A month or a year is no day: rows with one of them, or without any, are left out.
    """
    if len(rows) > _MAX_DAYS:
        return None
    dates = next((p for p in range(len(columns)) if _all_dates(row[p] for row in rows)), None)
    if dates is None:
        return None
    named = [p for p in range(len(columns)) if p != dates and not _all_numbers(rows, p)]
    events: dict[tuple[str, str], timelines.Event] = {}
    left_out = 0
    for row in rows:
        day = _day(row[dates])
        if day is None:
            left_out += 1
            continue
        thing = next((row[p] for p in named if row[p] is not None and not _is_date(row[p])), None)
        href = reader.href(thing.value) or "" if isinstance(thing, NamedNode) else ""
        words = text.date(row[dates].value)
        words = f"{_name(reader, thing)}, {words}" if thing is not None else words
        events.setdefault((words, href), timelines.Event(day, words, href))
    if len({event.day for event in events.values()}) < 2:
        return None
    title = gettext("The result by %(column)s", column=columns[dates])
    in_order = sorted(events.values(), key=lambda event: event.day)
    return DatedRows(markup(timelines.scale(title, in_order, ident="answer-days")), left_out)


def _all_dates(terms: Iterable[object]) -> bool:
    found = [term for term in terms if term is not None]
    return bool(found) and all(_is_date(term) for term in found)


def _is_date(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype.value in (*_DAY_TYPES, *_LONGER_TYPES)


def _day(term: object) -> datetime.date | None:
    """Return the day of a literal of type xsd:date or xsd:dateTime."""
    if not isinstance(term, Literal) or term.datatype.value not in _DAY_TYPES:
        return None
    return text.day(term.value)


def statement_graph(reader: ViewContext, triples: Sequence[Triple]) -> Markup | None:
    """Return statements as a graph, subjects on the left and what is said of them on the right; None for too many."""
    if not 1 <= len(triples) <= MAX_EDGES:
        return None
    edges = [Edge(*(_end(reader, term) for term in (t.subject, t.predicate, t.object))) for t in triples]
    return markup(bipartite(gettext("The result as a graph"), edges, ident="answer-graph"))


def _end(reader: ViewContext, term: object) -> End:
    if isinstance(term, NamedNode):
        return End(term.value, reader.label(term).text, reader.href(term.value) or "")
    if isinstance(term, Literal):
        return End(str(term), text.plain(term.value, 60), "")
    return End(str(term), gettext("without a name"), "")


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
