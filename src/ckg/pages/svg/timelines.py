"""Time lines: a commitment from its beginning to its deadline, and a bar of passages of a text."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages.messages import gettext, grouped
from ckg.pages.svg.element import Raw, drawing, element, fit, link, measure

_WIDTH, _LEFT = 760.0, 60.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on a line, with its words above the date."""

    day: datetime.date
    words: str
    date: str
    style: str = "event"


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text, in code points, with where its link leads."""

    start: int
    end: int
    name: str
    href: str


def period(title: str, total: str, marks: Sequence[Mark], start: datetime.date, end: datetime.date) -> Raw:
    """Return a line from `start` to `end` with the amount on it and marks below; years are ticked."""
    height = 170.0
    days = max((end - start).days, 1)

    def x(day: datetime.date) -> float:
        return _LEFT + (_WIDTH - 2 * _LEFT) * (day - start).days / days

    parts = [element("line", class_="axis", x1=_LEFT - 20, y1=92.0, x2=_WIDTH - _LEFT + 20, y2=92.0)]
    for year in range(start.year + 1, end.year + 1):
        first = datetime.date(year, 1, 1)
        if start < first < end:
            parts.append(element("line", class_="tick", x1=x(first), y1=70.0, x2=x(first), y2=114.0))
            parts.append(element("text", str(year), class_="date", x=x(first), y=128.0, text_anchor="middle"))
    parts.append(
        element("rect", class_="period", x=_LEFT, y=78.0, width=_WIDTH - 2 * _LEFT, height=28.0, rx=4, stroke_width=1.5)
    )
    if total:
        parts.append(element("text", total, class_="sum", x=_WIDTH / 2, y=58.0, text_anchor="middle"))
    for mark in marks:
        at = x(mark.day)
        wide = max(measure(mark.words, 13), measure(mark.date, 11.5)) / 2
        text = min(max(at, wide + 4), _WIDTH - wide - 4)
        parts.append(element("circle", class_=mark.style, cx=at, cy=92.0, r=7))
        parts.append(element("text", mark.words, class_="what", x=text, y=148.0, text_anchor="middle"))
        parts.append(element("text", mark.date, class_="date", x=text, y=164.0, text_anchor="middle"))
    said = "; ".join(f"{mark.words}: {mark.date}" for mark in marks)
    description = f"{total}. {said}." if total else f"{said}."
    return drawing(_WIDTH, height, title, description, *parts, kind="timeline", ident="period")


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting on a scale of years: `style` is the class of its dot, `upper` puts it above the line."""

    day: datetime.date
    name: str
    href: str
    style: str = "event"
    upper: bool = False


def scale(title: str, events: Sequence[Event], until: str = "", *, ident: str = "scale") -> Raw:
    """Return events on a line of years that is true to scale; `until` names what comes after its end."""
    height = 92.0
    first, last = events[0].day.year, events[-1].day.year + 1
    begin = datetime.date(first, 1, 1)
    days = (datetime.date(last, 1, 1) - begin).days
    right = _WIDTH - (110 if until else 30)

    def x(day: datetime.date) -> float:
        return 30 + (right - 30) * (day - begin).days / days

    parts = [element("line", class_="axis", x1=20.0, y1=46.0, x2=right, y2=46.0)]
    step = max(1, round((last - first) / 11))
    for year in range(first, last + 1, step):
        at = x(datetime.date(year, 1, 1))
        parts.append(element("line", class_="tick", x1=at, y1=40.0, x2=at, y2=60.0))
        parts.append(element("text", str(year), class_="date", x=at, y=78.0, text_anchor="middle"))
    for event in events:
        at, y = x(event.day), 26.0 if event.upper else 46.0
        stem = element("line", class_="stem", x1=at, y1=46.0, x2=at, y2=y)
        dot = element("circle", element("title", event.name), class_=event.style, cx=at, cy=y, r=7)
        parts.append(link(event.href, stem, dot, label=event.name))
    if until:
        parts.append(element("line", class_="axis", x1=right, y1=46.0, x2=_WIDTH - 30, y2=46.0, stroke_dasharray="3 5"))
        parts.append(element("circle", class_="event hollow", cx=_WIDTH - 40, cy=26.0, r=7))
        parts.append(element("text", until, class_="date", x=_WIDTH - 12, y=78.0, text_anchor="end"))
    words = "; ".join(f"{event.day.year}: {event.name}" for event in events) + (
        "; " + gettext("then %(until)s", until=until) if until else ""
    )
    return drawing(_WIDTH, height, title, words + ".", *parts, kind="timeline", ident=ident, role="group")


@dataclass(frozen=True, slots=True)
class TimeLane:
    """A row of a common scale: its name, where its link leads, and its events in the order of their days."""

    name: str
    href: str
    events: Sequence[Event]


def lanes(title: str, rows: Sequence[TimeLane], *, ident: str = "lanes") -> Raw:
    """Return several rows of events on one scale of years, so that they can be compared."""
    days_of = [event.day for row in rows for event in row.events]
    first, last = min(days_of).year, max(days_of).year + 1
    begin = datetime.date(first, 1, 1)
    days = (datetime.date(last, 1, 1) - begin).days
    left, right, step_high = 190.0, _WIDTH - 24.0, 34.0
    height = step_high * len(rows) + 40.0

    def x(day: datetime.date) -> float:
        return left + (right - left) * (day - begin).days / days

    parts = []
    step = max(1, round((last - first) / 11))
    for year in range(first, last + 1, step):
        at = x(datetime.date(year, 1, 1))
        parts.append(element("line", class_="tick", x1=at, y1=10.0, x2=at, y2=height - 26))
        parts.append(element("text", str(year), class_="date", x=at, y=height - 10, text_anchor="middle"))
    said = []
    for place, row in enumerate(rows):
        y = 26.0 + step_high * place
        name = element("text", fit(row.name, left - 24, 14), class_="what", x=left - 12, y=y + 4, text_anchor="end")
        parts.append(link(row.href, name, label=row.name))
        parts.append(element("line", class_="axis", x1=left, y1=y, x2=right, y2=y))
        for event in row.events:
            dot = element("circle", element("title", event.name), class_=event.style, cx=x(event.day), cy=y, r=7)
            parts.append(link(event.href, dot, label=event.name))
        said.append(f"{row.name}: " + ", ".join(str(event.day.year) for event in row.events))
    return drawing(_WIDTH, height, title, "; ".join(said) + ".", *parts, kind="timeline", ident=ident, role="group")


def coverage(title: str, length: int, passages: Sequence[Passage], *, ident: str = "coverage") -> Raw:
    """Return a bar as long as a text in which the quoted passages are filled; the rest is not coded."""
    height = 56.0
    parts = [element("rect", class_="track", x=0.0, y=14.0, width=_WIDTH, height=26.0, rx=3)]
    for place, one in enumerate(passages):
        left = _WIDTH * one.start / max(length, 1)
        wide = max(_WIDTH * (one.end - one.start) / max(length, 1), 1.5)
        style = "coded alt" if place % 2 else "coded"
        box = element("rect", element("title", one.name), class_=style, x=left, y=14.0, width=wide, height=26.0)
        parts.append(link(one.href, box, label=one.name))
    covered = covered_share(length, [(p.start, p.end) for p in passages])
    words = gettext(
        "Quoted passages: %(number)s. They cover %(share)s%% of a text of %(length)s characters.",
        number=grouped(len(passages)),
        share=f"{covered:.0f}",
        length=grouped(length),
    )
    return drawing(_WIDTH, height, title, words, *parts, kind="coverage", ident=ident, role="group")


def covered_share(length: int, spans: Sequence[tuple[int, int]]) -> float:
    """Return how much of a text lies in at least one span, in per cent.

    >>> covered_share(100, [(0, 10), (5, 20), (90, 100)])
    30.0
    """
    covered, reached = 0, 0
    for start, end in sorted(spans):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return 100 * covered / length if length else 0.0


def gaps(length: int, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the parts of a text that lie in no span, in order.

    >>> gaps(100, [(0, 10), (5, 20), (90, 100)])
    [(20, 90)]
    """
    found, reached = [], 0
    for start, end in sorted(spans):
        if start > reached:
            found.append((reached, start))
        reached = max(reached, end)
    return [*found, (reached, length)] if reached < length else found
