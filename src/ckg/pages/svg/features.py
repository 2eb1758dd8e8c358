"""What a map shows: countries, places, and lines between places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Land:
    """A state on the map: its ISO 3166-1 alpha-3 code, its name, where a link leads, and member or host or nothing."""

    code: str
    name: str
    href: str
    style: str = "member"


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map in degrees: `style` is port or capital."""

    longitude: float
    latitude: float
    name: str
    href: str
    style: str = "capital"


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line between two places: `sea` draws it dotted, `number` is written on it where it is not 0."""

    start: Place
    end: Place
    sea: bool = False
    number: int = 0
