"""Who coded a thing, when, by which version of the codebook: said of it, or of the named graphs it stands in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ckg.pages import text
from ckg.pages.graph import Node
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import Ref, ViewContext
from ckg.query.lookup import Statement


@dataclass(frozen=True, slots=True)
class Coded:
    """Who coded something: the coders, the day as people read it, the version of the codebook."""

    by: list[Ref]
    day: str
    codebook: str


def coders_of(reader: ViewContext, node: Node, said: Iterable[Statement]) -> list[Coded]:
    """Return who coded a record: what is said of itself, else of the named graphs that give it a standing.

    `said` are the statements about it. Empty where nobody is named.
    """
    own = _coded(reader, node)
    if own:
        return [own]
    graphs = {
        name
        for row in said
        if row.subject == node and row.predicate == EVIDENCE.standing and not row.inferred
        for name in row.graphs
    }
    found: list[Coded] = []
    for name in sorted(graphs):
        coded = _coded(reader, NamedNode(name))
        if coded and coded not in found:
            found.append(coded)
    return found


def _coded(reader: ViewContext, holder: Node) -> Coded | None:
    graph = reader.graph
    by = reader.refs(graph.nodes(holder, EVIDENCE.codedBy))
    day = graph.text(holder, EVIDENCE.codedOn) or ""
    codebook = text.plain(graph.text(holder, EVIDENCE.codebookVersion) or "", 60)
    return Coded(by, text.date(day), codebook) if by or day or codebook else None
