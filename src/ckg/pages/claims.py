"""A claim with its author, and a conflict with its sides next to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages import evidence, text
from ckg.pages.graph import Node
from ckg.pages.summaries import Brief, briefs
from ckg.pages.terms import EVIDENCE, PROV
from ckg.pages.view_context import Figure, Ref, ViewContext, Words

_MAX_BESIDE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the page of a claim or an observation shows."""

    quotations: list[evidence.QuotationView]
    sources: list[evidence.Source]
    by: list[Ref]
    claim_kinds: list[Ref]
    about: list[Ref]
    figures: list[Figure]
    repeats: list[Ref]
    grounds: list[Brief]
    aims: list[Brief]
    means: list[Brief]
    note: Words | None
    beside: list[Brief]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict."""

    brief: Brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What the page of a conflict shows."""

    over: Words | None
    kinds_of_conflict: list[Ref]
    on: list[Ref]
    sides: Sequence[Side]
    context: list[Ref]
    note: Words | None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A conflict in a list: its point, and its sides."""

    ref: Ref
    over: str
    sides: list[Brief]


def view(reader: ViewContext, node: Node) -> Claim:
    """Return what the page of a claim or an observation shows."""
    graph = reader.graph
    quoted = evidence.quotations(reader, node)
    return Claim(
        quotations=quoted,
        sources=evidence.unquoted_sources(reader, node, quoted),
        by=reader.refs(graph.nodes(node, EVIDENCE.assertedBy, PROV.wasAttributedTo)),
        claim_kinds=reader.refs(graph.nodes(node, EVIDENCE.claimKind)),
        about=reader.refs(graph.nodes(node, EVIDENCE.about)),
        figures=list(reader.figures(node)),
        repeats=reader.refs(graph.nodes(node, EVIDENCE.repeats)),
        grounds=briefs(reader, graph.nodes(node, EVIDENCE.onGround)),
        aims=briefs(reader, graph.nodes(node, EVIDENCE.toEnd)),
        means=briefs(reader, graph.nodes(node, EVIDENCE.byMeansOf)),
        note=reader.words(node, EVIDENCE.codingNote),
        beside=_beside(reader, node, graph.nodes(node, EVIDENCE.assertedBy)),
    )


def _beside(reader: ViewContext, node: Node, authors: list[Node]) -> list[Brief]:
    """Return what else the same authors claim, at most a dozen."""
    graph = reader.graph
    others = [claim for author in authors for claim in graph.subjects(author, EVIDENCE.assertedBy) if claim != node]
    return briefs(reader, [claim for claim in others if graph.is_a(claim, EVIDENCE.Claim)][:_MAX_BESIDE])


def conflict_view(reader: ViewContext, node: Node) -> Conflict:
    """Return what the page of a conflict shows: its sides, those with the most reliable source first."""
    graph = reader.graph
    return Conflict(
        over=reader.words(node, EVIDENCE.over),
        kinds_of_conflict=reader.refs(graph.nodes(node, EVIDENCE.conflictKind)),
        on=reader.refs(graph.nodes(node, EVIDENCE.conflictOn)),
        sides=[Side(found) for found in sides_of(reader, node)],
        context=reader.refs(graph.nodes(node, EVIDENCE.context)),
        note=reader.words(node, EVIDENCE.codingNote),
    )


def conflicts(reader: ViewContext) -> list[ConflictRow]:
    """Return every conflict of the release with its point and its sides."""
    rows = []
    for node in reader.graph.instances(EVIDENCE.Conflict):
        over = reader.words(node, EVIDENCE.over)
        rows.append(ConflictRow(reader.ref(node), over.text if over else "", sides_of(reader, node)))
    return rows


def sides_of(reader: ViewContext, conflict: Node) -> list[Brief]:
    """Return the sides of a conflict: those with the most reliable source first, among equals the earliest."""
    sides = briefs(reader, reader.graph.nodes(conflict, EVIDENCE.between))
    return sorted(sides, key=lambda b: (evidence.best_rank(reader, b.all_sources), _last_day(b), b.ref.iri))


def _last_day(found: Brief) -> str:
    """Return the last day of the date of a statement's earliest source, so that a month does not precede its days."""
    day = text.day(found.first_date, last=True)
    return day.isoformat() if day is not None else "9999"
