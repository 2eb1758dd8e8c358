"""Bars and ranges: one row a thing, its name, its bar or dots, its number; a table beside it has the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages.svg.element import Raw, drawing, element, fit, link

_WIDTH, _NAMES, _ROW, _TOP = 760.0, 250.0, 26.0, 34.0
_NUMBERS_GAP, _DIGIT = 16.0, 7.5


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: its name, its value, the value as people read it, and where its link leads."""

    name: str
    value: float
    written: str
    href: str = ""


def bars(title: str, rows: Sequence[Bar], *, ident: str = "chart") -> Raw:
    """Return horizontal bars from a common zero; negative values go to the left of it."""
    low, high = min(0.0, *(row.value for row in rows)), max(0.0, *(row.value for row in rows))
    room = _WIDTH - _NAMES - _NUMBERS_GAP - max((len(row.written) for row in rows), default=0) * _DIGIT
    scale = room / ((high - low) or 1.0)
    zero = _NAMES - low * scale
    height = _TOP + _ROW * len(rows) + 8
    parts = [
        element("text", title, x=_NAMES, y=20.0),
        element("line", class_="base", x1=zero, y1=_TOP - 4, x2=zero, y2=height - 6),
    ]
    for place, row in enumerate(rows):
        y = _TOP + _ROW * place
        long = abs(row.value) * scale
        left = zero if row.value >= 0 else zero - long
        name = element("text", fit(row.name, _NAMES - 16, 12), x=_NAMES - 10, y=y + 16, text_anchor="end")
        box = element("rect", class_="column", x=left, y=y + 3, width=max(long, 1.0), height=_ROW - 8)
        end = max(zero, zero + row.value * scale)
        number = element("text", row.written, x=end + 6, y=y + 16)
        parts.append(link(row.href, name, box, number, label=f"{row.name}: {row.written}"))
    said = "; ".join(f"{row.name}: {row.written}" for row in rows)
    return drawing(_WIDTH, height, title, said, *parts, kind="chart", ident=ident, role="group")


@dataclass(frozen=True, slots=True)
class ValueRange:
    """A row: its name, the least and the most (equal for one value), as people read it, and where its link leads."""

    name: str
    low: float
    high: float
    written: str
    href: str = ""


def ranges(title: str, rows: Sequence[ValueRange], *, ident: str = "ranges") -> Raw:
    """Return rows on one scale from zero: a dot for one value, a bar between two dots for a range."""
    most = max((row.high for row in rows), default=0.0)
    room = _WIDTH - _NAMES - _NUMBERS_GAP - max((len(row.written) for row in rows), default=0) * _DIGIT
    scale = room / (most or 1.0)
    height = _TOP + _ROW * len(rows) + 8
    parts = [
        element("text", title, x=_NAMES, y=20.0),
        element("line", class_="base", x1=_NAMES, y1=_TOP - 4, x2=_NAMES, y2=height - 6),
    ]
    for place, row in enumerate(rows):
        y = _TOP + _ROW * place + _ROW / 2 - 1
        left, right = _NAMES + row.low * scale, _NAMES + row.high * scale
        name = element("text", fit(row.name, _NAMES - 16, 12), x=_NAMES - 10, y=y + 4, text_anchor="end")
        drawn = [element("line", class_="grid", x1=_NAMES, y1=y, x2=right, y2=y)]
        if right > left:
            drawn.append(element("rect", class_="column", x=left, y=y - 3, width=right - left, height=6.0))
            drawn.append(element("circle", class_="column", cx=left, cy=y, r=5))
        drawn.append(element("circle", class_="column", cx=right, cy=y, r=5))
        number = element("text", row.written, x=right + 10, y=y + 4)
        parts.append(link(row.href, name, *drawn, number, label=f"{row.name}: {row.written}"))
    said = "; ".join(f"{row.name}: {row.written}" for row in rows)
    return drawing(_WIDTH, height, title, said, *parts, kind="chart", ident=ident, role="group")
