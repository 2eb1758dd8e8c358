"""Lists: the members of a class, all disagreements, all sources."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from ckg.pages import claims, evidence, render, standing
from ckg.pages.site import Site
from ckg.pages.standing import Standing
from ckg.pages.terms import EVIDENCE, OWL, RDF, RDFS
from ckg.pages.view_context import Ref, ViewContext, Words

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a class in a list."""

    ref: Ref
    standing: Standing | None
    definition: Words | None
    conflicts: list[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse(render.Page):
    """The members of a class, a page at a time; `count` is a number and whether it is exact."""

    cls: Ref
    definition: Words | None
    count: tuple[int, bool]
    members: list[Member]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class in the list of classes."""

    ref: Ref
    number: int
    exact: bool
    definition: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes(render.Page):
    """Every class with members: those of the project, and those of other vocabularies."""

    own: list[ClassRow]
    others: list[ClassRow]


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


def browse(site: Site, reader: ViewContext, iri: str, page: int) -> str | None:
    """Return the members of a class, a page at a time; without a class, every class with members.

    None where the text is no IRI of a class that has members.
    """
    if not iri:
        return _classes(site, reader)
    cls = reader.named(iri)
    if cls is None:
        return None
    found = reader.graph.lookup.instances(iri, offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
    nodes = reader.graph.own(node for node in found[:PER_PAGE] if isinstance(node, NamedNode))
    if not nodes:
        return None
    named = sorted(((reader.ref(node), node) for node in nodes), key=lambda pair: pair[0].words.text.casefold())
    members = [
        Member(
            ref,
            standing.of(reader.graph, node),
            reader.definition(node),
            reader.refs(reader.graph.nodes(node, EVIDENCE.inConflict)),
        )
        for ref, node in named
    ]
    model = Browse(
        title=cls.words.text,
        cls=cls,
        definition=reader.definition(NamedNode(iri)),
        count=reader.graph.number_of(NamedNode(iri)),
        members=members,
        page=page,
        more=len(found) > PER_PAGE,
    )
    return render.page(site, reader, "browse.html", model)


def _classes(site: Site, reader: ViewContext) -> str:
    graph = reader.graph
    own: list[ClassRow] = []
    others: list[ClassRow] = []
    for cls in graph.instances(OWL.Class, RDFS.Class):
        if not isinstance(cls, NamedNode) or cls.value.startswith((OWL.iri, RDFS.iri, RDF.iri)):
            continue
        number, exact = graph.number_of(cls)
        if any(isinstance(node, NamedNode) for node in graph.lookup.instances(cls.value, limit=50)):
            row = ClassRow(reader.ref(cls), number, exact, reader.definition(cls))
            (own if reader.base.path_of(cls.value) is not None else others).append(row)
    for rows in (own, others):
        rows.sort(key=lambda row: row.ref.words.text.casefold())
    return render.page(site, reader, "classes.html", Classes(title="Everything, by kind", own=own, others=others))


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
