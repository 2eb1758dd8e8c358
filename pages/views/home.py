"""What the first page tells: what happened, who took part, what was promised, and where sources disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ckg.pages import claims
from ckg.pages.graph import Node
from ckg.pages.summaries import Brief, briefs
from ckg.pages.terms import SCHEMA
from ckg.pages.view_context import Ref, ViewContext, Words

from . import maps, meetings
from .documents import Carried, clauses
from .terms import CKG, ELI

_MAX_COMMENTARY = 6


@dataclass(frozen=True, slots=True)
class Story:
    """The meeting that the data set tells of, with what was promised at it and what others make of it."""

    meeting: meetings.Meeting
    definition: Words | None
    participations: list[meetings.Participation]
    document: Ref
    promised: list[Carried]
    conflicts: list[claims.ConflictRow]
    commentary: list[Brief]
    map: Markup | None


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows beside the ways in; None where the data set tells of no meeting."""

    story: Story | None


def view(reader: ViewContext, _arguments: Mapping[str, str]) -> Home:
    """Return what the first page tells.

    It tells of the summit whose document has the most clauses; among equals, of the latest.
    """
    graph = reader.graph
    best: tuple[int, str, str, Node, Node] | None = None
    for document in graph.instances(CKG.OutcomeDocument):
        number = len(graph.nodes(document, ELI.has_part))
        for meeting in graph.nodes(document, CKG.adoptedAt):
            day = graph.text(meeting, SCHEMA.endDate, SCHEMA.startDate) or ""
            row = (number, day, document.value, document, meeting)
            best = max(best, row, key=lambda r: r[:3]) if best else row
    if best is None:
        return Home(None)
    document, meeting = best[3], best[4]
    return Home(
        Story(
            meeting=meetings.meeting(reader, meeting, ""),
            definition=reader.definition(meeting),
            participations=meetings.participations(reader, meeting),
            document=reader.ref(document),
            promised=[item for clause in clauses(reader, document) for item in clause.carried],
            conflicts=claims.conflicts(reader),
            commentary=briefs(reader, graph.instances(CKG.Commentary))[:_MAX_COMMENTARY],
            map=maps.of_meeting(reader, meeting),
        )
    )
