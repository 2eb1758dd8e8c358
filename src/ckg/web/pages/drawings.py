"""Which drawings stand on which page, and what they are made from."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.web.pages import text
from ckg.web.pages.graph import Node
from ckg.web.pages.kinds import Kind
from ckg.web.pages.reader import Reader
from ckg.web.pages.render import markup
from ckg.web.pages.terms import CKG, GEO, LABELS, OWL, RDF, ROLE, SCHEMA, SKOS
from ckg.web.svg import timelines
from ckg.web.svg.atlas import Land, Line, Place, atlas
from ckg.web.svg.element import Raw
from ckg.web.svg.network import Neighbour, network

_SMALL, _LARGE, _BEYOND = 8, 26, 3
_MAP_NOTE = "Outlines: Natural Earth. They show where things are and take no side in any dispute over borders."
_NOT_DRAWN = {RDF.type, OWL.sameAs, CKG.standing, CKG.tracesTo, CKG.reportedBy, SKOS.inScheme, *LABELS}


def of(reader: Reader, node: NamedNode, kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """Return the drawings of a page by the names its template has for them."""
    made: dict[str, Any] = {}
    drawn: Raw | None = None
    if kind.template in ("actor.html", "meeting.html", "resource.html", "corridor.html"):
        drawn = _map(reader, node, kind.template)
    if drawn:
        made |= {"map": markup(drawn), "map_caption": _MAP_NOTE}
    if kind.template == "commitment.html":
        made["line"] = _line(reader, node, values)
    if kind.template == "source.html":
        made |= source_coverage(reader, node, values)
    return made


def neighbourhood(reader: Reader, node: NamedNode, *, large: bool = False) -> Markup | None:
    """Return what a thing is tied to as a drawing, or None where it is tied to nothing with a name."""
    found = _neighbours(reader, node, _LARGE if large else _SMALL, beyond=large)
    if not found:
        return None
    return markup(network(reader.label(node).text, found, ident="network", large=large))


def meeting_map(reader: Reader, meeting: Node) -> Markup | None:
    """Return the map of who took part in a meeting."""
    drawn = _map(reader, meeting, "meeting.html")
    return markup(drawn) if drawn else None


def neighbours(reader: Reader, node: NamedNode) -> list[Neighbour]:
    """Return what the large drawing shows, as rows."""
    return _neighbours(reader, node, _LARGE, beyond=True)


def _neighbours(reader: Reader, node: NamedNode, most: int, *, beyond: bool) -> list[Neighbour]:
    """Return the neighbours that tell most: asserted ties first, each property in turn, each thing once."""
    rows = [(row, True) for row in reader.graph.about(node, limit=400).rows]
    rows += [(row, False) for row in reader.graph.pointing_at(node, limit=400).rows]
    by_tie: dict[tuple[bool, str, bool], list[Any]] = {}
    for row, outward in rows:
        other = row.object if outward else row.subject
        if row.predicate in _NOT_DRAWN or isinstance(other, Literal | BlankNode) or other == node:
            continue
        if isinstance(other, NamedNode) and reader.base.path_of(other.value) is not None:
            by_tie.setdefault((row.inferred, row.predicate.value, outward), []).append((row, outward, other))
    queues = [by_tie[key] for key in sorted(by_tie, key=lambda key: (key[0], not key[2], key[1]))]
    found: dict[str, Neighbour] = {}
    while queues and len(found) < most:
        for queue in queues:
            row, outward, other = queue.pop(0)
            if other.value in found or len(found) >= most:
                continue
            inner = _neighbours(reader, other, _BEYOND + 1, beyond=False) if beyond else []
            found[other.value] = Neighbour(
                other.value,
                reader.label(other).text,
                reader.href(other.value),
                reader.label(row.predicate).text,
                outward,
                row.inferred,
                tuple(n for n in inner if n.key != node.value)[:_BEYOND],
            )
        queues = [queue for queue in queues if queue]
    return sorted(found.values(), key=lambda n: (n.tie, not n.outward, n.name))


def _map(reader: Reader, node: Node, template: str) -> Raw | None:
    name = reader.label(node).text
    if template == "corridor.html":
        return _corridor(reader, node, name)
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
            lands |= _land(reader, state, "host" if state in hosts else "member")
        places = _places(reader, graph.nodes(node, SCHEMA.location), "port")
        said = "participants: " + ", ".join(land.name for land in lands.values())
    elif template == "resource.html":
        for holder in graph.subjects(node, CKG.saidToHold):
            for state in [holder, *graph.nodes(holder, CKG.hasState)]:
                lands = _land(reader, state, "host" if state == holder else "member") | lands
        said = "states, or states of regions, said to hold it: " + ", ".join(land.name for land in lands.values())
    else:
        lands |= _land(reader, node, "host")
        for state in graph.nodes(node, CKG.hasState):
            lands |= _land(reader, state, "member")
        places = _places(reader, graph.nodes(node, CKG.capital), "capital")
        said = "its outline among its neighbours"
        if lands and not graph.is_a(node, CKG.Region):
            for state in graph.nodes(node, CKG.borders):
                lands |= {code: land for code, land in _land(reader, state, "").items() if code not in lands}
    if not lands:
        return None
    focus = [land for land in lands.values() if land.style]
    return atlas(f"Map: {name}", f"{name}; {said}.", focus, places)


def _corridor(reader: Reader, node: Node, name: str) -> Raw | None:
    graph = reader.graph
    places: dict[Node, Place] = {}
    lines, said = [], []
    for leg in graph.nodes(node, CKG.hasLeg):
        start, end = graph.node(leg, CKG.legFrom), graph.node(leg, CKG.legTo)
        ends = []
        for stop in (start, end):
            if stop is not None and stop not in places:
                for place in _places(reader, [stop], "port"):
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
        lands |= _land(reader, state, "member")
    return atlas(f"Map: {name}", "; ".join(said) + ".", list(lands.values()), list(places.values()), lines)


def _land(reader: Reader, node: Node, style: str) -> dict[str, Land]:
    code = reader.graph.text(node, CKG.iso3166Alpha3)
    if not code:
        return {}
    return {code: Land(code, reader.label(node).text, reader.href(node.value), style)}


def _places(reader: Reader, nodes: list[Node], style: str) -> list[Place]:
    """Return the things among nodes that have a position (GeoSPARQL 1.1, section 8.5; longitude first)."""
    found = []
    for node in nodes:
        for geometry in [node, *reader.graph.nodes(node, GEO.hasGeometry)]:
            written = reader.graph.text(geometry, GEO.asWKT) or ""
            match = re.search(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)", written, re.IGNORECASE)
            if match:
                name = reader.label(node).text
                found.append(Place(float(match[1]), float(match[2]), name, reader.href(node.value), style))
                break
    return found


def _line(reader: Reader, node: NamedNode, values: dict[str, Any]) -> Markup | None:
    """Return the line from the beginning of a commitment to its deadline, where the graph gives both."""
    period = values["period"]
    end = text.day(values["deadline"] or (period.end if period else ""), last=True)
    begin = text.day(period.start if period else "")
    if begin is None:
        days = [reader.graph.text(m, SCHEMA.endDate, SCHEMA.startDate) for m in reader.graph.nodes(node, CKG.madeAt)]
        begin = next((day for lexical in sorted(filter(None, days)) if (day := text.day(lexical))), None)
    if begin is None or end is None or end <= begin:
        return None
    marks = [
        timelines.Mark(begin, "made", text.date(begin.isoformat())),
        timelines.Mark(end, "due", text.date(values["deadline"] or (period.end if period else ""))),
    ]
    total = ", ".join(figure.said for figure in values["figures"])
    if period and period.duration:
        total = f"{total} in {period.duration}" if total else f"in {period.duration}"
    return markup(
        timelines.period(f"From its beginning to its deadline: {reader.label(node).text}", total, marks, begin, end)
    )


def source_coverage(reader: Reader, node: NamedNode, values: dict[str, Any]) -> dict[str, Any]:
    """Return the bar of quoted passages of a source whose text's length is known."""
    length = reader.text_length(values["sha256"])
    passages = [
        timelines.Passage(q.start, q.end, f"Characters {q.start} to {q.end}: {q.words}", q.ref.href)
        for q in values["quotations"]
        if q.start is not None and q.end is not None
    ]
    if not passages or not length:
        return {}
    bar = timelines.coverage(f"Quoted passages of {reader.label(node).text}", length, passages)
    return {"coverage": markup(bar), "coverage_href": reader.path("coverage")}
