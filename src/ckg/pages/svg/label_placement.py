"""Where the names on a map go: none over another, whether letters are as large as on a desktop or as on a phone.

The style sheet (figures.css) makes letters larger on a narrow screen, because the whole drawing gets smaller there.
Names are placed for the larger letters, anchored so that smaller ones stand in the middle of the same room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ckg.pages.svg.element import measure

SIZES: Final[Mapping[str, float]] = {"name": 23, "place": 20, "minor": 20}
"""The size of letters on a phone by class, in units of the drawing."""

_WIDER: Final[Mapping[str, float]] = {"name": 1.2, "place": 1.08, "minor": 1.08}
"""How much wider letters are than usual: names are bold, and some systems have wide fonts only."""

_GAP: Final = 8.0
_EDGE: Final = 2.0
_HEIGHT: Final = 1.1  # of a line, in sizes of its letters
_STEPS: Final = (0, -14, 14, -28, 28, -42, 42, -56, 56)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text is put: `x`, `y`, and the values of text-anchor and dominant-baseline."""

    x: float
    y: float
    anchor: str = "middle"
    baseline: str = "central"


class LabelPlacement:
    """The names on a drawing of some width and height, one after the other, those that cannot move far first."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._taken: list[Box] = []

    def occupy(self, x: float, y: float, radius: float) -> None:
        """Keep the room around a point free of names."""
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def beside(self, text: str, x: float, y: float) -> Spot:
        """Return where the name of a place goes: beside, above or below its dot."""
        near = _GAP * 0.75
        return self._best(
            text,
            "place",
            (
                Spot(x + _GAP, y, "start"),
                Spot(x - _GAP, y, "end"),
                Spot(x, y - _GAP, "middle", "auto"),
                Spot(x, y + _GAP, "middle", "hanging"),
                Spot(x + near, y - near, "start", "auto"),
                Spot(x + near, y + near, "start", "hanging"),
                Spot(x - near, y - near, "end", "auto"),
                Spot(x - near, y + near, "end", "hanging"),
            ),
        )

    def around(self, text: str, x: float, y: float) -> Spot:
        """Return where the name of an area goes: at its middle, or as near as there is room."""
        wide, high = _extent(text, "name")
        middle = _within(x, wide / 2 + _EDGE, self._width)
        level = _within(y, high / 2 + _EDGE, self._height)
        near = sorted(((dx * 2, dy) for dx in _STEPS for dy in _STEPS), key=lambda by: abs(by[0]) + abs(by[1]))
        return self._best(text, "name", (Spot(middle + dx, level + dy) for dx, dy in near))

    def where_free(self, text: str, x: float, y: float) -> Spot | None:
        """Return where a name that may be left out goes: at a point if nothing is in the way there, else nowhere."""
        spot = Spot(x, y)
        box = _box(text, "minor", spot)
        if self._lost(box) > 0:
            return None
        self._taken.append(box)
        return spot

    def _best(self, text: str, kind: str, spots: Iterable[Spot]) -> Spot:
        """Take the first spot at which nothing is in the way, or else that with the least in the way."""
        boxes = {spot: _box(text, kind, spot) for spot in spots}
        best = min(boxes, key=lambda spot: self._lost(boxes[spot]))  # the first of several
        self._taken.append(boxes[best])
        return best

    def _lost(self, box: Box) -> float:
        """Return how much of a box lies on others or outside the drawing, in square units."""
        inside = _common(box, (_EDGE, _EDGE, self._width - _EDGE, self._height - _EDGE))
        outside = (box[2] - box[0]) * (box[3] - box[1]) - inside
        return round(outside + sum(_common(box, other) for other in self._taken), 3)


def _extent(text: str, kind: str) -> tuple[float, float]:
    return measure(text, SIZES[kind]) * _WIDER[kind], SIZES[kind] * _HEIGHT


def _box(text: str, kind: str, spot: Spot) -> Box:
    wide, high = _extent(text, kind)
    left = spot.x - {"start": 0.0, "middle": wide / 2, "end": wide}[spot.anchor]
    top = spot.y - {"hanging": 0.0, "central": high / 2, "auto": high * 0.8}[spot.baseline]
    return left, top, left + wide, top + high


def _common(a: Box, b: Box) -> float:
    """Return the area that two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _within(value: float, margin: float, end: float) -> float:
    """Return the value, or the nearest that is a margin away from 0 and from the end."""
    return min(max(value, margin), end - margin)
