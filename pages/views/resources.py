"""A resource with the figures on it, and a corridor with its legs, stops and figures."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ckg.pages import text
from ckg.pages.graph import Node
from ckg.pages.maps import NOTE
from ckg.pages.messages import gettext
from ckg.pages.summaries import Brief, briefs
from ckg.pages.svg.charts import ValueRange, ranges
from ckg.pages.svg.element import markup
from ckg.pages.terms import SKOS
from ckg.pages.view_context import Ref, ViewContext

from . import figures, maps
from .terms import CKG, QUDT


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as a table shows it: whose, what, for which year, by which source."""

    brief: Brief
    holders: list[Ref]
    measures: list[Ref]
    year: str
    method: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a corridor between two stops."""

    ref: Ref
    start: Ref | None
    end: Ref | None
    modes: list[Ref]
    through: list[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What the page of a resource shows."""

    rows: list[Row]
    charts: list[Markup]
    holders: list[Ref]
    commitments: list[Brief]
    wider_commitments: list[Brief]
    codes: list[Ref]
    lists: list[Ref]
    broader: list[Ref]
    narrower: list[Ref]
    map: Markup | None
    map_caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """What the page of a corridor shows."""

    legs: list[Leg]
    through: list[Ref]
    links_regions: list[Ref]
    rows: list[Row]
    commitments: list[Brief]
    said: list[Brief]
    map: Markup | None
    map_caption: str


def rows(reader: ViewContext, statements: list[Node]) -> list[Row]:
    """Return statements as rows of a table of figures: by holder, then by year."""
    graph = reader.graph
    found = []
    for one in briefs(reader, statements):
        node = reader.node(one.ref)
        year = graph.text(node, CKG.referenceYear, CKG.referenceDate) or ""
        method = reader.words(node, CKG.method)
        found.append(
            Row(
                one,
                reader.refs(graph.nodes(node, CKG.holder)),
                reader.refs(graph.nodes(node, CKG.measure)),
                text.date(year),
                text.plain(method.text, 300) if method else "",
                bool(one.conflicts),
            )
        )
    return sorted(
        found, key=lambda row: (row.holders[0].words.text if row.holders else "", row.year, row.brief.ref.iri)
    )


def charts(reader: ViewContext, found: list[Row]) -> list[Markup]:
    """Return a drawing for each measure and unit with three figures or more: whose, for which year, by whom."""
    graph = reader.graph
    groups: dict[tuple[str, str], list[ValueRange]] = {}
    for row in found:
        for quantity in graph.nodes(reader.node(row.brief.ref), CKG.quantity):
            figure = figures.quantity(reader, quantity)
            low = figure.value
            if low is None or not row.measures:
                continue
            high = float(graph.text(quantity, QUDT.upperBound) or low)
            who = ", ".join(ref.words.text for ref in row.holders)
            said = next((ref.words.text for ref in row.brief.voice), "")
            name = " ".join(part for part in (who, row.year) if part)
            key = (row.measures[0].words.text, figure.unit)
            groups.setdefault(key, []).append(
                ValueRange(f"{name} ({said})" if said else name, low, high, figure.words, row.brief.ref.href)
            )
    return [
        markup(ranges(f"{measure}, {unit}", spans, ident=f"chart-{number}"))
        for number, ((measure, unit), spans) in enumerate(sorted(groups.items()))
        if len(spans) > 2
    ]


def view(reader: ViewContext, node: Node) -> Resource:
    """Return what the page of a resource shows."""
    graph = reader.graph
    commitments = graph.subjects(node, CKG.coversResource)
    wider = graph.nodes(node, SKOS.broader, SKOS.broaderTransitive)
    figured = rows(reader, graph.subjects(node, CKG.resource))
    return Resource(
        rows=figured,
        charts=charts(reader, figured),
        holders=reader.refs(graph.subjects(node, CKG.saidToHold)),
        commitments=briefs(reader, commitments),
        wider_commitments=briefs(
            reader, [c for up in wider for c in graph.subjects(up, CKG.coversResource) if c not in commitments]
        ),
        codes=reader.refs(graph.nodes(node, CKG.commodityCode)),
        lists=reader.refs(graph.subjects(node, SKOS.member)),
        broader=reader.refs(graph.nodes(node, SKOS.broader)),
        narrower=reader.refs(graph.nodes(node, SKOS.narrower) + graph.subjects(node, SKOS.broader)),
        map=maps.of_resource(reader, node),
        map_caption=gettext(NOTE),
    )


def legs(reader: ViewContext, node: Node) -> list[Leg]:
    """Return the legs of a corridor, way by way."""
    graph = reader.graph
    found: dict[Node, Leg] = {}
    for leg in graph.nodes(node, CKG.hasLeg):
        start, end = graph.node(leg, CKG.legFrom), graph.node(leg, CKG.legTo)
        found[leg] = Leg(
            reader.ref(leg),
            reader.ref(start) if start else None,
            reader.ref(end) if end else None,
            reader.refs(graph.nodes(leg, CKG.mode)),
            reader.refs(graph.nodes(leg, CKG.legThrough)),
        )
    return in_order(list(found.values()))


def in_order(found: list[Leg]) -> list[Leg]:
    """Return legs way by way, the way with most legs first; within one each leg stands after those that lead to it."""
    ways: list[list[Leg]] = []
    for leg in sorted(found, key=lambda leg: leg.ref.iri):
        met = [way for way in ways if any(_stops(leg) & _stops(other) for other in way)]
        ways = [way for way in ways if way not in met] + [[leg, *(other for way in met for other in way)]]
    ordered: list[Leg] = []
    for way in sorted(ways, key=lambda way: (-len(way), min(leg.ref.iri for leg in way))):
        waiting = sorted(way, key=lambda leg: leg.ref.iri)
        while waiting:
            ends = {leg.end.iri for leg in waiting if leg.end}
            ready = [leg for leg in waiting if not leg.start or leg.start.iri not in ends] or waiting[:1]
            ordered += ready
            waiting = [leg for leg in waiting if leg not in ready]
    return ordered


def _stops(leg: Leg) -> set[str]:
    return {stop.iri for stop in (leg.start, leg.end) if stop is not None}


def corridor_view(reader: ViewContext, node: Node) -> Corridor:
    """Return what the page of a corridor shows."""
    graph = reader.graph
    about = graph.nodes(node, CKG.discussedIn) or graph.subjects(node, CKG.about)
    measured = [s for s in about if graph.nodes(s, CKG.quantity)]
    ordered = legs(reader, node)
    return Corridor(
        legs=ordered,
        through=reader.refs(graph.nodes(node, CKG.passesThrough)),
        links_regions=reader.refs(graph.nodes(node, CKG.links)),
        rows=rows(reader, measured),
        commitments=briefs(reader, [s for s in about if graph.is_a(s, CKG.Commitment, CKG.Principle)]),
        said=briefs(reader, [s for s in about if s not in measured and graph.is_a(s, CKG.Claim, CKG.Observation)]),
        map=maps.of_corridor(reader, node, [reader.node(leg.ref) for leg in ordered]),
        map_caption=f"{gettext(maps.CORRIDOR_NOTE)} {gettext(NOTE)}",
    )
