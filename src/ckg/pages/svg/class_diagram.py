"""Diagrams of classes: one with what is around it, and a hierarchy from wide on the left to narrow on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages.messages import gettext, grouped
from ckg.pages.svg.element import Raw, drawing, element, fit, link

_BOX, _GAP, _ROW, _HIGH, _LINE = 200.0, 60.0, 34.0, 26.0, 18.0


@dataclass(frozen=True, slots=True)
class ClassBox:
    """A class in a diagram: its name, where it leads, and the classes right below it; `hidden` are not drawn."""

    name: str
    href: str
    below: tuple[ClassBox, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of the members of a class as a diagram has it: `name` and `value` in words, and where it leads."""

    name: str
    value: str
    href: str

    @property
    def words(self) -> str:
        """Name and value in one line."""
        return f"{self.name}: {self.value}" if self.value else self.name


def around(
    name: str, wider: Sequence[ClassBox], narrower: Sequence[ClassBox], attributes: Sequence[Attribute], *, ident: str
) -> Raw:
    """Return a class with the classes above it on its left, those below it on its right, and its properties in it."""
    inside = _HIGH + (10 + _LINE * len(attributes) if attributes else 0)
    height = max(inside, _ROW * len(wider), _ROW * len(narrower)) + 16
    left, middle, right = 4.0, 4 + _BOX + _GAP, 4 + 2 * (_BOX + _GAP)
    own = (height - inside) / 2
    at = own + _HIGH / 2
    edges, boxes = [], []
    for x, found, is_wider in ((left, wider, True), (right, narrower, False)):
        top = (height - _ROW * len(found)) / 2 + (_ROW - _HIGH) / 2
        for place, box in enumerate(found):
            y = top + place * _ROW
            ends = (x + _BOX, y + _HIGH / 2, middle, at) if is_wider else (middle + _BOX, at, x, y + _HIGH / 2)
            edges.append(_is_kind_of(*ends))
            boxes.append(_box(box, x, y))
    frame = element("rect", x=middle, y=own, width=_BOX, height=inside, rx=4)
    rows = [
        link(
            row.href,
            element("text", fit(row.words, _BOX - 18, 11), x=middle + 9, y=own + _HIGH + 16 + n * _LINE),
            label=row.words,
        )
        for n, row in enumerate(attributes)
    ]
    head = element(
        "g",
        element("rect", x=middle, y=own, width=_BOX, height=_HIGH, rx=4),
        element("text", fit(name, _BOX - 18, 12.5), x=middle + 9, y=own + 17.5),
        class_="node self",
    )
    parts = [*edges, element("g", frame, *rows, class_="node attributes"), head, *boxes]
    said = [gettext("is a kind of %(name)s", name=box.name) for box in wider]
    said += [gettext("%(name)s is a kind of it", name=box.name) for box in narrower]
    said += [row.words for row in attributes]
    return drawing(
        right + _BOX + 4,
        height,
        gettext("%(name)s among the classes", name=name),
        f"{name}: {'; '.join(said)}.",
        *parts,
        kind="graph",
        ident=ident,
        role="group",
    )


def hierarchy(title: str, roots: Sequence[ClassBox], *, ident: str) -> Raw:
    """Return a hierarchy, each class to the right of the one it is a kind of."""
    edges: list[Raw] = []
    boxes: list[Raw] = []
    lowest, deepest = 8.0, 0

    def place(box: ClassBox, depth: int) -> float:
        """Draw a class and all below it from the lowest free row on; return where its middle is."""
        nonlocal lowest, deepest
        deepest = max(deepest, depth)
        x = 4 + depth * (_BOX + _GAP)
        if box.below:
            middles = [place(inner, depth + 1) for inner in box.below]
            at = (middles[0] + middles[-1]) / 2
            edges.extend(_is_kind_of(x + _BOX, at, x + _BOX + _GAP, middle) for middle in middles)
        else:
            at = lowest + _HIGH / 2
            lowest += _ROW
        boxes.append(_box(box, x, at - _HIGH / 2))
        return at

    for root in roots:
        place(root, 0)
    width = 8 + max(deepest, 2) * (_BOX + _GAP) + _BOX  # boxes have one size, however few there are
    return drawing(width, lowest + 4, title, "", *edges, *boxes, kind="graph", ident=ident, role="group")


def _box(box: ClassBox, x: float, y: float) -> Raw:
    name = f"{box.name} (+{box.hidden:,})" if box.hidden else box.name
    frame = element("rect", x=x, y=y, width=_BOX, height=_HIGH, rx=4)
    text = element("text", fit(name, _BOX - 18, 12.5), x=x + 9, y=y + _HIGH / 2 + 4.5)
    said = box.name
    if box.hidden:
        said = gettext("%(name)s, and %(number)s below it", name=box.name, number=grouped(box.hidden))
    return link(box.href, element("g", frame, text, class_="node"), label=said)


def _is_kind_of(wide_x: float, wide_y: float, narrow_x: float, narrow_y: float) -> Raw:
    """Return the line from a class to the wider one on its left, with the hollow triangle of UML at that end."""
    tip = wide_x + 9
    half = (tip + narrow_x) / 2
    triangle = f"M{wide_x:g},{wide_y:g}L{tip:g},{wide_y - 5:g}V{wide_y + 5:g}Z"
    return element(
        "path",
        class_="edge",
        d=f"{triangle}M{tip:g},{wide_y:g}C{half:g},{wide_y:g} {half:g},{narrow_y:g} {narrow_x:g},{narrow_y:g}",
    )
