"""The drawings on the pages of the core: what a thing is tied to, and which passages of a source are quoted."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from markupsafe import Markup
from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.pages import evidence
from ckg.pages.messages import gettext
from ckg.pages.svg import timelines
from ckg.pages.svg.element import markup
from ckg.pages.svg.network import Neighbour, network
from ckg.pages.terms import EVIDENCE, OWL, RDF, SKOS
from ckg.pages.view_context import ViewContext
from ckg.query.lookup import Statement

_MAX_SMALL, _MAX_LARGE, _MAX_BEYOND = 8, 26, 3
_NOT_DRAWN = {RDF.type, OWL.sameAs, EVIDENCE.standing, EVIDENCE.tracesTo, EVIDENCE.reportedBy, SKOS.inScheme}


def neighbourhood(reader: ViewContext, node: NamedNode, *, large: bool = False) -> Markup | None:
    """Return what a thing is tied to as a drawing, or None where it is tied to nothing with a name."""
    found = _neighbours(reader, node, _MAX_LARGE if large else _MAX_SMALL, beyond=large)
    if not found:
        return None
    return markup(network(reader.label(node).text, found, ident="network", large=large))


def neighbours(reader: ViewContext, node: NamedNode) -> list[Neighbour]:
    """Return what the large drawing shows, as rows."""
    return _neighbours(reader, node, _MAX_LARGE, beyond=True)


def _neighbours(reader: ViewContext, node: NamedNode, most: int, *, beyond: bool) -> list[Neighbour]:
    """Return the neighbours that tell most: asserted ties first, each property in turn, each thing once."""
    not_drawn = _NOT_DRAWN.union(reader.labels)
    rows = [(row, True) for row in reader.graph.about(node, limit=400).rows]
    rows += [(row, False) for row in reader.graph.pointing_at(node, limit=400).rows]
    by_tie: dict[tuple[bool, str, bool], deque[tuple[Statement, bool, NamedNode]]] = {}
    for row, outward in rows:
        other = row.object if outward else row.subject
        if row.predicate in not_drawn or isinstance(other, Literal | BlankNode) or other == node:
            continue
        if isinstance(other, NamedNode) and reader.has_page(other.value):
            by_tie.setdefault((row.inferred, row.predicate.value, outward), deque()).append((row, outward, other))
    queues = [by_tie[key] for key in sorted(by_tie, key=lambda key: (key[0], not key[2], key[1]))]
    found: dict[str, Neighbour] = {}
    while queues and len(found) < most:
        for queue in queues:
            row, outward, other = queue.popleft()
            if other.value in found or len(found) >= most:
                continue
            inner = _neighbours(reader, other, _MAX_BEYOND + 1, beyond=False) if beyond else []
            found[other.value] = Neighbour(
                other.value,
                reader.label(other).text,
                reader.href(other.value),
                reader.label(row.predicate).text,
                outward,
                row.inferred,
                tuple(n for n in inner if n.key != node.value)[:_MAX_BEYOND],
            )
        queues = [queue for queue in queues if queue]
    return sorted(found.values(), key=lambda n: (n.tie, not n.outward, n.name))


def passage_words(quoted: evidence.QuotationView) -> str:
    """Return what a passage in a drawing is called: where it is, and its words."""
    at = {"start": quoted.start, "end": quoted.end}
    return gettext("Characters %(start)s to %(end)s: %(words)s", **at, words=quoted.words)


def source_coverage(
    reader: ViewContext, node: NamedNode, sha256: str, quotations: Sequence[evidence.QuotationView]
) -> Markup | None:
    """Return the bar of quoted passages of a source whose text's length is known."""
    length = reader.text_length(sha256)
    passages = [
        timelines.Passage(
            q.start,
            q.end,
            passage_words(q),
            q.ref.href,
        )
        for q in quotations
        if q.start is not None and q.end is not None
    ]
    if not passages or not length:
        return None
    return markup(
        timelines.coverage(gettext("Quoted passages of %(source)s", source=reader.label(node).text), length, passages)
    )
