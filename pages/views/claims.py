"""What is particular to claims about summits: readings, conversions, and how their dates lie to an adoption."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields, replace

from ckg.pages import claims, evidence, text
from ckg.pages.graph import Node
from ckg.pages.terms import PROV, SCHEMA
from ckg.pages.view_context import Ref, ViewContext, Words

from .terms import CKG, ELI


@dataclass(frozen=True, slots=True)
class Timing:
    """Whether a statement was published before or after a text was adopted; follows from the dates alone."""

    document: Ref
    adopted: str
    published: str
    when: str


@dataclass(frozen=True, slots=True)
class Side(claims.Side):
    """One side of a conflict: the statement, what it says on the point, and when its sources came out."""

    says: list[Ref]
    timing: list[Timing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(claims.Claim):
    """What the page of a claim, an observation or a conversion shows."""

    ascribed: list[Ref]
    reading_of: list[Ref]
    converts: list[Ref]
    year: str
    measure: list[Ref]
    method: Words | None
    timing: list[Timing]


def documents_near(reader: ViewContext, node: Node) -> list[Node]:
    """Return the outcome documents that a statement is about, or those that its source reports beside it."""
    graph = reader.graph
    found: list[Node] = []
    todo = [*graph.nodes(node, CKG.about, CKG.readingOf, CKG.conflictOn), node]
    for thing in todo:
        if graph.is_a(thing, CKG.OutcomeDocument):
            found.append(thing)
        found += graph.nodes(thing, CKG.adopted)
        for meeting in graph.nodes(thing, CKG.madeAt, CKG.adoptedAt):
            found += graph.nodes(meeting, CKG.adopted)
        for clause in [thing, *graph.nodes(thing, CKG.carriedBy)]:
            found += [doc for doc in graph.nodes(clause, ELI.is_part_of) if graph.is_a(doc, CKG.OutcomeDocument)]
    if not found:
        beside = [one for source in graph.nodes(node, CKG.statedIn) for one in graph.subjects(source, CKG.statedIn)]
        found = [one for one in beside if graph.is_a(one, CKG.OutcomeDocument)]
    return list(dict.fromkeys(found))


def adoption_day(reader: ViewContext, document: Node) -> str:
    """Return the day a document was adopted: its own date, else the last day of the meeting."""
    graph = reader.graph
    own = graph.text(document, ELI.date_document)
    if own:
        return own
    days = [graph.text(meeting, SCHEMA.endDate, SCHEMA.startDate) for meeting in graph.nodes(document, CKG.adoptedAt)]
    return max((day for day in days if day), default="")


def timing(reader: ViewContext, node: Node) -> list[Timing]:
    """Return how the dates of a statement's sources lie to the adoption of the documents it is about.

    The earliest source counts, and the primary source where the statement goes back to one.
    """
    graph = reader.graph
    quoted = evidence.quotations(reader, node)
    origins = graph.nodes(node, PROV.hadPrimarySource)
    origins += [reader.node(ref) for q in quoted for ref in q.primary if ref.iri]
    if not origins:
        origins = graph.nodes(node, CKG.statedIn)
    days = sorted(day for origin in origins if (day := graph.text(origin, SCHEMA.datePublished)))
    if not days:
        return []
    rows = []
    for document in documents_near(reader, node):
        adopted = adoption_day(reader, document)
        if adopted:
            when = order(days[0], adopted)
            rows.append(Timing(reader.ref(document), text.date(adopted), text.date(days[0]), when))
    return rows


def order(published: str, adopted: str) -> str:
    """Say how two dates of any precision lie to each other.

    >>> order("2025-12-19", "2025-12-20"), order("2025-12-20", "2025-12-20"), order("2025-12", "2025-12-20")
    ('before', 'on the day', 'undecided')
    """
    first, last = text.day(published), text.day(published, last=True)
    day = text.day(adopted)
    if not isinstance(first, datetime.date) or last is None or day is None:
        return "undecided"
    if first == last == day:
        return "on the day"
    if last < day:
        return "before"
    return "after" if first > day else "undecided"


def view(reader: ViewContext, node: Node) -> Claim:
    """Return what the page of a claim, an observation or a conversion shows."""
    graph = reader.graph
    core = claims.view(reader, node)
    return Claim(
        **{field.name: getattr(core, field.name) for field in fields(core)},
        ascribed=reader.refs(graph.nodes(node, CKG.ascribedTo)),
        reading_of=reader.refs(graph.nodes(node, CKG.readingOf)),
        converts=reader.refs(
            s for amount in graph.nodes(node, CKG.converts) for s in graph.subjects(amount, CKG.amount)
        ),
        year=graph.text(node, CKG.referenceYear, CKG.referenceDate) or "",
        measure=reader.refs(graph.nodes(node, CKG.measure)),
        method=reader.words(node, CKG.method),
        timing=timing(reader, node),
    )


def conflict_view(reader: ViewContext, node: Node) -> claims.Conflict:
    """Return what the page of a conflict shows: its sides in the order of their dates."""
    graph = reader.graph
    core = claims.conflict_view(reader, node)
    sides = []
    for side in core.sides:
        statement = reader.node(side.brief.ref)
        says = reader.refs(graph.nodes(statement, CKG.saysMoneySource, CKG.saysBinds, CKG.moneySource))
        sides.append(Side(side.brief, says, timing(reader, statement)))
    return replace(core, sides=sides)
