"""The first page: what happened, who took part, what was promised, where sources disagree, and ways in."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from ckg.pages import claims, drawings, evidence, meetings, render, structured
from ckg.pages.briefs import briefs
from ckg.pages.documents import clauses
from ckg.pages.graph import Node
from ckg.pages.reader import Reader, Ref
from ckg.pages.site import Site
from ckg.pages.terms import CKG, ELI, OWL, SCHEMA

_KINDS = 12


def html(site: Site, reader: Reader) -> str:
    """Return the first page."""
    values: dict[str, Any] = {
        "story": story(reader),
        "counts": counts(site, reader),
        "examples": examples(site, reader),
    }
    return render.page(
        site,
        reader,
        "home.html",
        title=site.about.title,
        description=site.about.description,
        structured=structured.dataset(site),
        **values,
    )


def story(reader: Reader) -> dict[str, Any] | None:
    """Return the meeting that the data set tells of, or None where it tells of none.

    It is the summit whose document has the most clauses; among equals, the latest.
    """
    graph = reader.graph
    best: tuple[int, str, str, Node, Node] | None = None
    for document in graph.instances(CKG.OutcomeDocument):
        number = len(graph.nodes(document, ELI.has_part))
        for meeting in graph.nodes(document, CKG.adoptedAt):
            day = graph.text(meeting, SCHEMA.endDate, SCHEMA.startDate) or ""
            row = (number, day, document.value, document, meeting)
            best = max(best, row, key=lambda r: r[:3]) if best else row
    if best is None:
        return None
    document, meeting = best[3], best[4]
    found = clauses(reader, document)
    definition = reader.definition(meeting)
    quoted = evidence.quotations(reader, meeting)
    return {
        "meeting": meetings.meeting(reader, meeting, ""),
        "definition": definition,
        "quotations": quoted[:1],
        "participations": meetings.participations(reader, meeting),
        "document": reader.ref(document),
        "promised": [(clause, item) for clause in found for item in clause.carried],
        "conflicts": claims.conflicts(reader),
        "commentary": briefs(reader, graph.instances(CKG.Commentary))[:6],
        "map": drawings.meeting_map(reader, meeting),
    }


def counts(site: Site, reader: Reader) -> list[tuple[Ref, int, bool]]:
    """Return the classes with the most members, as ways in: class, number, whether the number is exact."""
    graph = reader.graph
    rows = []
    for cls in graph.instances(OWL.Class):
        if (
            not isinstance(cls, NamedNode)
            or reader.base.path_of(cls.value) is None
            or not graph.lookup.instances(cls.value, limit=1)
        ):
            continue
        rows.append((reader.ref(cls), *graph.number_of(cls)))
    return sorted(rows, key=lambda row: (-row[1], row[0].words.text))[:_KINDS]


def examples(site: Site, reader: Reader) -> list[Ref]:
    """Return the things that the project names as worth looking at first."""
    found = []
    for example in site.about.examples:
        iri = example if "://" in example else reader.base.iri + example.lstrip("/")
        found.append(reader.named(iri))
    return [ref for ref in found if ref is not None]
