"""A claim with its author, and a conflict with its sides next to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages import evidence
from ckg.pages.graph import Node
from ckg.pages.summaries import Brief, brief, briefs
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
    """A conflict in a list: its point, and its sides in the order of their dates."""

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
    """Return what the page of a conflict shows: its sides in the order of their dates."""
    graph = reader.graph
    return Conflict(
        over=reader.words(node, EVIDENCE.over),
        kinds_of_conflict=reader.refs(graph.nodes(node, EVIDENCE.conflictKind)),
        on=reader.refs(graph.nodes(node, EVIDENCE.conflictOn)),
        sides=[Side(found) for found in briefs(reader, graph.nodes(node, EVIDENCE.between))],
        context=reader.refs(graph.nodes(node, EVIDENCE.context)),
        note=reader.words(node, EVIDENCE.codingNote),
    )


def conflicts(reader: ViewContext) -> list[ConflictRow]:
    """Return every conflict of the release with its point and its sides."""
    rows = []
    for node in reader.graph.instances(EVIDENCE.Conflict):
        over = reader.words(node, EVIDENCE.over)
        sides = [brief(reader, side) for side in reader.graph.nodes(node, EVIDENCE.between)]
        sides.sort(key=lambda b: (b.first_date, b.ref.iri))
        rows.append(ConflictRow(reader.ref(node), over.text if over else "", sides))
    return rows
