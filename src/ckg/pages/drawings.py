"""Which drawings stand on which page, and what they are made from."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.pages import maps, text
from ckg.pages.graph import Node
from ckg.pages.kinds import Kind
from ckg.pages.reader import Reader
from ckg.pages.render import markup
from ckg.pages.svg import timelines
from ckg.pages.svg.element import Raw
from ckg.pages.svg.network import Neighbour, network
from ckg.pages.terms import CKG, LABELS, OWL, RDF, SCHEMA, SKOS

_SMALL, _LARGE, _BEYOND = 8, 26, 3
_NOT_DRAWN = {RDF.type, OWL.sameAs, CKG.standing, CKG.tracesTo, CKG.reportedBy, SKOS.inScheme, *LABELS}


def of(reader: Reader, node: NamedNode, kind: Kind, values: dict[str, Any]) -> dict[str, Any]:
    """Return the drawings of a page by the names its template has for them."""
    made: dict[str, Any] = {}
    drawn: Raw | None = None
    if kind.template in ("actor.html", "meeting.html", "resource.html", "corridor.html"):
        drawn = maps.of(reader, node, kind.template)
    if drawn:
        made |= {"map": markup(drawn), "map_caption": maps.caption(kind.template)}
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
    drawn = maps.of(reader, meeting, "meeting.html")
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
