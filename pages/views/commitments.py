"""A commitment or principle: how strong, who is bound, how much and by when, and who reads it differently."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from ckg.pages import evidence, text
from ckg.pages.graph import Node
from ckg.pages.messages import gettext
from ckg.pages.summaries import Brief, briefs, conflicts_touching
from ckg.pages.svg import timelines
from ckg.pages.svg.element import markup
from ckg.pages.terms import PROV, SCHEMA
from ckg.pages.view_context import Figure, Ref, ViewContext, Words

from . import figures
from .figures import Period
from .terms import CKG


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly a speech act binds: its rank in its scheme, an order only; beside it the act a reporter tells of."""

    ref: Ref
    rank: int
    out_of: int
    as_reported: Ref | None

    @property
    def steps(self) -> list[bool]:
        """One truth a step, for a row of marks."""
        return [step < self.rank for step in range(self.out_of)]


@dataclass(frozen=True, slots=True)
class Step:
    """A step in the life of a commitment, with the observations that show it."""

    status: Ref | None
    date: str
    evidence: list[Ref]


@dataclass(frozen=True, slots=True)
class Score:
    """How one member complied by a date."""

    ref: Ref
    member: Ref | None
    value: str
    date: str
    coder: list[Ref]
    evidence: list[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What the page of a commitment or principle shows; `line` is a drawing of its time."""

    quotations: list[evidence.QuotationView]
    sources: list[evidence.Source]
    figures: list[Figure]
    period: Period | None
    deadline: str
    basis: str
    strength: Strength | None
    scope: list[Ref]
    bound: list[Ref]
    said_to_bind: list[Ref]
    subscribers: list[Ref]
    coding: list[tuple[Ref, list[Ref]]]
    themes: list[Ref]
    clauses: list[Ref]
    made_at: list[Ref]
    steps: list[Step]
    scores: list[Score]
    readings: list[Brief]
    grounds: list[Brief]
    aims: list[Brief]
    means: list[Brief]
    conversions: list[Brief]
    conflicts: list[Ref]
    note: Words | None
    line: Markup | None


_CODED = (
    CKG.targetType,
    CKG.novelty,
    CKG.financeKind,
    CKG.moneySource,
    CKG.deadlineBasis,
    CKG.obligation,
    CKG.precision,
    CKG.delegation,
    CKG.catalyst,
    CKG.beneficiary,
    CKG.addressedTo,
    CKG.implementer,
    CKG.coversResource,
)


def strength(reader: ViewContext, node: Node) -> Strength | None:
    """Return the speech act of a commitment and where it stands among all acts that have a rank."""
    graph = reader.graph
    act = graph.node(node, CKG.speechAct)
    if act is None:
        return None
    ranks = {
        row.subject: row.object.value for row in graph.made_with(CKG.strengthRank) if isinstance(row.object, Literal)
    }
    known = [int(rank) for rank in ranks.values() if rank.isdigit()]
    rank = ranks.get(act, "")
    reported = graph.node(node, CKG.speechActAsReported)
    return Strength(
        reader.ref(act),
        int(rank) if rank.isdigit() else 0,
        max(known, default=0),
        reader.ref(reported) if reported is not None else None,
    )


def coding(reader: ViewContext, node: Node) -> list[tuple[Ref, list[Ref]]]:
    """Return how a commitment was coded, field by field; a field that no source gives is absent."""
    rows = [(reader.ref(field), reader.refs(reader.graph.nodes(node, field))) for field in _CODED]
    return [(field, values) for field, values in rows if values]


def steps(reader: ViewContext, node: Node) -> list[Step]:
    """Return the steps in the life of a commitment, the earliest first."""
    graph = reader.graph
    found = []
    for step in graph.nodes(node, CKG.hasStatusStep):
        status = graph.node(step, CKG.status)
        day = graph.text(step, CKG.onDate) or ""
        shown = Step(
            reader.ref(status) if status else None, text.date(day), reader.refs(graph.nodes(step, CKG.evidence))
        )
        found.append((day, shown))
    return [step for _, step in sorted(found, key=lambda pair: pair[0])]


def scores(reader: ViewContext, node: Node) -> list[Score]:
    """Return the compliance scores of a commitment, by member."""
    graph = reader.graph
    found = []
    for score in graph.subjects(node, CKG.scores):
        member = graph.node(score, CKG.scoredMember)
        found.append(
            Score(
                reader.ref(score),
                reader.ref(member) if member else None,
                graph.text(score, CKG.scoreValue) or "",
                text.date(graph.text(score, CKG.onDate) or ""),
                reader.refs(graph.nodes(score, CKG.coder, PROV.wasAttributedTo)),
                reader.refs(graph.nodes(score, CKG.evidence)),
            )
        )
    return sorted(found, key=lambda score: score.member.words.text if score.member else "")


def conversions(reader: ViewContext, node: Node) -> list[Node]:
    """Return the conversions of the amounts of a commitment into other currencies."""
    graph = reader.graph
    return [found for amount in graph.nodes(node, CKG.amount) for found in graph.subjects(amount, CKG.converts)]


def conflicts_over(reader: ViewContext, node: Node) -> list[Ref]:
    """Return the conflicts that a statement stands in, that are about it, or in which its readings stand."""
    graph = reader.graph
    related = [*graph.nodes(node, CKG.hasReading), *conversions(reader, node)]
    found = [conflict for one in related for conflict in graph.nodes(one, CKG.inConflict)]
    own = conflicts_touching(reader, node)
    return list({ref.iri: ref for ref in [*own, *reader.refs(found)]}.values())


def deadline(reader: ViewContext, node: Node) -> tuple[str, str]:
    """Return the deadline of a commitment as the graph has it and on what it rests."""
    basis = reader.graph.node(node, CKG.deadlineBasis)
    return reader.graph.text(node, CKG.deadline) or "", reader.label(basis).text if basis else ""


def made(reader: ViewContext, node: Node) -> list[Ref]:
    """Return the meetings at which a commitment was made."""
    return reader.refs(reader.graph.nodes(node, CKG.madeAt))


def view(reader: ViewContext, node: NamedNode) -> Commitment:
    """Return what the page of a commitment or principle shows."""
    graph = reader.graph
    quoted = evidence.quotations(reader, node)
    due, basis = deadline(reader, node)
    found, period = figures.figures(reader, node), figures.period(reader, node)
    return Commitment(
        quotations=quoted,
        sources=evidence.unquoted_sources(reader, node, quoted),
        figures=found,
        period=period,
        deadline=due,
        basis=basis,
        strength=strength(reader, node),
        scope=reader.refs(graph.nodes(node, CKG.boundScope)),
        bound=reader.refs(graph.nodes(node, CKG.binds)),
        said_to_bind=reader.refs(set(graph.nodes(node, CKG.saidToBind)) - set(graph.nodes(node, CKG.binds))),
        subscribers=reader.refs(graph.subjects(node, CKG.subscribesTo)),
        coding=coding(reader, node),
        themes=reader.refs(graph.nodes(node, CKG.theme)),
        clauses=reader.refs(graph.nodes(node, CKG.carriedBy)),
        made_at=made(reader, node),
        steps=steps(reader, node),
        scores=scores(reader, node),
        readings=briefs(reader, graph.nodes(node, CKG.hasReading)),
        grounds=briefs(reader, graph.nodes(node, CKG.onGround)),
        aims=briefs(reader, graph.nodes(node, CKG.toEnd)),
        means=briefs(reader, graph.nodes(node, CKG.byMeansOf)),
        conversions=briefs(reader, conversions(reader, node)),
        conflicts=conflicts_over(reader, node),
        note=reader.words(node, CKG.codingNote),
        line=_line(reader, node, found, period, due),
    )


def _line(
    reader: ViewContext, node: NamedNode, found: list[Figure], period: Period | None, deadline: str
) -> Markup | None:
    """Return the line from the beginning of a commitment to its deadline, where the graph gives both."""
    last = deadline or (period.end if period else "")
    end = text.day(last, last=True)
    begin = text.day(period.start if period else "")
    if begin is None:
        days = [reader.graph.text(m, SCHEMA.endDate, SCHEMA.startDate) for m in reader.graph.nodes(node, CKG.madeAt)]
        begin = next((day for lexical in sorted(filter(None, days)) if (day := text.day(lexical))), None)
    if begin is None or end is None or end <= begin:
        return None
    marks = [
        timelines.Mark(begin, gettext("made"), text.date(begin.isoformat())),
        timelines.Mark(end, gettext("due"), text.date(last)),
    ]
    total = ", ".join(figure.said for figure in found)
    if period and period.duration:
        total = (
            gettext("%(total)s in %(duration)s", total=total, duration=period.duration)
            if total
            else gettext("in %(duration)s", duration=period.duration)
        )
    title = gettext("From its beginning to its deadline: %(name)s", name=reader.label(node).text)
    return markup(timelines.period(title, total, marks, begin, end))
