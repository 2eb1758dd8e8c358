"""The meetings of every dialogue in the order of their dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ckg.pages import text
from ckg.pages.graph import Node
from ckg.pages.messages import gettext
from ckg.pages.svg import timelines
from ckg.pages.svg.element import markup
from ckg.pages.view_context import Ref, ViewContext, Words

from . import meetings
from .terms import CKG


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue (None: meetings of none) with its meetings, and a drawing of how they lie in time."""

    ref: Ref | None
    definition: Words | None
    meetings: list[meetings.Meeting]
    scale: Markup | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every dialogue, those with most meetings first; `lanes` draws all of them on one axis."""

    groups: list[Dialogue]
    lanes: Markup | None


def view(reader: ViewContext, _arguments: Mapping[str, str]) -> Timeline:
    """Return the meetings of every dialogue in the order of their dates, the next one last."""
    graph = reader.graph
    today = reader.about.issued
    groups: dict[Node | None, list[meetings.Meeting]] = {}
    for node in graph.instances(CKG.Meeting):
        dialogues: list[Node | None] = [*graph.nodes(node, CKG.meetingOf)]
        for dialogue in dialogues or [None]:
            groups.setdefault(dialogue, []).append(meetings.meeting(reader, node, today))
    rows: list[Dialogue] = []
    for dialogue, found in groups.items():
        found.sort(key=lambda one: (one.start or "9999", one.ref.iri))
        ref = reader.ref(dialogue) if dialogue is not None else None
        definition = reader.definition(dialogue) if dialogue is not None else None
        scale = _scale(found, ref.words.text if ref else gettext("Other meetings"), len(rows))
        rows.append(Dialogue(ref, definition, found, scale))
    rows.sort(key=lambda row: (row.ref is None, -len(row.meetings), row.ref.words.text if row.ref else ""))
    return Timeline(rows, _lanes(reader, rows))


def _lanes(reader: ViewContext, rows: list[Dialogue]) -> Markup | None:
    """Return every dialogue as a row on one axis, named after its partner; None where fewer than two have dates."""
    lanes = []
    for row in rows:
        events = _events(row.meetings)
        if row.ref is not None and events:
            partners = reader.refs(reader.graph.nodes(reader.node(row.ref), CKG.partner))
            name = ", ".join(partner.words.text for partner in partners) or row.ref.words.text
            lanes.append(timelines.TimeLane(name, row.ref.href, events))
    if len(lanes) < 2:
        return None
    return markup(timelines.lanes(gettext("Meetings of each partner with Central Asia, on one axis"), lanes))


def _events(found: list[meetings.Meeting]) -> list[timelines.Event]:
    """Return the meetings that have a day and were not only planned, as marks on a scale."""
    events = []
    for one in found:
        day = text.day(one.start)
        if day is not None and one.state != "planned":
            style = "event cancelled" if one.state != "held" else "event summit" if one.summit else "event"
            events.append(timelines.Event(day, one.ref.words.text, one.ref.href, style, upper=one.summit))
    return events


def _scale(found: list[meetings.Meeting], name: str, number: int) -> Markup | None:
    """Return the meetings of a dialogue on a scale of years, where there are enough of them to show how they lie."""
    events = _events(found)
    if len(events) < 3:
        return None
    planned = gettext("next, planned") if any(one.state == "planned" for one in found) else ""
    return markup(
        timelines.scale(gettext("%(name)s: meetings in time", name=name), events, planned, ident=f"scale-{number}")
    )
