"""A declaration and its clauses: the words, how they were coded and why, who is bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ckg.pages import evidence, text
from ckg.pages.graph import Node
from ckg.pages.summaries import Brief, briefs
from ckg.pages.terms import DCTERMS, SCHEMA
from ckg.pages.view_context import Ref, ViewContext, Words

from .commitments import Strength, strength
from .meetings import extent
from .terms import CKG, ELI, EXTENT


@dataclass(frozen=True, slots=True)
class Carried:
    """A commitment or principle that a clause carries, with how it was coded."""

    brief: Brief
    strength: Strength | None
    scope: list[Ref]
    bound: list[Ref]
    themes: list[Ref]
    deadline: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in the order of the source."""

    ref: Ref
    order: int
    definition: Words | None
    quotations: list[evidence.QuotationView]
    carried: list[Carried]
    themes: list[Ref]
    note: Words | None


@dataclass(frozen=True, slots=True)
class Version:
    """An outcome document as worded in one language."""

    ref: Ref
    language: str
    title: Words | None


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme with the clauses that are about it."""

    ref: Ref
    clauses: list[Clause]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the page of an outcome document shows."""

    clauses: list[Clause]
    themes: list[Theme]
    adopted: str
    meetings: list[Ref]
    parties: list[Ref]
    extent: Ref | None
    complete: bool
    versions: list[Version]
    quotations: list[evidence.QuotationView]
    sources: list[evidence.Source]
    note: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClausePage:
    """What the page of a clause shows; `count` is how many clauses its document has."""

    clause: Clause
    documents: list[Ref]
    parties: list[Ref]
    before: Ref | None
    after: Ref | None
    count: int


def clause(reader: ViewContext, node: Node) -> Clause:
    """Return a clause with what it carries."""
    graph = reader.graph
    order = graph.text(node, CKG.orderInSource) or ""
    return Clause(
        ref=reader.ref(node),
        order=int(order) if order.isdigit() else 0,
        definition=reader.definition(node),
        quotations=evidence.quotations(reader, node),
        carried=[carried(reader, b) for b in briefs(reader, graph.nodes(node, CKG.carries))],
        themes=reader.refs(graph.nodes(node, CKG.theme)),
        note=reader.words(node, CKG.codingNote),
    )


def carried(reader: ViewContext, found: Brief) -> Carried:
    """Return how a commitment or principle was coded."""
    graph = reader.graph
    node = reader.node(found.ref)
    return Carried(
        brief=found,
        strength=strength(reader, node),
        scope=reader.refs(graph.nodes(node, CKG.boundScope)),
        bound=reader.refs(graph.nodes(node, CKG.binds)),
        themes=reader.refs(graph.nodes(node, CKG.theme)),
        deadline=text.date(graph.text(node, CKG.deadline) or ""),
    )


def clauses(reader: ViewContext, document: Node) -> list[Clause]:
    """Return the clauses of a document in the order of the source."""
    parts = [node for node in reader.graph.nodes(document, ELI.has_part) if reader.graph.is_a(node, CKG.Clause)]
    return sorted((clause(reader, node) for node in parts), key=lambda c: (c.order or 10_000, c.ref.iri))


def by_theme(found: Iterable[Clause]) -> list[Theme]:
    """Return clauses side by side under their themes; a clause with several themes stands under each."""
    groups: dict[str, Theme] = {}
    for one in found:
        own = {theme.iri: theme for theme in one.themes}
        own |= {theme.iri: theme for item in one.carried for theme in item.themes}
        for iri, theme in own.items():
            groups.setdefault(iri, Theme(theme, [])).clauses.append(one)
    return sorted(groups.values(), key=lambda group: group.ref.words.text.casefold())


def view(reader: ViewContext, node: Node) -> Document:
    """Return what the page of an outcome document shows."""
    graph = reader.graph
    found = clauses(reader, node)
    own = evidence.quotations(reader, node)
    return Document(
        clauses=found,
        themes=by_theme(found),
        adopted=text.date(graph.text(node, ELI.date_document) or ""),
        meetings=reader.refs(graph.nodes(node, CKG.adoptedAt)),
        parties=reader.refs(graph.nodes(node, CKG.hasParty)),
        extent=extent(reader, node, CKG.codingExtent),
        complete=graph.node(node, CKG.codingExtent) == EXTENT.full,
        versions=versions(reader, node),
        quotations=own,
        sources=evidence.unquoted_sources(reader, node, own),
        note=reader.words(node, CKG.codingNote),
    )


def versions(reader: ViewContext, document: Node) -> list[Version]:
    """Return the language versions of a document: the thing, its language, its title."""
    graph = reader.graph
    rows = []
    for node in graph.nodes(document, ELI.is_realized_by):
        tag = graph.text(node, ELI.language, DCTERMS.language, SCHEMA.inLanguage) or ""
        title = reader.words(node, ELI.title)
        rows.append(Version(reader.ref(node), reader.language_name(tag), title))
    return sorted(rows, key=lambda row: (row.language, row.ref.iri))


def clause_view(reader: ViewContext, node: Node) -> ClausePage:
    """Return what the page of a clause shows, with the clauses before and after it."""
    graph = reader.graph
    documents = graph.nodes(node, ELI.is_part_of)
    siblings = clauses(reader, documents[0]) if documents else []
    place = next((index for index, one in enumerate(siblings) if one.ref.iri == node.value), None)
    return ClausePage(
        clause=clause(reader, node),
        documents=reader.refs(documents),
        parties=reader.refs(graph.nodes(node, CKG.hasParty)),
        before=siblings[place - 1].ref if place else None,
        after=siblings[place + 1].ref if place is not None and place + 1 < len(siblings) else None,
        count=len(siblings),
    )
