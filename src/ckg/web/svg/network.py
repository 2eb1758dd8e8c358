"""The neighbourhood of a thing as a graph: the same drawing for the same statements, always."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ckg.web.svg.element import Raw, drawing, element, fit, link, measure


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
        f"What {name} is tied to",
        _words(name, neighbours),
        *parts,
        kind="graph",
        ident=ident,
        role="group",
    )


def _large(name: str, neighbours: Sequence[Neighbour], ident: str) -> Raw:
    count = max(len(neighbours), 1)
    ring = max(250.0, count * 46 / math.pi / 1.1)
    wide, high = ring * 1.75 + 260, ring + 90
    width, height = 2 * wide, 2 * high
    edges: list[Raw] = []
    nodes = [_centred(wide, high, name, "", "node self")]
    for place, item in enumerate(neighbours):
        angle = 2 * math.pi * (place + 0.5) / count - math.pi / 2
        x, y = wide + ring * 1.55 * math.cos(angle), high + ring * math.sin(angle)
        edges.append(element("line", class_=_edge(item), x1=wide, y1=high, x2=x, y2=y))
        mx, my = wide + (x - wide) * 0.58, high + (y - high) * 0.58
        arrow = "→" if item.outward else "←"
        edges.append(element("text", fit(f"{arrow} {item.tie}", 150, 11), class_="edge-name halo", x=mx, y=my))
        nodes.append(_centred(x, y, item.name, item.href, "node"))
        for number, other in enumerate(item.beyond):
            bx = x + (34 if math.cos(angle) >= 0 else -34)
            by = y + 26 + 19 * number if math.sin(angle) >= 0 else y - 26 - 19 * number
            anchor = "start" if math.cos(angle) >= 0 else "end"
            edges.append(element("line", class_=_edge(other), x1=x, y1=y, x2=bx, y2=by - 4))
            label = element("text", fit(other.name, 190, 11), x=bx, y=by, class_="edge-name", text_anchor=anchor)
            nodes.append(link(other.href, element("g", label, class_="leaf"), label=f"{other.tie}: {other.name}"))
    return drawing(
        width,
        height,
        f"The neighbourhood of {name}",
        _words(name, neighbours),
        *edges,
        *nodes,
        kind="graph large",
        ident=ident,
        role="group",
    )


def _centred(x: float, y: float, name: str, href: str, kind: str) -> Raw:
    shown = fit(name, 190, 12.5)
    wide = measure(shown, 12.5) + 22
    box = _node(x - wide / 2, y - 14, width=wide, name=shown, anchor="middle", kind=kind, height=28.0)
    return link(href, box, label=name)


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
    said = [f"{n.tie} {n.name}" if n.outward else f"{n.name} {n.tie} it" for n in neighbours]
    return f"{name}: " + "; ".join(said) + "."
