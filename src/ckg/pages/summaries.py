"""A statement in a few lines, for lists: what it is, who says it, in which words, from which source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ckg.pages import evidence, standing
from ckg.pages.graph import Node
from ckg.pages.standing import Standing
from ckg.pages.terms import EVIDENCE, PROV
from ckg.pages.view_context import Figure, Ref, ViewContext, Words


@dataclass(frozen=True, slots=True)
class Brief:
    """A statement as a list shows it; `first_date` is the day of its earliest source, for ordering."""

    ref: Ref
    kinds: list[Ref]
    standing: Standing | None
    by: list[Ref]
    about: list[Ref]
    figures: Sequence[Figure]
    quotations: list[evidence.QuotationView]
    sources: list[evidence.Source]
    conflicts: list[Ref]
    note: Words | None
    first_date: str

    @property
    def voice(self) -> list[Ref]:
        """Who says it: its author, else the publishers of its sources, else the sources."""
        sources = self.all_sources
        return self.by or [one for source in sources for one in source.publishers] or [source.ref for source in sources]

    @property
    def all_sources(self) -> list[evidence.Source]:
        """The sources it rests on, quoted or not, each once."""
        found = [q.source for q in self.quotations if q.source] + self.sources
        return list({source.ref.iri: source for source in found}.values())


def conflicts_touching(reader: ViewContext, node: Node) -> list[Ref]:
    """Return the conflicts that are about a thing, in which it takes a side, or that touch it by a rule."""
    graph = reader.graph
    derived = graph.nodes(node, EVIDENCE.inConflict, EVIDENCE.touchedBy)
    stated = graph.subjects(node, EVIDENCE.conflictOn, EVIDENCE.between)
    return reader.refs(dict.fromkeys([*derived, *stated]))


def brief(reader: ViewContext, node: Node) -> Brief:
    """Return a statement in brief."""
    graph = reader.graph
    quoted = evidence.quotations(reader, node)
    unquoted = evidence.unquoted_sources(reader, node, quoted)
    days = [q.source.day for q in quoted if q.source and q.source.day] + [s.day for s in unquoted if s.day]
    return Brief(
        ref=reader.ref(node),
        kinds=reader.kinds(node),
        standing=standing.of(graph, node),
        by=reader.refs(graph.nodes(node, EVIDENCE.assertedBy, PROV.wasAttributedTo)),
        about=reader.refs(graph.nodes(node, EVIDENCE.about)),
        figures=reader.figures(node),
        quotations=quoted,
        sources=unquoted,
        conflicts=conflicts_touching(reader, node),
        note=reader.words(node, EVIDENCE.codingNote),
        first_date=min(days, default=""),
    )


def briefs(reader: ViewContext, nodes: Iterable[Node]) -> list[Brief]:
    """Return statements in brief, the earliest first."""
    found = [brief(reader, node) for node in dict.fromkeys(nodes)]
    return sorted(found, key=lambda b: (b.first_date or "9999", b.ref.words.text.casefold(), b.ref.iri))
