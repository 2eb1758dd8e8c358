"""Lists of the vocabulary of evidence: all disagreements, all sources."""

from __future__ import annotations

from dataclasses import dataclass

from ckg.pages import claims, evidence, render
from ckg.pages.site import Site
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import Ref, ViewContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreements(render.Page):
    """Every conflict with its sides."""

    rows: list[claims.ConflictRow]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in the list of sources, with how many records are stated in it."""

    source: evidence.Source
    records: int


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """The sources of one grade."""

    grade: Ref | None
    rows: list[SourceRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(render.Page):
    """Every source, by its grade."""

    groups: list[SourceGroup]


def disagreements(site: Site, reader: ViewContext) -> str:
    """Return every conflict with its sides."""
    model = Disagreements(
        title="Where sources disagree",
        description="Statements that differ on one point, side by side; none is silently chosen.",
        rows=claims.conflicts(reader),
    )
    return render.page(site, reader, "conflicts.html", model)


def sources(site: Site, reader: ViewContext) -> str:
    """Return every source, by how close it stands to what it says, with how much rests on it."""
    graph = reader.graph
    groups: dict[str, SourceGroup] = {}
    for node in graph.instances(EVIDENCE.Source):
        shown = evidence.source(reader, node)
        group = groups.setdefault(shown.grade.iri if shown.grade else "", SourceGroup(shown.grade, []))
        group.rows.append(SourceRow(shown, len(graph.subjects(node, EVIDENCE.statedIn))))
    ordered = sorted(groups.values(), key=lambda group: (group.grade is None, -sum(row.records for row in group.rows)))
    for group in ordered:
        group.rows.sort(key=lambda row: (row.source.day, row.source.ref.words.text))
    return render.page(site, reader, "sources.html", Sources(title="Sources", groups=ordered))
