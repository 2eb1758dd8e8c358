"""Statements as a graph: each subject on the left, what is said of it on the right, named lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages.svg.element import Raw, drawing, element, fit, link

_WIDTH, _BOX, _ROW, _HEIGHT, _TOP = 760.0, 250.0, 40.0, 26.0, 12.0


@dataclass(frozen=True, slots=True)
class End:
    """One of the three terms of a statement: what tells it from others, its name, and where its link leads."""

    key: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement."""

    subject: End
    predicate: End
    object: End


def bipartite(title: str, edges: Sequence[Edge], *, ident: str) -> Raw:
    """Return the statements in their order; a thing that is subject and object stands on both sides."""
    left = {edge.subject.key: edge.subject for edge in edges}
    right = {edge.object.key: edge.object for edge in edges}
    height = 2 * _TOP + _ROW * max(len(left), len(right))
    rows = [_middles(len(side), height) for side in (left, right)]
    y_left, y_right = (dict(zip(side, ys, strict=True)) for side, ys in zip((left, right), rows, strict=True))
    lines, names = [], []
    told: dict[str, int] = {}
    for edge in edges:
        start, end = y_left[edge.subject.key], y_right[edge.object.key]
        x1, x2, half = _BOX, _WIDTH - _BOX, _WIDTH / 2
        lines.append(
            element("path", class_="edge", d=f"M{x1:g},{start:g}C{half:g},{start:g} {half:g},{end:g} {x2:g},{end:g}")
        )
        told[edge.object.key] = told.get(edge.object.key, 0) + 1
        if told[edge.object.key] == 1:  # the lines that meet at a box share one name, or none could be read
            alike = {e.predicate.name for e in edges if e.object.key == edge.object.key}
            words = ", ".join(sorted(alike))
            names.append(element("text", fit(words, 220, 11), class_="leaf", x=x2 - 8, y=end - 5, text_anchor="end"))
    boxes = [_box(0.5, y_left[key], end) for key, end in left.items()]
    boxes += [_box(_WIDTH - _BOX - 0.5, y_right[key], end) for key, end in right.items()]
    said = "; ".join(f"{e.subject.name} {e.predicate.name} {e.object.name}" for e in edges)
    return drawing(_WIDTH, height, title, said, *lines, *names, *boxes, kind="graph", ident=ident, role="group")


def _middles(number: int, height: float) -> list[float]:
    step = (height - 2 * _TOP) / number
    return [_TOP + step * (place + 0.5) for place in range(number)]


def _box(x: float, middle: float, end: End) -> Raw:
    box = element("rect", x=x, y=middle - _HEIGHT / 2, width=_BOX, height=_HEIGHT, rx=4)
    name = element("text", fit(end.name, _BOX - 18, 12.5), x=x + 9, y=middle + 4.5)
    return link(end.href, element("g", box, name, class_="node"), label=end.name)
