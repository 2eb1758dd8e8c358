"""Where and when: positions in the vocabularies that people use for them, put on a map; days, put on a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from ckg.pages import maps, text
from ckg.pages.graph import Graph, Node
from ckg.pages.messages import gettext
from ckg.pages.overview import Overview
from ckg.pages.site import Site
from ckg.pages.svg import timelines
from ckg.pages.svg.element import markup
from ckg.pages.svg.features import Place
from ckg.pages.terms import DCTERMS, GEO, SCHEMA, SCHEMA_HTTP, WGS84, XSD, Namespace
from ckg.pages.view_context import ViewContext
from ckg.query.lookup import Statement

_LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
_GEOMETRIES: Final = (GEO.hasGeometry, GEO.defaultGeometry, _LOCN.geometry, SCHEMA.geo, SCHEMA_HTTP.geo, WGS84.location)
_LITERALS: Final = (GEO.asWKT, GEO.asGeoJSON, _LOCN.geometry)
_LATITUDES: Final = (WGS84.lat, SCHEMA.latitude, SCHEMA_HTTP.latitude)
_LONGITUDES: Final = (WGS84.long, SCHEMA.longitude, SCHEMA_HTTP.longitude)
_DATES: Final = frozenset(XSD[name].value for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
_SPAN_PROPERTIES: Final = (
    DCTERMS.date,
    DCTERMS.issued,
    DCTERMS.created,
    SCHEMA.datePublished,
    SCHEMA.startDate,
    SCHEMA_HTTP.datePublished,
    SCHEMA_HTTP.startDate,
    Namespace("http://purl.org/dc/elements/1.1/").date,
    Namespace("http://www.w3.org/ns/sosa/").resultTime,
    Namespace("http://data.europa.eu/eli/ontology#").date_document,
)
_MAX_PLACES: Final = 150
_MAX_DAYS: Final = 12
_COMPLETE_MAX: Final = 4_000
_CRS84: Final = ("", "http://www.opengis.net/def/crs/OGC/1.3/CRS84")
_LATITUDE_FIRST: Final = frozenset(
    {"http://www.opengis.net/def/crs/EPSG/0/4326", "http://www.opengis.net/def/crs/EPSG/4326"}
)
_NUMBER: Final = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
_PAIR: Final = re.compile(rf"({_NUMBER})\s+({_NUMBER})")


def position(graph: Graph, node: Node) -> tuple[float, float] | None:
    """Return longitude and latitude of a thing: of its point, or the middle of the box around its geometry.

    Read are GeoSPARQL (WKT in CRS84 or EPSG:4326, GeoJSON), W3C Basic Geo, schema.org and the Core Location
    Vocabulary. None where there is nothing of that, or what is there is no place on the globe.
    """
    for holder in (node, *graph.nodes(node, *_GEOMETRIES)):
        for literal in graph.objects(holder, *_LITERALS):
            found = of_literal(literal.value) if isinstance(literal, Literal) else None
            if found is not None:
                return found
        latitude, longitude = _number(graph, holder, _LATITUDES), _number(graph, holder, _LONGITUDES)
        if latitude is not None and longitude is not None:
            return on_globe(longitude, latitude)
    return None


def of_literal(written: str) -> tuple[float, float] | None:
    """Return the middle of a geometry in well-known text or GeoJSON, longitude first.

    >>> of_literal("POINT(69.24 41.30)"), of_literal('{"type": "Point", "coordinates": [69.24, 41.3]}')
    ((69.24, 41.3), (69.24, 41.3))
    >>> of_literal("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(41.30 69.24)")
    (69.24, 41.3)
    >>> of_literal("POLYGON((0 0, 4 0, 4 2, 0 2, 0 0))"), of_literal("POINT EMPTY"), of_literal("POINT(999 0)")
    ((2.0, 1.0), None, None)
    """
    written = written.strip()
    if written.startswith("{"):
        return _middle(_pairs(written))
    found = re.match(r"(?:<([^>]*)>)?\s*([A-Za-z ]+)\(", written[:300])
    if not found or (found[1] or "") not in {*_CRS84, *_LATITUDE_FIRST}:
        return None
    pairs = ((float(x), float(y)) for x, y in _PAIR.findall(written[: 1 << 20]))
    return _middle((y, x) for x, y in pairs) if found[1] in _LATITUDE_FIRST else _middle(pairs)


def map_of(reader: ViewContext, node: Node) -> Markup | None:
    """Return a map with a thing on it, or None where it has no position or maps cannot be drawn here."""
    at = position(reader.graph, node)
    if at is None:
        return None
    name = reader.label(node).text
    return maps.drawn(gettext("Where %(name)s is", name=name), name, (), [Place(*at, name, "")])


def overview_map(site: Site, reader: ViewContext) -> Markup | None:
    """Return a map of the places of a release, or None; where there are many, of some of them."""
    graph = site.graph
    rows: list[Statement] = []
    for predicate in (*_LITERALS, *_LATITUDES):
        rows += graph.made_with(predicate, limit=2 * _MAX_PLACES)
    places: dict[tuple[float, float], Place] = {}
    for holder in dict.fromkeys(row.subject for row in rows):
        at = position(graph, holder)
        owners = [owner for owner in graph.subjects(holder, *_GEOMETRIES) if isinstance(owner, NamedNode)]
        thing = owners[0] if owners else holder
        if at is not None and at not in places and len(places) < _MAX_PLACES:
            href = reader.ref(thing).href
            places[at] = Place(*at, reader.label(thing).text, href)
    return maps.drawn(
        gettext("Places of this data set"), gettext("Some of the places that the data give."), (), list(places.values())
    )


def line_of(reader: ViewContext, node: Node, rows: Iterable[Statement]) -> Markup | None:
    """Return the days that are said of a thing on a line of years, or None where there are not two of them."""
    days: dict[tuple[str, str], timelines.Event] = {}
    for row in rows:
        value = row.object
        if row.subject != node or row.inferred or not isinstance(value, Literal) or value.datatype.value not in _DATES:
            continue
        day = text.day(value.value)
        if day is not None:
            words = f"{reader.label(row.predicate).text}: {text.date(value.value)}"
            days.setdefault((words, value.value), timelines.Event(day, words, ""))
    events = sorted(days.values(), key=lambda event: event.day)[:_MAX_DAYS]
    if len({event.day for event in events}) < 2:
        return None
    return markup(timelines.scale(gettext("Dates of %(name)s", name=reader.label(node).text), events, ident="days"))


def span(reader: ViewContext, whole: Overview) -> str:
    """Return from when to when the days lie that the data give, empty where they are too many to look at each."""
    days: list[str] = []
    for predicate in _SPAN_PROPERTIES:
        found = reader.graph.lookup.uses(predicate.value, limit=_COMPLETE_MAX)
        if found.more:
            return ""
        headers = set(whole.headers)
        days += [
            row.object.value for row in found.rows if isinstance(row.object, Literal) and row.subject not in headers
        ]
    known = sorted(day for written in days if (day := text.day(written)) is not None)
    if not known:
        return ""
    first, last = known[0].year, known[-1].year
    return str(first) if first == last else f"{first}–{last}"


def on_globe(longitude: float, latitude: float) -> tuple[float, float] | None:
    """Return a position if it is one on the globe."""
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def _number(graph: Graph, node: Node, predicates: tuple[NamedNode, ...]) -> float | None:
    try:
        return float(graph.text(node, *predicates) or "")
    except ValueError:
        return None


def _pairs(written: str) -> Iterator[tuple[float, float]]:
    """Yield the positions of a GeoJSON geometry (RFC 7946, section 3.1)."""
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return
    waiting = [found.get("coordinates")] if isinstance(found, dict) else []
    while waiting:
        value = waiting.pop()
        if isinstance(value, list) and len(value) >= 2 and all(isinstance(n, int | float) for n in value[:2]):
            yield float(value[0]), float(value[1])
        elif isinstance(value, list):
            waiting += value


def _middle(pairs: Iterable[tuple[float, float]]) -> tuple[float, float] | None:
    points = list(pairs)
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    if len(points) == 1:
        return on_globe(*points[0])
    return on_globe((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
