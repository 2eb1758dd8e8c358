"""Meetings, who took part and in which office, and how a dialogue went on from one meeting to the next."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import evidence, standing, text
from ckg.pages.graph import Node
from ckg.pages.maps import NOTE
from ckg.pages.messages import gettext, marked
from ckg.pages.summaries import Brief, briefs, conflicts_touching
from ckg.pages.terms import SCHEMA
from ckg.pages.view_context import Ref, ViewContext

from . import maps
from .terms import CKG, EXTENT, ROLE


@dataclass(frozen=True, slots=True)
class Participation:
    """That a state took part, in which role, and who came for it in which office."""

    ref: Ref
    state: Ref | None
    role: Ref | None
    is_host: bool
    people: list[Ref]
    posts: list[Ref]


@dataclass(frozen=True, slots=True)
class Adopted:
    """A document in a list: how much of it is coded, and the conflicts that touch it."""

    ref: Ref
    extent: Ref | None
    conflicts: list[Ref]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting on a time line: `state` is held, postponed, cancelled or planned."""

    ref: Ref
    dates: str
    start: str
    end: str
    state: str
    summit: bool
    ordinal: str
    places: list[Ref]
    instead: list[Ref]
    adopted: list[Ref]
    documents: list[Adopted]
    attendance: Ref | None
    conflicts: list[Ref]
    standing: standing.Standing | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """What the page of a meeting shows."""

    meeting: Meeting
    participations: list[Participation]
    quotations: list[evidence.QuotationView]
    sources: list[evidence.Source]
    produced: list[Brief]
    attendance: Ref | None
    attendance_partial: bool
    dialogue: list[Ref]
    earlier: list[Ref]
    next: list[Ref]
    map: Markup | None
    map_caption: str


def participations(reader: ViewContext, meeting: Node) -> list[Participation]:
    """Return who took part in a meeting, the host first."""
    graph = reader.graph
    rows = []
    for node in graph.nodes(meeting, CKG.hasParticipation):
        roles = graph.nodes(node, CKG.role)
        states = graph.nodes(node, CKG.participant, CKG.observer, CKG.attendee)
        rows.append(
            Participation(
                ref=reader.ref(node),
                state=reader.ref(states[0]) if states else None,
                role=reader.ref(roles[0]) if roles else None,
                is_host=ROLE.host in roles,
                people=reader.refs(graph.nodes(node, CKG.representedBy)),
                posts=reader.refs(graph.nodes(node, CKG.inPost)),
            )
        )
    return sorted(rows, key=lambda row: (not row.is_host, row.state.words.text if row.state else "", row.ref.iri))


def extent(reader: ViewContext, node: Node, predicate: NamedNode) -> Ref | None:
    """Return how much of a document, or of who took part in a meeting, is coded."""
    found = reader.graph.node(node, predicate)
    return reader.ref(found) if found is not None else None


def adopted(reader: ViewContext, document: Node) -> Adopted:
    """Return a document as lists show it."""
    return Adopted(
        reader.ref(document), extent(reader, document, CKG.codingExtent), conflicts_touching(reader, document)
    )


def meeting(reader: ViewContext, node: Node, today: str) -> Meeting:
    """Return a meeting as a time line shows it; `today` is the day of the release, ISO 8601, or empty."""
    graph = reader.graph
    start = graph.text(node, SCHEMA.startDate, SCHEMA.previousStartDate) or ""
    end = graph.text(node, SCHEMA.endDate) or ""
    status = {term.value.rpartition("/")[2] for term in graph.nodes(node, SCHEMA.eventStatus)}
    state = marked("held")
    if "EventPostponed" in status or graph.is_a(node, CKG.PostponedMeeting):
        state = marked("postponed")
    elif "EventCancelled" in status:
        state = marked("cancelled")
    elif not start or (today and start > today):
        state = marked("planned")
    note = reader.words(node, CKG.codingNote)
    return Meeting(
        ref=reader.ref(node),
        dates=text.dates(start, end) if start else "",
        start=start,
        end=end,
        state=state,
        summit=graph.is_a(node, CKG.Summit),
        ordinal=graph.text(node, CKG.ordinal) or "",
        places=reader.refs(graph.nodes(node, SCHEMA.location)),
        instead=reader.refs(graph.nodes(node, CKG.postponedTo)),
        adopted=reader.refs(graph.nodes(node, CKG.adopted)),
        documents=[adopted(reader, document) for document in graph.nodes(node, CKG.adopted)],
        attendance=extent(reader, node, CKG.attendanceExtent),
        conflicts=conflicts_touching(reader, node),
        standing=standing.of(graph, node),
        note=text.plain(note.text, 500) if note else "",
    )


def view(reader: ViewContext, node: Node) -> MeetingPage:
    """Return what the page of a meeting shows."""
    graph = reader.graph
    quoted = evidence.quotations(reader, node)
    return MeetingPage(
        meeting=meeting(reader, node, ""),
        participations=participations(reader, node),
        quotations=quoted,
        sources=evidence.unquoted_sources(reader, node, quoted),
        produced=briefs(reader, graph.subjects(node, CKG.madeAt)),
        attendance=extent(reader, node, CKG.attendanceExtent),
        attendance_partial=graph.node(node, CKG.attendanceExtent) != EXTENT.full,
        dialogue=reader.refs(graph.nodes(node, CKG.meetingOf)),
        earlier=reader.refs(graph.subjects(node, CKG.nextMeeting)),
        next=reader.refs(graph.nodes(node, CKG.nextMeeting)),
        map=maps.of_meeting(reader, node),
        map_caption=gettext(NOTE),
    )
