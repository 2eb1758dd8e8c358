"""What the first page tells: how much there is, the promise that is disputed most, who disputes it, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import claims, evidence
from ckg.pages.graph import Node
from ckg.pages.messages import nmarked
from ckg.pages.summaries import Brief, brief, briefs
from ckg.pages.terms import SCHEMA
from ckg.pages.view_context import Ref, ViewContext

from . import commitments, maps, meetings
from .terms import CKG, ELI

_MAX_COMMENTARY = 5
_MAX_CONFLICTS = 6


@dataclass(frozen=True, slots=True)
class Count:
    """How many of something there are, what they are called (one and many), and where they are listed."""

    number: int
    one: str
    many: str
    path: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a disputed figure: the figure in words, and the statements that give it."""

    words: str
    said: list[Brief]


@dataclass(frozen=True, slots=True)
class Headline:
    """The promise that is disputed most, and the versions of its most disputed figure, the most reliable first."""

    brief: Brief
    deadline: str
    said_to_bind: list[Ref]
    conflicts: list[Ref]
    dispute: Ref | None
    versions: list[Version]

    @property
    def words(self) -> evidence.QuotationView | None:
        """The longest words that the promise rests on."""
        return max(self.brief.quotations, key=lambda q: len(q.words), default=None)

    @property
    def more_words(self) -> list[evidence.QuotationView]:
        """The other words that it rests on."""
        return [q for q in self.brief.quotations if q is not self.words]

    @property
    def more_sources(self) -> list[evidence.Source]:
        """The sources of the other words, each once."""
        return list({q.source.ref.iri: q.source for q in self.more_words if q.source}.values())


@dataclass(frozen=True, slots=True)
class Story:
    """The meeting that the data set tells of, and what others make of it."""

    meeting: meetings.Meeting
    participations: list[meetings.Participation]
    document: Ref
    commentary: list[Brief]
    map: Markup | None


@dataclass(frozen=True, slots=True)
class Home:
    """What the first page shows; None where the data set tells of no promise, or of no meeting."""

    counted: list[Count]
    headline: Headline | None
    partners: list[Ref]
    conflicts: list[claims.ConflictRow]
    story: Story | None


def view(reader: ViewContext, _arguments: Mapping[str, str]) -> Home:
    """Return what the first page tells."""
    headline = _headline(reader)
    shown = headline.dispute.iri if headline and headline.dispute else ""
    others = [row for row in claims.conflicts(reader) if row.ref.iri != shown]
    others.sort(key=lambda row: (-len(row.sides), row.ref.words.text))
    graph = reader.graph
    partners = {p for dialogue in graph.instances(CKG.Dialogue) for p in graph.nodes(dialogue, CKG.partner)}
    return Home(
        _counts(reader), headline, reader.refs(sorted(partners, key=str)), others[:_MAX_CONFLICTS], _story(reader)
    )


def _counts(reader: ViewContext) -> list[Count]:
    rows = [
        (CKG.Summit, *nmarked("summit", "summits"), ""),
        (CKG.Commitment, *nmarked("promise", "promises"), "promises"),
        (CKG.Source, *nmarked("source", "sources"), "sources"),
        (CKG.Quotation, *nmarked("quotation", "quotations"), ""),
        (CKG.Conflict, *nmarked("dispute", "disputes"), "conflicts"),
    ]
    return [
        Count(
            len(reader.graph.instances(cls)),
            one,
            many,
            reader.path(path) if path else f"{reader.path('browse')}?class={cls.value.replace('#', '%23')}",
        )
        for cls, one, many, path in rows
    ]


def _headline(reader: ViewContext) -> Headline | None:
    """Return the promise on which most conflicts bear; among equals one with a figure, then the first by its IRI."""
    graph = reader.graph
    best: tuple[tuple[int, int], NamedNode, list[Ref]] | None = None
    for node in graph.instances(CKG.Commitment):
        if isinstance(node, NamedNode):
            found = commitments.conflicts_over(reader, node)
            order = (len(found), len(graph.nodes(node, CKG.amount)))
            if best is None or order > best[0]:
                best = (order, node, found)
    if best is None:
        return None
    _, node, conflicts = best
    due, _ = commitments.deadline(reader, node)
    dispute, versions = _disputed_figure(reader, conflicts)
    said = set(graph.nodes(node, CKG.binds, CKG.saidToBind))
    return Headline(brief(reader, node), due, reader.refs(sorted(said, key=str)), conflicts, dispute, versions)


def _disputed_figure(reader: ViewContext, conflicts: list[Ref]) -> tuple[Ref | None, list[Version]]:
    """Return the conflict with most versions of a figure, and these, in the order of their sources."""
    best: tuple[Ref | None, list[Version]] = (None, [])
    for conflict in conflicts:
        versions: dict[str, Version] = {}
        for side in claims.sides_of(reader, reader.node(conflict)):
            words = "; ".join(figure.words for figure in side.figures if figure.said)
            if words:
                versions.setdefault(words, Version(words, [])).said.append(side)
        if len(versions) > len(best[1]):
            best = (conflict, list(versions.values()))
    return best


def _story(reader: ViewContext) -> Story | None:
    """Return the summit whose document has the most clauses; among equals, the latest."""
    graph = reader.graph
    best: tuple[int, str, str, Node, Node] | None = None
    for document in graph.instances(CKG.OutcomeDocument):
        number = len(graph.nodes(document, ELI.has_part))
        for meeting in graph.nodes(document, CKG.adoptedAt):
            day = graph.text(meeting, SCHEMA.endDate, SCHEMA.startDate) or ""
            row = (number, day, document.value, document, meeting)
            best = max(best, row, key=lambda r: r[:3]) if best else row
    if best is None:
        return None
    document, meeting = best[3], best[4]
    return Story(
        meeting=meetings.meeting(reader, meeting, ""),
        participations=meetings.participations(reader, meeting),
        document=reader.ref(document),
        commentary=briefs(reader, graph.instances(CKG.Commentary))[:_MAX_COMMENTARY],
        map=maps.of_meeting(reader, meeting),
    )
