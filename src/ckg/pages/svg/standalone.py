"""A drawing as a file of its own: with its colours, and a line that says where it is from."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

from ckg.pages.svg.element import element, measure

_LINE_HEIGHT: Final = 24
_MARGIN: Final = 8
_TEXT_SIZE: Final = 11
_VIEW_BOX: Final = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_LINK: Final = re.compile(r' href="[^"]*"')
_START_TAG_END: Final = re.compile(r"(?<=[\"'])>")


def standalone(drawn: str, source: str) -> str:
    """Return a drawing of `element.drawing` as an SVG document, light, with `source` in a line below it.

    Links lead nowhere from a file, and are left out.

    >>> from ckg.pages.svg.element import Raw, drawing
    >>> made = standalone(drawing(200, 100, "Title", "", Raw("<g/>"), kind="chart", ident="a"), "https://example.org/")
    >>> made.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="124"'), "Source: https" in made
    (True, True)
    """
    found = _VIEW_BOX.search(drawn)
    assert found is not None, "a drawing has a view box from its origin"
    width, height = (float(number) for number in found.groups())
    size = min(_TEXT_SIZE, _TEXT_SIZE * (width - 2 * _MARGIN) / measure(f"Source: {source}", _TEXT_SIZE))
    ground = element("rect", width=width, height=height + _LINE_HEIGHT, class_="ground")
    line = element("text", f"Source: {source}", x=_MARGIN, y=height + 15, style=f"font-size: {size:.1f}px")
    unlinked = _LINK.sub("", drawn)
    whole = _VIEW_BOX.sub(f'viewBox="0 0 {width:g} {height + _LINE_HEIGHT:g}"', unlinked, count=1)
    start = _START_TAG_END.search(whole)
    assert start is not None
    opening = whole[len("<svg") : start.start()]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height + _LINE_HEIGHT:g}"{opening}>'
        f"<style>{_colours()}</style>{ground}{whole[start.end() : -len('</svg>')]}{line}</svg>"
    )


@cache
def _colours() -> str:
    """Return the style sheet of drawings with its light colours; what is for pages only does no harm in a drawing."""
    static = resources.files("ckg.pages").joinpath("static")
    base = static.joinpath("base.css").read_text(encoding="utf-8")
    light = base[base.index(":root {") : base.index("}", base.index(":root {")) + 1]
    figures = static.joinpath("figures.css").read_text(encoding="utf-8").partition("@media")
    after = figures[2].partition("\n}\n")[2]
    rules = f"{light}{figures[0]}{after}.ground {{ fill: var(--sheet); }}"
    return re.sub(r"/\*.*?\*/|\s+", lambda found: "" if found[0].startswith("/*") else " ", rules, flags=re.DOTALL)
