"""Maps of things: which states and places a page's map shows, and what it says to those who do not see it."""

from __future__ import annotations

import re

from ckg.pages.graph import Node
from ckg.pages.reader import Reader
from ckg.pages.svg.atlas import Land, Line, Place, atlas
from ckg.pages.svg.element import Raw
from ckg.pages.svg.outlines import code_of
from ckg.pages.terms import CKG, GEO, ROLE, SCHEMA

_NOTE = "Outlines: Natural Earth. They show where things are and take no side in any dispute over borders."


def caption(template: str) -> str:
    """Return what a map says below itself."""
    if template == "corridor.html":
        return f"Legs are drawn as straight lines between their stops, dotted where they lead over water. {_NOTE}"
    return _NOTE


def of(reader: Reader, node: Node, template: str) -> Raw | None:
    """Return the map of the page that `template` makes, or None where there is nothing to put on it."""
    name = reader.label(node).text
    if template == "corridor.html":
        return corridor(reader, node, name)
    graph = reader.graph
    lands: dict[str, Land] = {}
    places: list[Place] = []
    if template == "meeting.html":
        hosts = {
            state
            for part in graph.nodes(node, CKG.hasParticipation)
            if ROLE.host in graph.nodes(part, CKG.role)
            for state in graph.nodes(part, CKG.participant)
        }
        for state in graph.nodes(node, CKG.hasParticipant):
            lands |= land_of(reader, state, "host" if state in hosts else "member")
        places = places_of(reader, graph.nodes(node, SCHEMA.location), "port")
        said = "participants: " + ", ".join(land.name for land in lands.values())
    elif template == "resource.html":
        for holder in graph.subjects(node, CKG.saidToHold):
            for state in [holder, *graph.nodes(holder, CKG.hasState)]:
                lands = land_of(reader, state, "host" if state == holder else "member") | lands
        said = "states, or states of regions, said to hold it: " + ", ".join(land.name for land in lands.values())
    else:
        lands |= land_of(reader, node, "host")
        for state in graph.nodes(node, CKG.hasState):
            lands |= land_of(reader, state, "member")
        places = places_of(reader, graph.nodes(node, CKG.capital), "capital")
        said = "its outline among its neighbours"
    if not lands:
        return None
    return atlas(f"Map: {name}", f"{name}; {said}.", list(lands.values()), places)


def corridor(reader: Reader, node: Node, name: str) -> Raw | None:
    """Return the map of a corridor: its stops, its legs, the states it passes through."""
    graph = reader.graph
    places: dict[Node, Place] = {}
    lines, said = [], []
    for leg in graph.nodes(node, CKG.hasLeg):
        start, end = graph.node(leg, CKG.legFrom), graph.node(leg, CKG.legTo)
        ends = []
        for stop in (start, end):
            if stop is not None and stop not in places:
                for place in places_of(reader, [stop], "port"):
                    places[stop] = place
            if stop in places:
                ends.append(places[stop])
        if len(ends) == 2:
            modes = [mode.value.rpartition("/")[2] for mode in graph.nodes(leg, CKG.mode)]
            lines.append(Line(ends[0], ends[1], sea="sea" in modes))
            said.append(f"{ends[0].name} to {ends[1].name} by {' and '.join(modes) or 'a way not stated'}")
    if not lines:
        return None
    lands: dict[str, Land] = {}
    for state in graph.nodes(node, CKG.passesThrough):
        lands |= land_of(reader, state, "member")
    return atlas(f"Map: {name}", "; ".join(said) + ".", list(lands.values()), list(places.values()), lines)


def land_of(reader: Reader, node: Node, style: str) -> dict[str, Land]:
    """Return a state for a map, by its ISO code or else by its English name; nothing for what is no state."""
    code = reader.graph.text(node, CKG.iso3166Alpha3) or ""
    if not code and reader.graph.is_a(node, CKG.State):
        code = next((c for name in reader.english(node) if (c := code_of(name))), "")
    return {code: Land(code, reader.label(node).text, reader.href(node.value), style)} if code else {}


def places_of(reader: Reader, nodes: list[Node], style: str) -> list[Place]:
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
