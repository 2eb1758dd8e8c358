"""The neighbourhood of a thing as a graph: the same drawing for the same statements, always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages.messages import gettext
from ckg.pages.svg.element import Raw, drawing, element, fit, link

_MIDDLE, _WIDE, _ROW, _LINE = 740.0, 230.0, 46.0, 17.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing next to another: the words of the tie, which way it points, and whether it was only inferred.

    `beyond` are its own neighbours, in a larger drawing.
    """

    key: str
    name: str
    href: str
    tie: str
    outward: bool
    inferred: bool
    beyond: tuple[Neighbour, ...] = ()


def network(name: str, neighbours: Sequence[Neighbour], *, ident: str, large: bool = False) -> Raw:
    """Return the drawing. Small: one ring of neighbours for a margin; large: two rings for a page of its own."""
    if large:
        return _large(name, neighbours, ident)
    return _small(name, neighbours, ident)


def _small(name: str, neighbours: Sequence[Neighbour], ident: str) -> Raw:
    """Draw rows to the left of nothing: the thing on top, its neighbours below it, so that names stay readable."""
    width, row, top = 320.0, 41.0, 52.0
    height = top + row * len(neighbours) + 8
    middle = 22.0
    parts = [
        element("path", class_=_edge(item), d=f"M{middle:g},36V{top + row * place + 14:g}H44")
        for place, item in enumerate(neighbours)
    ]
    parts.append(_node(8.0, 10.0, width=width - 16, name=name, kind="self"))
    for place, item in enumerate(neighbours):
        y = top + row * place
        arrow = "→" if item.outward else "←"
        tie = element("text", fit(f"{arrow} {item.tie}", 270, 10.5), x=46.0, y=y + 4, class_="sub")
        box = _node(44.0, y + 8, width=width - 54, name=item.name, height=21.0)
        parts.append(link(item.href, element("g", tie, box, class_="node"), label=f"{item.tie}: {item.name}"))
    return drawing(
        width,
        height,
        gettext("What %(name)s is related to", name=name),
        _words(name, neighbours),
        *parts,
        kind="graph",
        ident=ident,
        role="group",
    )


def _large(name: str, neighbours: Sequence[Neighbour], ident: str) -> Raw:
    """Draw what points to the thing on its left and what it points to on its right, each with its own neighbours."""
    sides = ([n for n in neighbours if not n.outward], [n for n in neighbours if n.outward])
    height = max(sum(_room(n) for n in side) for side in sides) + 40.0
    middle, parts = height / 2, []
    nodes = [_node(_MIDDLE - 125, middle - 19, width=250.0, name=name, anchor="middle", kind="self", height=38.0)]
    for side, direction in zip(sides, (-1, 1), strict=True):
        y = (height - sum(_room(n) for n in side)) / 2
        near, box = _MIDDLE + direction * 125, _MIDDLE + direction * 250
        for item in side:
            at = y + _room(item) / 2
            y += _room(item)
            parts.append(element("path", class_=_edge(item), d=_curve(near, middle, box, at)))
            left = box if direction > 0 else box - _WIDE
            tie = element("text", fit(f"{item.tie} →", _WIDE, 10.5), x=left + 2, y=at - 17, class_="sub")
            drawn = _node(left, at - 13, width=_WIDE, name=item.name)
            nodes.append(link(item.href, element("g", tie, drawn, class_="node"), label=_said(item)))
            far = box + direction * _WIDE
            for number, other in enumerate(item.beyond):
                by = at + (number - (len(item.beyond) - 1) / 2) * _LINE
                end = far + direction * 34
                parts.append(element("path", class_=_edge(other), d=_curve(far, at, end, by)))
                anchor = "start" if direction > 0 else "end"
                words = fit(other.name, _WIDE - 10, 11)
                text = element("text", words, x=end + direction * 4, y=by + 4, class_="leaf", text_anchor=anchor)
                nodes.append(link(other.href, element("g", text), label=_said(other)))
    title = gettext("What %(name)s is related to", name=name)
    return drawing(
        2 * _MIDDLE,
        height,
        title,
        _words(name, neighbours),
        *parts,
        *nodes,
        kind="graph large",
        ident=ident,
        role="group",
    )


def _room(item: Neighbour) -> float:
    """Return how high the row of a neighbour is."""
    return max(_ROW, _LINE * len(item.beyond) + 8)


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    half = (x1 + x2) / 2
    return f"M{x1:g},{y1:g}C{half:g},{y1:g} {half:g},{y2:g} {x2:g},{y2:g}"


def _said(item: Neighbour) -> str:
    return f"{item.tie}: {item.name}" if item.outward else f"{item.name}, {item.tie}"


def _node(
    x: float, y: float, *, width: float, name: str, anchor: str = "", kind: str = "node", height: float = 26.0
) -> Raw:
    box = element("rect", x=x, y=y, width=width, height=height, rx=4)
    across = x + width / 2 if anchor else x + 9
    text = element("text", fit(name, width - 14, 12.5), x=across, y=y + height / 2 + 4.5, text_anchor=anchor or None)
    return element("g", box, text, class_=f"node {kind}" if "node" not in kind else kind)


def _edge(item: Neighbour) -> str:
    return "edge inferred" if item.inferred else "edge"


def _words(name: str, neighbours: Sequence[Neighbour]) -> str:
    said = [f"{n.tie} {n.name}" if n.outward else f"{n.name} {n.tie} → {name}" for n in neighbours]
    return f"{name}: " + "; ".join(said) + "."
