"""A source with everything that rests on it, and a quotation with everything it carries."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import drawings, evidence
from ckg.pages.graph import Node
from ckg.pages.summaries import Brief, briefs
from ckg.pages.terms import EVIDENCE, OA, PROV
from ckg.pages.view_context import Ref, ViewContext, Words

MANY = 200


@dataclass(frozen=True, slots=True)
class Fall:
    """How much of the graph would fall with a source: records that rest on it, and those that rest on nothing else."""

    resting: int
    alone: int
    records: int

    @property
    def share(self) -> float:
        """The share of all records that would be left without any source, in per cent."""
        return 100 * self.alone / self.records if self.records else 0.0


@dataclass(frozen=True, slots=True)
class Resting:
    """A record that rests on a source, and whether it rests on nothing else."""

    brief: Brief
    alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """What the page of a source shows; `coverage` is the bar of its quoted passages, where its text was at hand."""

    source: evidence.Source
    fall: Fall
    resting: list[Resting]
    resting_more: int
    quotations: list[evidence.QuotationView]
    reported_in: list[Ref]
    authors: list[Ref]
    note: Words | None
    coverage: Markup | None
    coverage_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationPage:
    """What the page of a quotation shows."""

    quotation: evidence.QuotationView
    carried: list[Brief]
    authors: list[Ref]


def resting_on(reader: ViewContext, source: Node) -> tuple[list[Node], list[Node]]:
    """Return the records that are stated in a source or trace back to it, and those of them with no other root.

    A digest is no root of its own: a record stands without a source when neither the source itself nor anything it
    reports to is left.
    """
    graph = reader.graph
    behind = dict.fromkeys(graph.subjects(source, EVIDENCE.statedIn, EVIDENCE.tracesTo))
    resting = [node for node in behind if graph.is_a(node, EVIDENCE.Record)]
    alone = []
    for record in resting:
        others = [other for other in graph.nodes(record, EVIDENCE.statedIn) if other != source]
        if all(_passes_on(reader, record, other, source) for other in others):
            alone.append(record)
    return resting, alone


def _passes_on(reader: ViewContext, record: Node, other: Node, source: Node) -> bool:
    """Say whether what another source says of a record comes from `source`, as a whole or in the words quoted."""
    graph = reader.graph
    behind = graph.nodes(other, PROV.hadPrimarySource)
    if behind and all(node == source for node in behind):
        return True
    quoted = [q for q in graph.nodes(record, EVIDENCE.restsOn) if other in graph.nodes(q, OA.hasSource)]
    return bool(quoted) and all(graph.nodes(q, PROV.hadPrimarySource) == [source] for q in quoted)


def quotations_from(reader: ViewContext, node: Node) -> list[evidence.QuotationView]:
    """Return the quotations from a source, in the order in which they stand there."""
    found = [evidence.quotation(reader, q) for q in reader.graph.subjects(node, OA.hasSource, PROV.wasQuotedFrom)]
    return sorted(found, key=lambda q: (q.start or 0, q.end or 0, q.ref.iri))


def view(reader: ViewContext, node: NamedNode) -> SourcePage:
    """Return what the page of a source shows."""
    graph = reader.graph
    resting, alone = resting_on(reader, node)
    lost = {record.value for record in alone}
    sha256 = graph.text(node, EVIDENCE.sourceTextSha256) or ""
    quotations = quotations_from(reader, node)
    return SourcePage(
        source=evidence.source(reader, node),
        fall=Fall(len(resting), len(alone), graph.number_of(EVIDENCE.Record)[0]),
        resting=[Resting(one, one.ref.iri in lost) for one in briefs(reader, resting[:MANY])],
        resting_more=max(0, len(resting) - MANY),
        quotations=quotations,
        reported_in=reader.refs(graph.subjects(node, PROV.hadPrimarySource)),
        authors=reader.refs(graph.nodes(node, PROV.wasAttributedTo)),
        note=reader.words(node, EVIDENCE.codingNote),
        coverage=drawings.source_coverage(reader, node, sha256, quotations),
        coverage_href=reader.path("coverage"),
    )


def quotation_view(reader: ViewContext, node: NamedNode) -> QuotationPage:
    """Return what the page of a quotation shows."""
    graph = reader.graph
    return QuotationPage(
        quotation=evidence.quotation(reader, node),
        carried=briefs(reader, graph.subjects(node, EVIDENCE.restsOn)),
        authors=reader.refs(graph.nodes(node, PROV.wasAttributedTo)),
    )
