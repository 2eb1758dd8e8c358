"""A source with everything that rests on it, and a quotation with everything it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ckg.pages import evidence
from ckg.pages.briefs import Brief, briefs
from ckg.pages.graph import Node
from ckg.pages.reader import Reader, Ref
from ckg.pages.terms import CKG, OA, PROV

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


def resting_on(reader: Reader, source: Node) -> tuple[list[Node], list[Node]]:
    """Return the records that are stated in a source or trace back to it, and those of them with no other root.

    A digest is no root of its own: a record stands without a source when neither the source itself nor anything it
    reports to is left.
    """
    graph = reader.graph
    resting = [node for node in graph.subjects(source, CKG.statedIn, CKG.tracesTo) if graph.is_a(node, CKG.Record)]
    resting = list(dict.fromkeys(resting))
    alone = []
    for record in resting:
        others = [other for other in graph.nodes(record, CKG.statedIn) if other != source]
        if not [other for other in others if not _leans_on(reader, other, source)]:
            alone.append(record)
    return resting, alone


def _leans_on(reader: Reader, other: Node, source: Node) -> bool:
    """Say whether a source only reports another one."""
    behind = reader.graph.nodes(other, PROV.hadPrimarySource)
    return bool(behind) and all(node == source for node in behind)


def quotations_from(reader: Reader, node: Node) -> list[evidence.Quotation]:
    """Return the quotations from a source, in the order in which they stand there."""
    found = [evidence.quotation(reader, q) for q in reader.graph.subjects(node, OA.hasSource, PROV.wasQuotedFrom)]
    return sorted(found, key=lambda q: (q.start or 0, q.end or 0, q.ref.iri))


def view(reader: Reader, node: Node) -> dict[str, Any]:
    """Return what the page of a source shows."""
    graph = reader.graph
    resting, alone = resting_on(reader, node)
    lost = {record.value for record in alone}
    return {
        "source": evidence.source(reader, node),
        "fall": Fall(len(resting), len(alone), graph.number_of(CKG.Record)[0]),
        "resting": [(one, one.ref.iri in lost) for one in briefs(reader, resting[:MANY])],
        "resting_more": max(0, len(resting) - MANY),
        "quotations": quotations_from(reader, node),
        "reported_in": reader.refs(graph.subjects(node, PROV.hadPrimarySource)),
        "authors": reader.refs(graph.nodes(node, PROV.wasAttributedTo)),
        "has_text": bool(graph.text(node, CKG.sourceTextSha256)),
        "sha256": graph.text(node, CKG.sourceTextSha256) or "",
        "note": reader.words(node, CKG.codingNote),
    }


def quotation_view(reader: Reader, node: Node) -> dict[str, Any]:
    """Return what the page of a quotation shows."""
    graph = reader.graph
    carried: list[Brief] = briefs(reader, graph.nodes(node, CKG.supports) or graph.subjects(node, CKG.restsOn))
    authors: list[Ref] = reader.refs(graph.nodes(node, PROV.wasAttributedTo))
    return {"quotation": evidence.quotation(reader, node), "carried": carried, "authors": authors}
