"""Lists: the members of a class, all disagreements, all sources, the time line of a dialogue."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import claims, evidence, meetings, render, standing, text
from ckg.pages.graph import Node
from ckg.pages.reader import Reader, Ref, Words
from ckg.pages.site import Site
from ckg.pages.svg import timelines
from ckg.pages.terms import CKG, OWL, RDF, RDFS

PER_PAGE = 100


def browse(site: Site, reader: Reader, iri: str, page: int) -> str | None:
    """Return the members of a class, a page at a time; without a class, every class with members.

    None where the text is no IRI of a class that has members.
    """
    if not iri:
        return _classes(site, reader)
    cls = reader.named(iri)
    if cls is None:
        return None
    found = reader.graph.lookup.instances(iri, offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
    nodes = reader.graph.own(node for node in found[:PER_PAGE] if isinstance(node, NamedNode))
    if not nodes:
        return None
    named = sorted(((reader.ref(node), node) for node in nodes), key=lambda pair: pair[0].words.text.casefold())
    members = [
        {
            "ref": ref,
            "standing": standing.of(reader.graph, node),
            "definition": reader.definition(node),
            "conflicts": reader.refs(reader.graph.nodes(node, CKG.inConflict)),
        }
        for ref, node in named
    ]
    return render.page(
        site,
        reader,
        "browse.html",
        title=cls.words.text,
        cls=cls,
        definition=reader.definition(NamedNode(iri)),
        count=reader.graph.number_of(NamedNode(iri)),
        members=members,
        page=page,
        more=len(found) > PER_PAGE,
    )


def _classes(site: Site, reader: Reader) -> str:
    graph = reader.graph
    own: list[Any] = []
    others: list[Any] = []
    for cls in graph.instances(OWL.Class, RDFS.Class):
        if not isinstance(cls, NamedNode) or cls.value.startswith((OWL.iri, RDFS.iri, RDF.iri)):
            continue
        number, exact = graph.number_of(cls)
        if any(isinstance(node, NamedNode) for node in graph.lookup.instances(cls.value, limit=50)):
            row = (reader.ref(cls), number, exact, reader.definition(cls))
            (own if reader.base.path_of(cls.value) is not None else others).append(row)
    for rows in (own, others):
        rows.sort(key=lambda row: row[0].words.text.casefold())
    return render.page(site, reader, "classes.html", title="Everything, by kind", own=own, others=others)


def disagreements(site: Site, reader: Reader) -> str:
    """Return every conflict with its sides."""
    rows = claims.conflicts(reader)
    return render.page(
        site,
        reader,
        "conflicts.html",
        title="Where sources disagree",
        description="Statements that differ on one point, side by side; none is silently chosen.",
        rows=rows,
    )


def sources(site: Site, reader: Reader) -> str:
    """Return every source, by how close it stands to what it says, with how much rests on it."""
    graph = reader.graph
    groups: dict[str, tuple[Any, list[Any]]] = {}
    for node in graph.instances(CKG.Source):
        shown = evidence.source(reader, node)
        resting = graph.subjects(node, CKG.statedIn)
        key = shown.grade.iri if shown.grade else ""
        groups.setdefault(key, (shown.grade, []))[1].append((shown, len(resting), bool(shown.primary)))
    ordered = sorted(groups.values(), key=lambda group: (group[0] is None, -sum(row[1] for row in group[1])))
    for _, rows in ordered:
        rows.sort(key=lambda row: (row[0].day, row[0].ref.words.text))
    return render.page(site, reader, "sources.html", title="Sources", groups=ordered)


def timeline(site: Site, reader: Reader) -> str:
    """Return the meetings of every dialogue in the order of their dates, the next one last."""
    graph = reader.graph
    today = site.about.issued
    groups: dict[Node | None, list[meetings.Meeting]] = {}
    for node in graph.instances(CKG.Meeting):
        dialogues: list[Node | None] = [*graph.nodes(node, CKG.meetingOf)]
        for dialogue in dialogues or [None]:
            groups.setdefault(dialogue, []).append(meetings.meeting(reader, node, today))
    rows: list[tuple[Ref | None, Words | None, list[meetings.Meeting], Markup | None]] = []
    for dialogue, found in groups.items():
        found.sort(key=lambda one: (one.start or "9999", one.ref.iri))
        ref = reader.ref(dialogue) if dialogue is not None else None
        definition = reader.definition(dialogue) if dialogue is not None else None
        rows.append((ref, definition, found, _scale(found, ref.words.text if ref else "Other meetings", len(rows))))
    rows.sort(key=lambda row: (row[0] is None, -len(row[2]), row[0].words.text if row[0] else ""))
    return render.page(site, reader, "timeline.html", title="Meetings in time", groups=rows)


def _scale(found: list[meetings.Meeting], name: str, number: int) -> Markup | None:
    """Return the meetings of a dialogue on a scale of years, where there are enough of them to show how they lie."""
    events = []
    for one in found:
        day = text.day(one.start)
        if day is not None and one.state != "planned":
            style = "event cancelled" if one.state != "held" else "event summit" if one.summit else "event"
            events.append(timelines.Event(day, one.ref.words.text, one.ref.href, style, upper=one.summit))
    if len(events) < 3:
        return None
    planned = "next, planned" if any(one.state == "planned" for one in found) else ""
    return render.markup(timelines.scale(f"{name}: meetings in time", events, planned, ident=f"scale-{number}"))
