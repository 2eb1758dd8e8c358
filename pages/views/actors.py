"""States, people, posts and organisations: what they are party to, and what is claimed of them, by whom."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ckg.pages import text
from ckg.pages.graph import Node
from ckg.pages.maps import NOTE
from ckg.pages.messages import gettext
from ckg.pages.summaries import Brief, briefs
from ckg.pages.terms import DCTERMS, SCHEMA
from ckg.pages.view_context import Ref, ViewContext

from . import maps, meetings
from .terms import CKG, ORG

MANY = 60


@dataclass(frozen=True, slots=True)
class Attended:
    """A meeting that somebody took part in, and as what."""

    meeting: meetings.Meeting
    parts: list[meetings.Participation]


@dataclass(frozen=True, slots=True)
class Held:
    """A resource that a place is said to hold, with the statements that say so."""

    resource: Ref
    statements: list[Brief]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """What the page of a state, region, person, post or organisation shows."""

    documents: list[meetings.Adopted]
    bound: list[Brief]
    behind: list[Brief]
    said: list[Brief]
    says: list[Brief]
    meetings: list[Attended]
    resources: list[Held]
    initiatives: list[Ref]
    region: list[Ref]
    states: list[Ref]
    capital: list[Ref]
    borders: list[Ref]
    corridors: list[Ref]
    codes: list[tuple[Ref, str]]
    posts: list[Ref]
    post_in: list[Ref]
    published: list[Ref]
    map: Markup | None
    map_caption: str


def said_of(reader: ViewContext, thing: Node) -> list[Brief]:
    """Return the claims and observations about a thing, the earliest first."""
    graph = reader.graph
    found = graph.subjects(thing, CKG.about)
    kept = [node for node in found if graph.is_a(node, CKG.Claim, CKG.Observation)]
    return briefs(reader, kept[:MANY])


def commitments_of(reader: ViewContext, thing: Node) -> tuple[list[Brief], list[Brief]]:
    """Return what binds a state, and what it only stands behind as a party."""
    graph = reader.graph
    bound = graph.subjects(thing, CKG.binds)
    behind = [node for node in graph.nodes(thing, CKG.subscribesTo) if node not in set(bound)]
    return briefs(reader, bound[:MANY]), briefs(reader, behind[:MANY])


def attended(reader: ViewContext, thing: Node) -> list[Attended]:
    """Return the meetings a state or person took part in, with the participation, the latest first."""
    graph = reader.graph
    own = set(graph.subjects(thing, CKG.participant, CKG.observer, CKG.attendee, CKG.representedBy, CKG.inPost))
    found: dict[Node, list[Node]] = {}
    for participation in sorted(own, key=str):
        for meeting in graph.nodes(participation, CKG.participationIn):
            found.setdefault(meeting, []).append(participation)
    rows = []
    for meeting, mine in found.items():
        iris = {node.value for node in mine}
        parts = [part for part in meetings.participations(reader, meeting) if part.ref.iri in iris]
        rows.append(Attended(meetings.meeting(reader, meeting, ""), parts))
    return sorted(rows, key=lambda row: row.meeting.start, reverse=True)


def resources_of(reader: ViewContext, thing: Node) -> list[Held]:
    """Return the resources a place is said to hold, each with the statements that say so."""
    graph = reader.graph
    rows: dict[Node, list[Node]] = {}
    for statement in graph.nodes(thing, CKG.holderIn):
        for resource in graph.nodes(statement, CKG.resource):
            rows.setdefault(resource, []).append(statement)
    found = [Held(reader.ref(resource), briefs(reader, statements)) for resource, statements in rows.items()]
    return sorted(found, key=lambda row: row.resource.words.text.casefold())


def view(reader: ViewContext, node: Node) -> Actor:
    """Return what the page of a state, region, person, post or organisation shows."""
    graph = reader.graph
    bound, behind = commitments_of(reader, node)
    documents = [doc for doc in graph.nodes(node, CKG.partyTo) if graph.is_a(doc, CKG.OutcomeDocument)]
    published = graph.subjects(node, SCHEMA.publisher, DCTERMS.publisher)
    return Actor(
        documents=[meetings.adopted(reader, document) for document in documents],
        bound=bound,
        behind=behind,
        said=said_of(reader, node),
        says=briefs(reader, graph.subjects(node, CKG.assertedBy)[:MANY]),
        meetings=attended(reader, node),
        resources=resources_of(reader, node),
        initiatives=reader.refs(graph.subjects(node, CKG.initiativeOf)),
        region=reader.refs(graph.nodes(node, CKG.stateOf, SCHEMA.containedInPlace)),
        states=reader.refs(graph.subjects(node, CKG.stateOf)),
        capital=reader.refs(graph.nodes(node, CKG.capital)),
        borders=reader.refs(graph.nodes(node, CKG.borders)),
        corridors=reader.refs(graph.subjects(node, CKG.passesThrough)),
        codes=codes(reader, node),
        posts=reader.refs(graph.nodes(node, ORG.holds) + graph.subjects(node, ORG.postIn)),
        post_in=reader.refs(graph.nodes(node, ORG.postIn)),
        published=reader.refs(published[:MANY]),
        map=maps.of_actor(reader, node),
        map_caption=gettext(NOTE),
    )


def codes(reader: ViewContext, node: Node) -> list[tuple[Ref, str]]:
    """Return the identifiers of a place in the code lists of others."""
    fields = (CKG.iso3166Alpha3, CKG.iso3166Numeric, CKG.unM49, CKG.cowCode)
    rows = [(reader.ref(field), reader.graph.text(node, field)) for field in fields]
    return [(field, text.plain(code, 20)) for field, code in rows if code]
