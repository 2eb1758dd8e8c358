"""The page of any thing: head, what its kind adds, all statements, what points to it, its neighbourhood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import (
    coding,
    drawings,
    filling,
    kinds,
    pictures,
    positions,
    render,
    standing,
    statement_groups,
    structured,
    text,
)
from ckg.pages.graph import Node
from ckg.pages.pictures import Picture
from ckg.pages.site import Site
from ckg.pages.standing import Standing
from ckg.pages.statement_groups import Group, PageBudget
from ckg.pages.summaries import conflicts_touching
from ckg.pages.terms import DCTERMS, SH
from ckg.pages.view_context import Ref, ViewContext, Words
from ckg.query.document import Document, node_of
from ckg.query.lookup import Statement


@dataclass(frozen=True, slots=True)
class AnchoredThing:
    """A thing that is described in the document of another one, at an anchor; `page` is the address of its own page."""

    anchor: str
    ref: Ref
    kinds: list[Ref]
    words: Words | None
    about: list[Ref]
    groups: list[Group]
    page: str


class Whys:
    """Addresses of the pages that say why, by property: for statements that were only inferred.

    A template asks by IRI or by a name with a prefix: `whys["ex:partOf"]`; empty where there is nothing to explain.
    """

    def __init__(self, reader: ViewContext, addresses: dict[str, str]) -> None:
        self._reader = reader
        self._addresses = addresses

    def __getitem__(self, name: str) -> str:
        return self._addresses.get(self._reader.prefixes.expand(name) or name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingPage(render.Page):
    """The page of a thing. `stated` and `pointing` are in two parts: what was said, and what was only inferred.

    `origin` are the graphs in which everything that was said stands, where they are the same for all of it.

    `elsewhere` is its IRI where that is not ours; `query` are the arguments of its address but the number of the page,
    `query_of_terms` those but the number of the page of an index of terms;
    `is_told` says that a template for its kind tells what matters, so that the statements are folded;
    `is_cut` says that not everything fits on it; `fragments` is the beginning of the addresses of the pages about what
    has the IRI with a fragment.
    """

    self_ref: Ref
    crumbs: list[Ref]
    names: list[Words]
    kinds: list[Ref]
    standing: Standing | None
    disputes: list[Ref]
    coded: list[coding.Coded]
    definition: Words | None
    stated: tuple[list[Group], list[Group]]
    pointing: tuple[list[Group], list[Group]]
    origin: list[Ref]
    whys: Whys
    whys_to: Whys
    parts: list[AnchoredThing]
    page: int
    following: int | None
    query: Sequence[tuple[str, str]]
    query_of_terms: Sequence[tuple[str, str]]
    elsewhere: str
    is_told: bool
    is_cut: bool
    fragments: str
    pictures: list[Picture]
    place: Markup | None
    days: Markup | None
    neighbourhood: Markup | None
    neighbourhood_href: str
    cite_address: str


def html(site: Site, reader: ViewContext, document: Document, alternates: Sequence[tuple[str, str, str]] = ()) -> str:
    """Return the page of a document; `alternates` are rows of address, media type and name of its other formats."""
    iri = document.about
    node = node_of(iri)
    named = node if isinstance(node, NamedNode) else None
    kind = kinds.kind_of(reader, named, site.kinds) if named else kinds.THING
    own = reader.ref(node)
    definition = reader.definition(node)
    budget = PageBudget()
    model = ThingPage(
        title=own.words.text,
        description=structured.in_words(reader, named) if named else "",
        structured=structured.thing(reader, named) if named else None,
        alternates=alternates,
        canonical=iri if text.is_web(iri) else "",
        self_ref=own,
        crumbs=crumbs(reader, node),
        names=reader.other_names(node),
        kinds=reader.kinds(node),
        standing=standing.of(reader.graph, node),
        disputes=conflicts_touching(reader, node),
        coded=coding.coders_of(reader, node, document.said),
        definition=definition,
        stated=statement_groups.parted(reader, statement_groups.outgoing(reader, node, document.said, budget), of=node),
        pointing=statement_groups.parted(reader, statement_groups.incoming(reader, document.pointing, budget), to=node),
        origin=origin(reader, document.said),
        whys=whys(reader, node, document.said),
        whys_to=whys(reader, node, document.pointing),
        parts=parts(reader, document, budget) if kind.lists_parts else [],
        page=document.page,
        following=document.following,
        query=[(name, value) for name, value in site.location().arguments if name != "page"],
        query_of_terms=[(name, value) for name, value in site.location().arguments if name != "terms"],
        pictures=pictures.pictures(reader, node, site.picture_hosts),
        place=positions.map_of(reader, node),
        days=positions.line_of(reader, node, document.said) if document.page == 1 else None,
        neighbourhood=drawings.neighbourhood(reader, named) if named else None,
        neighbourhood_href=reader.path("neighbourhood") + f"?of={quote(iri, safe='')}",
        cite_address=reader.path("cite") + f"?iri={quote(iri, safe='')}",
        elsewhere=iri if reader.base.path_of(iri) is None and text.is_web(iri) else "",
        is_told=kind.template != kinds.THING.template and document.page == 1,
        is_cut=budget.left_bytes <= 0,
        fragments=reader.path("about") + f"?iri={quote(iri + '#', safe='')}",
    )
    return render.page(
        site, reader, kind.template, model, filling.of_kind(site, reader, kind, named) if named else None
    )


def whys(reader: ViewContext, node: Node, rows: Sequence[Statement]) -> Whys:
    """Return, for each property whose statements were only inferred, the address that says why.

    The rows are those about the thing or those that point to it.
    """
    if not isinstance(node, NamedNode):
        return Whys(reader, {})
    stated = {row.predicate for row in rows if not row.inferred}
    found = {}
    for row in rows:
        about = row.subject == node
        if row.predicate not in stated and (about or row.object == node):
            ends = (node, None) if about else (None, node)
            found[row.predicate.value] = reader.why_address(by=row.predicate, of=ends[0], to=ends[1])
    return Whys(reader, found)


def parts(reader: ViewContext, document: Document, budget: PageBudget) -> list[AnchoredThing]:
    """Return what shares the document: the things whose IRI is that of the document with a fragment."""
    head = document.about + "#"
    rows: dict[str, list[Statement]] = {iri: [] for iri in document.fragments}
    for row in document.said:
        if isinstance(row.subject, NamedNode) and row.subject.value in rows:
            rows[row.subject.value].append(row)
    found = []
    for iri, about in rows.items():
        node = NamedNode(iri)
        words = reader.definition(node) or reader.words(node, SH.message)
        aims = reader.graph.nodes(node, SH.targetClass, SH.path, SH.targetSubjectsOf, SH.targetObjectsOf)
        short = Words(text.plain(words.text), words.lang, words.fallback) if words else None
        groups = statement_groups.outgoing(reader, node, about, budget)
        page = reader.path("about") + f"?iri={quote(iri, safe='')}"
        kinds_of = reader.kinds(node)
        found.append(
            AnchoredThing(iri[len(head) :], reader.ref(node), kinds_of, short, reader.refs(aims), groups, page)
        )
    return found


def origin(reader: ViewContext, rows: Sequence[Statement]) -> list[Ref]:
    """Return the graphs that all statements that were made share, so that a page names them once; empty otherwise."""
    shared = {row.graphs for row in rows if not row.inferred}
    return [reader.ref(NamedNode(name)) for name in shared.pop()] if len(shared) == 1 else []


def crumbs(reader: ViewContext, node: Node) -> list[Ref]:
    """Return what a thing is a part of, by the first property that says so."""
    for predicate in (*reader.config.part_of, DCTERMS.isPartOf):
        found = reader.graph.nodes(node, predicate)
        if found:
            return [reader.ref(found[0])]
    return []
