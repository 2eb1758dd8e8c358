"""A claim with its author, and a conflict with its sides next to each other."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from ckg.pages import evidence, figures, text
from ckg.pages.briefs import Brief, brief, briefs
from ckg.pages.graph import Node
from ckg.pages.reader import Reader, Ref
from ckg.pages.terms import CKG, ELI, PROV, SCHEMA


@dataclass(frozen=True, slots=True)
class Timing:
    """Whether a statement was published before or after a text was adopted; follows from the dates alone."""

    document: Ref
    adopted: str
    published: str
    when: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: the statement, what it says on the point, and when its sources came out."""

    brief: Brief
    says: list[Ref]
    timing: list[Timing]


def documents_near(reader: Reader, node: Node) -> list[Node]:
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
        beside = [one for source in graph.nodes(node, CKG.statedIn) for one in graph.nodes(source, CKG.states)]
        found = [one for one in beside if graph.is_a(one, CKG.OutcomeDocument)]
    return list(dict.fromkeys(found))


def adoption_day(reader: Reader, document: Node) -> str:
    """Return the day a document was adopted: its own date, else the last day of the meeting."""
    graph = reader.graph
    own = graph.text(document, ELI.date_document)
    if own:
        return own
    days = [graph.text(meeting, SCHEMA.endDate, SCHEMA.startDate) for meeting in graph.nodes(document, CKG.adoptedAt)]
    return max((day for day in days if day), default="")


def timing(reader: Reader, node: Node) -> list[Timing]:
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


def view(reader: Reader, node: Node) -> dict[str, Any]:
    """Return what the page of a claim, an observation or a conversion shows."""
    graph = reader.graph
    quoted = evidence.quotations(reader, node)
    about = set(graph.nodes(node, CKG.about))
    return {
        "quotations": quoted,
        "sources": evidence.unquoted_sources(reader, node, quoted),
        "by": reader.refs(graph.nodes(node, CKG.assertedBy, PROV.wasAttributedTo)),
        "claim_kinds": reader.refs(graph.nodes(node, CKG.claimKind)),
        "about": reader.refs(about),
        "ascribed": reader.refs(graph.nodes(node, CKG.ascribedTo)),
        "reading_of": reader.refs(graph.nodes(node, CKG.readingOf)),
        "converts": reader.refs(
            s for amount in graph.nodes(node, CKG.converts) for s in graph.subjects(amount, CKG.amount)
        ),
        "figures": figures.figures(reader, node),
        "year": graph.text(node, CKG.referenceYear, CKG.referenceDate) or "",
        "measure": reader.refs(graph.nodes(node, CKG.measure)),
        "method": reader.words(node, CKG.method),
        "timing": timing(reader, node),
        "conflicts": reader.refs(graph.nodes(node, CKG.inConflict)),
        "repeats": reader.refs(graph.nodes(node, CKG.repeats)),
        "note": reader.words(node, CKG.codingNote),
        "beside": beside(reader, node, graph.nodes(node, CKG.assertedBy)),
    }


def beside(reader: Reader, node: Node, authors: list[Node]) -> list[Brief]:
    """Return what else the same authors claim, at most a dozen."""
    graph = reader.graph
    others = [claim for author in authors for claim in graph.nodes(author, CKG.asserts) if claim != node]
    return briefs(reader, [claim for claim in others if graph.is_a(claim, CKG.Claim)][:12])


def conflict_view(reader: Reader, node: Node) -> dict[str, Any]:
    """Return what the page of a conflict shows: its sides in the order of their dates."""
    graph = reader.graph
    sides = []
    for found in briefs(reader, graph.nodes(node, CKG.between)):
        statement = reader.node(found.ref)
        says = reader.refs(graph.nodes(statement, CKG.saysMoneySource, CKG.saysBinds, CKG.moneySource))
        sides.append(Side(found, says, timing(reader, statement)))
    over = reader.words(node, CKG.over)
    return {
        "over": over,
        "kinds_of_conflict": reader.refs(graph.nodes(node, CKG.conflictKind)),
        "on": reader.refs(graph.nodes(node, CKG.conflictOn)),
        "sides": sides,
        "note": reader.words(node, CKG.codingNote),
    }


def conflicts(reader: Reader) -> list[tuple[Ref, str, list[Brief]]]:
    """Return every conflict of the release with its point and its sides."""
    rows = []
    for node in reader.graph.instances(CKG.Conflict):
        over = reader.words(node, CKG.over)
        sides = [brief(reader, side) for side in reader.graph.nodes(node, CKG.between)]
        sides.sort(key=lambda b: (b.first_date, b.ref.iri))
        rows.append((reader.ref(node), over.text if over else "", sides))
    return rows
