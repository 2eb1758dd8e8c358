"""A map: outlines of states, those that matter marked, places, and the legs of a corridor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from ckg.pages.messages import gettext, grouped
from ckg.pages.svg.boundaries import Boundaries, boundaries, name_of
from ckg.pages.svg.element import Raw, drawing, element, link
from ckg.pages.svg.features import Land, Line, Place
from ckg.pages.svg.label_placement import LabelPlacement, Spot
from ckg.pages.svg.projection import EqualArea

WIDTH, HEIGHT = 760.0, 460.0
_MARGIN = 0.12
_SMALLEST = 5.0
_DETAIL = 1.5
_WIDE = 55.0
_DOT = 5.0
_NUMBER = 11.0
_EARTH_KM = 6371.0
_SCALE = 150.0
_NAMED_AREA = 9_000.0


def draw_map(
    title: str,
    description: str,
    lands: Sequence[Land],
    places: Sequence[Place] = (),
    lines: Sequence[Line] = (),
    *,
    ident: str = "map",
    neighbours: bool = False,
) -> Raw | None:
    """Return a map that shows the given states and places with their neighbours, or None if there is nothing to show.

    Where there are lines, the map shows their surroundings; otherwise the states whole. `neighbours` writes the English
    names of the other states where there is room.
    """
    frame = _frame(lands, places, bool(lines))
    if frame is None:
        return None
    projection, bounds, shapes = frame
    scale = min(WIDTH / (bounds[2] - bounds[0]), HEIGHT / (bounds[3] - bounds[1]))
    left = (bounds[0] + bounds[2]) / 2 - WIDTH / scale / 2
    top = (bounds[1] + bounds[3]) / 2 - HEIGHT / scale / 2

    def onto(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = projection.point(longitude, latitude)
        return (x - left) * scale, (y - top) * scale

    marked = {land.code: land for land in lands}
    drawn: dict[str, shapely.Geometry] = {}
    for code, shape in shapes.items():
        flat = shapely.make_valid(shapely.transform(shape, lambda xy: (projection.points(xy) - (left, top)) * scale))
        areas = _areas(shapely.clip_by_rect(flat, -4, -4, WIDTH + 4, HEIGHT + 4))
        if not areas.is_empty:
            drawn[code] = areas
    drawn = dict(zip(drawn, shapely.coverage_simplify(list(drawn.values()), _DETAIL), strict=True))
    lettering = LabelPlacement(WIDTH, HEIGHT)
    points = [onto(place.longitude, place.latitude) for place in places]
    for point in points:
        lettering.occupy(*point, _DOT)
    ruler = _ruler(scale)
    lettering.occupy(_SCALE / 2 + 14, HEIGHT - 20, _SCALE / 2 + 14)
    middles = [_middle(line, onto) for line in lines]
    for (x, y), line in zip(middles, lines, strict=True):
        lettering.occupy(x, y, _NUMBER if line.number else 0.0)
    dots = [_place(place, point, lettering) for place, point in zip(places, points, strict=True)]
    others = "".join(_path(shape) for code, shape in drawn.items() if code not in marked)
    strong, names = [], []
    for code, land in marked.items():
        path = _path(drawn[code]) if code in drawn else ""
        if path:
            outline = element("path", element("title", land.name), class_=f"land {land.style}", d=path)
            strong.append(link(land.href, outline, label=land.name))
            names.append((drawn[code], land))
    labels = [_name(drawn, land, lettering) for drawn, land in sorted(names, key=lambda pair: -pair[0].area)]
    others_named = [
        part
        for code, shape in (drawn.items() if neighbours else ())
        if code not in marked and (part := _neighbour(shape, name_of(code), lettering)) is not None
    ]
    routes = [part for line in lines for part in _route(line, onto)]
    routes += [part for at, line in zip(middles, lines, strict=True) for part in _numbered(line, at)]
    return drawing(
        WIDTH,
        HEIGHT,
        title,
        description,
        element("path", class_="land", d=others),
        *strong,
        *routes,
        *labels,
        *others_named,
        *dots,
        *ruler,
        kind="map",
        ident=ident,
        role="group",
    )


def _frame(
    lands: Sequence[Land], places: Sequence[Place], routed: bool
) -> tuple[EqualArea, tuple[float, float, float, float], Boundaries] | None:
    """Return the projection, what of its plane is to be seen, and the outlines at the right detail."""
    fine = boundaries(coarse=False)
    points = [(place.longitude, place.latitude) for place in places]
    corners = np.array(points).reshape(-1, 2)
    if not (routed and len(points) > 1):
        known = [_main(fine[land.code]) for land in lands if land.code in fine]
        boxes = [shapely.get_coordinates(shape) for shape in known]
        corners = np.vstack([corners, *boxes]) if boxes else corners
    if not len(corners):
        return None
    west, south = corners.min(axis=0)
    east, north = corners.max(axis=0)
    projection = EqualArea((west + east) / 2, (south + north) / 2)
    flat = projection.points(corners)
    low, high = flat.min(axis=0), flat.max(axis=0)
    pad = max(float((high - low).max()) * _MARGIN, 0.02)
    shapes = boundaries(coarse=True) if east - west > _WIDE else fine
    reach = 25.0
    window = shapely.box(west - reach, south - reach, east + reach, north + reach)
    near = {code: shape for code, shape in shapes.items() if shapely.box(*shape.bounds).intersects(window)}
    clipped = {code: shapely.clip_by_rect(shape, *window.bounds) for code, shape in near.items()}
    return projection, (low[0] - pad, low[1] - pad, high[0] + pad, high[1] + pad), clipped


def _main(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the parts of a state that a map of it must show: those of some size near its largest."""
    parts = shapely.get_parts(shape)
    largest = max(parts, key=lambda part: part.area)
    near = [part for part in parts if part.area > largest.area / 60 and part.distance(largest) < 8]
    return shapely.union_all(near)


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the areas of a clipped shape without the points and lines that clipping leaves."""
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def _path(shape: shapely.Geometry) -> str:
    """Return the outline as a path in steps of a tenth of a unit, each from the last: the shortest way to say it."""
    pieces = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon" or part.area < _SMALLEST:
            continue
        for ring in (part.exterior, *part.interiors):
            xy = np.round(shapely.get_coordinates(ring) * 10).astype(int)
            steps = np.diff(xy[:-1], axis=0)
            steps = steps[np.any(steps != 0, axis=1)]
            if len(steps) > 2:
                pieces.append(f"M{_tenth(xy[0])}l" + " ".join(map(_tenth, steps)) + "z")
    return "".join(pieces)


def _tenth(step: NDArray[np.int_]) -> str:
    """Write a step in tenths as two numbers without what can be left out.

    >>> _tenth(np.array([5, -12])), _tenth(np.array([-30, 4]))
    ('.5-1.2', '-3 .4')
    """
    across, down = (f"{value / 10:g}".replace("0.", ".", 1) if abs(value) < 10 else f"{value / 10:g}" for value in step)
    return f"{across}{'' if down.startswith('-') else ' '}{down}"


def _name(drawn: shapely.Geometry, land: Land, lettering: LabelPlacement) -> Raw:
    """Return the name of a state inside it, clear of what is written already where that can be."""
    largest = max(shapely.get_parts(drawn), key=lambda part: part.area)
    middle = shapely.point_on_surface(largest) if not largest.contains(largest.centroid) else largest.centroid
    spot = lettering.around(land.name, float(middle.x), float(middle.y))
    return _text(land.name, "name", spot, aria_hidden="true")


def _neighbour(drawn: shapely.Geometry, name: str, lettering: LabelPlacement) -> Raw | None:
    """Return the name of a state that the map is not about, where there is room for it inside its outline."""
    largest = max(shapely.get_parts(drawn), key=lambda part: part.area, default=None)
    if not name or largest is None or largest.area < _NAMED_AREA:
        return None
    middle = shapely.maximum_inscribed_circle(largest, tolerance=4).coords[0]
    spot = lettering.where_free(name, float(middle[0]), float(middle[1]))
    return _text(name, "name minor", spot, aria_hidden="true") if spot is not None else None


def _ruler(scale: float) -> list[Raw]:
    """Return a line of a round number of kilometres, as they are in the middle of the map."""
    most = _SCALE / scale * _EARTH_KM
    power = 10.0 ** np.floor(np.log10(most))
    length = max(step * power for step in (1, 2, 5) if step * power <= most)
    left, y = 14.0, HEIGHT - 14.0
    right = left + float(length) / _EARTH_KM * scale
    return [
        element("path", class_="ruler", d=f"M{left:.1f} {y - 5:.1f}V{y:.1f}H{right:.1f}V{y - 5:.1f}"),
        element(
            "text", gettext("%(length)s km", length=grouped(round(length))), class_="place halo", x=left + 4, y=y - 5
        ),
    ]


def _middle(line: Line, onto: Callable[[float, float], tuple[float, float]]) -> tuple[float, float]:
    (x1, y1), (x2, y2) = (onto(p.longitude, p.latitude) for p in (line.start, line.end))
    return (x1 + x2) / 2, (y1 + y2) / 2


def _numbered(line: Line, at: tuple[float, float]) -> list[Raw]:
    """Return the number of a line in a circle on its middle, nothing where it has none."""
    if not line.number:
        return []
    x, y = at
    return [
        element("circle", class_="leg-number", cx=x, cy=y, r=_NUMBER),
        element(
            "text", str(line.number), class_="leg-digit", x=x, y=y, text_anchor="middle", dominant_baseline="central"
        ),
    ]


def _place(place: Place, at: tuple[float, float], lettering: LabelPlacement) -> Raw:
    """Return a dot and its name on the side where there is room."""
    x, y = at
    dot = element("circle", class_=place.style, cx=x, cy=y, r=4.5 if place.style == "port" else 3.5)
    return link(place.href, dot, _text(place.name, "place", lettering.beside(place.name, x, y)))


def _text(text: str, kind: str, spot: Spot, **attributes: object) -> Raw:
    return element(
        "text",
        text,
        class_=f"{kind} halo",
        x=spot.x,
        y=spot.y,
        text_anchor=spot.anchor,
        dominant_baseline=spot.baseline,
        **attributes,
    )


def _route(line: Line, onto: Callable[[float, float], tuple[float, float]]) -> list[Raw]:
    (x1, y1), (x2, y2) = (onto(p.longitude, p.latitude) for p in (line.start, line.end))
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return [
        element("line", class_="leg-case", **ends),
        element("line", class_="leg sea" if line.sea else "leg", **ends),
    ]
