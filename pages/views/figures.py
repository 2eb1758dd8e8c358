"""Amounts of money, quantities and periods, as sources state them and as people say them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from ckg.pages import text
from ckg.pages.graph import Node
from ckg.pages.messages import ngettext, nmarked
from ckg.pages.terms import SCHEMA
from ckg.pages.view_context import Figure, Ref, ViewContext

from .terms import CKG, QUDT, TIME

_SYMBOLS = {"JPY": "¥", "USD": "US$", "EUR": "€", "CNY": "CN¥"}


@dataclass(frozen=True, slots=True)
class Period:
    """When something is to be carried out: days as ISO 8601, empty where they are not known."""

    ref: Ref
    start: str
    end: str
    duration: str


def figures(reader: ViewContext, subject: Node) -> list[Figure]:
    """Return the amounts and quantities of a statement."""
    graph = reader.graph
    money = [amount(reader, node) for node in graph.nodes(subject, CKG.amount)]
    return money + [quantity(reader, node) for node in graph.nodes(subject, CKG.quantity)]


def amount(reader: ViewContext, node: Node) -> Figure:
    """Return an amount of money (schema:MonetaryAmount)."""
    graph = reader.graph
    low, high = graph.text(node, SCHEMA.minValue), graph.text(node, SCHEMA.maxValue)
    value = graph.text(node, SCHEMA.value) or ""
    currency = graph.value(node, SCHEMA.currency, QUDT.hasUnit)
    code = currency.value.rpartition("/")[2] if isinstance(currency, NamedNode) else currency.value if currency else ""
    symbol = _SYMBOLS.get(code, f"{code} " if code else "")
    name = reader.label(currency).text if isinstance(currency, NamedNode) else code
    said = _between(low, high, text.magnitude) if low and high and not value else text.magnitude(value)
    exact = _between(low, high, text.number) if low and high and not value else text.number(value)
    return Figure(
        reader.ref(node),
        f"{symbol}{said}" if said else "",
        f"{exact} {name}".strip(),
        text.plain(graph.text(node, CKG.asStated) or "", 120),
        _qualifier(reader, node),
        _float(value or low or ""),
        code,
    )


def quantity(reader: ViewContext, node: Node) -> Figure:
    """Return a quantity, a share or a rate (qudt:QuantityValue)."""
    graph = reader.graph
    value = graph.text(node, QUDT.numericValue, QUDT.value, SCHEMA.value) or ""
    low, high = graph.text(node, QUDT.lowerBound), graph.text(node, QUDT.upperBound)
    unit = graph.value(node, QUDT.hasUnit, QUDT.unit)
    name = reader.label(unit).text if unit is not None and not isinstance(unit, Literal) else unit.value if unit else ""
    if isinstance(unit, NamedNode) and reader.label(unit).lang == "en" and (value or high) != "1":
        name = _plural(name)
    shown = text.number(value) if value else _between(low, high, text.number)
    large = text.magnitude(value) if value else _between(low, high, text.magnitude)
    written = "%" if name in ("per cent", "percent") else name
    if isinstance(unit, NamedNode) and unit.value.endswith("/NUM"):
        written = ""
    return Figure(
        reader.ref(node),
        f"{large} {written}".strip() if written != "%" else f"{shown}%",
        f"{shown} {name}".strip(),
        text.plain(graph.text(node, CKG.asStated) or "", 120),
        _qualifier(reader, node),
        _float(value or low or ""),
        name,
    )


def _plural(unit: str) -> str:
    """Return the English name of a unit for more or less than one of it.

    >>> _plural("tonne"), _plural("tonne per year"), _plural("cubic foot"), _plural("per cent")
    ('tonnes', 'tonnes per year', 'cubic feet', 'per cent')
    """
    what, per, rest = unit.partition(" per ")
    if not what or what[-1] in "s%)" or what[-1].isdigit() or what in ("per cent", "percent", "number"):
        return unit
    return f"{what.removesuffix('foot')}feet{per}{rest}" if what.endswith("foot") else f"{what}s{per}{rest}"


def period(reader: ViewContext, subject: Node) -> Period | None:
    """Return the interval in which something is to be carried out, with its days where the graph gives them."""
    graph = reader.graph
    node = graph.node(subject, CKG.period)
    if node is None:
        return None
    days = []
    for edge in (TIME.hasBeginning, TIME.hasEnd):
        instant = graph.node(node, edge)
        days.append((graph.text(instant, TIME.inXSDDate, TIME.inXSDgYear) if instant is not None else None) or "")
    start = days[0] or graph.text(node, SCHEMA.startDate) or ""
    end = days[1] or graph.text(node, SCHEMA.endDate) or ""
    duration = graph.text(node, TIME.hasXSDDuration) or ""
    return Period(reader.ref(node), start, end, _duration(duration))


def _between(low: str | None, high: str | None, write: Callable[[str], str]) -> str:
    if not low or not high:
        return ""
    return f"{write(low)}–{write(high)}"


def _qualifier(reader: ViewContext, node: Node) -> str:
    found = [one for one in reader.graph.nodes(node, CKG.qualifier) if not one.value.endswith("/range")]
    return reader.label(found[0]).text if found else ""  # that it is a range, two numbers say


def _float(lexical: str) -> float | None:
    try:
        return float(lexical)
    except ValueError:
        return None


def _duration(lexical: str) -> str:
    """Write an xsd:duration of whole years or months in words."""
    units = {
        "Y": nmarked("%(n)s year", "%(n)s years"),
        "M": nmarked("%(n)s month", "%(n)s months"),
        "D": nmarked("%(n)s day", "%(n)s days"),
    }
    for letter, forms in units.items():
        digits = lexical.removeprefix("P").removesuffix(letter)
        if lexical == f"P{digits}{letter}" and digits.isdigit():
            return ngettext(*forms, int(digits))
    return lexical
