"""The page of any thing: head, what its kind adds, all statements, what points to it, its neighbourhood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import coding, drawings, filling, kinds, render, standing, statement_groups, structured, text
from ckg.pages.site import Site
from ckg.pages.standing import Standing
from ckg.pages.statement_groups import Group
from ckg.pages.summaries import conflicts_touching
from ckg.pages.terms import DCTERMS, SH
from ckg.pages.view_context import Ref, ViewContext, Words
from ckg.query.document import Document
from ckg.query.lookup import Statement


@dataclass(frozen=True, slots=True)
class AnchoredThing:
    """A thing that is described in the document of another one, at an anchor."""

    anchor: str
    ref: Ref
    words: Words | None
    about: list[Ref]


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
    """The page of a thing. `stated` and `pointing` are in two parts: what was said, and what was only inferred."""

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
    whys: Whys
    whys_to: Whys
    parts: list[AnchoredThing]
    page: int
    more: bool
    neighbourhood: Markup | None
    neighbourhood_href: str


def html(site: Site, reader: ViewContext, document: Document, alternates: Sequence[tuple[str, str, str]] = ()) -> str:
    """Return the page of a document; `alternates` are rows of address, media type and name of its other formats."""
    iri = document.about
    node = NamedNode(iri)
    kind = kinds.kind_of(reader, node, site.kinds)
    own = reader.ref(node)
    definition = reader.definition(node)
    model = ThingPage(
        title=own.words.text,
        description=text.plain(definition.text, 200) if definition else "",
        structured=structured.thing(reader, node),
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
        stated=statement_groups.parted(reader, statement_groups.outgoing(reader, node, document.said), of=node),
        pointing=statement_groups.parted(reader, statement_groups.incoming(reader, document.pointing), to=node),
        whys=whys(reader, node, document.said),
        whys_to=whys(reader, node, document.pointing),
        parts=parts(reader, document) if kind.lists_parts else [],
        page=document.page,
        more=document.more,
        neighbourhood=drawings.neighbourhood(reader, node),
        neighbourhood_href=reader.path("neighbourhood") + f"?of={quote(iri, safe='')}",
    )
    return render.page(site, reader, kind.template, model, filling.of_kind(site, reader, kind, node))


def whys(reader: ViewContext, node: NamedNode, rows: Sequence[Statement]) -> Whys:
    """Return, for each property whose statements were only inferred, the address that says why.

    The rows are those about the thing or those that point to it.
    """
    stated = {row.predicate for row in rows if not row.inferred}
    found = {}
    for row in rows:
        about = row.subject == node
        if row.predicate not in stated and (about or row.object == node):
            address = {"of": node} if about else {"to": node}
            found[row.predicate.value] = reader.why_address(by=row.predicate, **address)
    return Whys(reader, found)


def parts(reader: ViewContext, document: Document) -> list[AnchoredThing]:
    """Return what shares the document: the things whose IRI is that of the document with a fragment."""
    head = document.about + "#"
    named = {row.subject for row in document.said if isinstance(row.subject, NamedNode)}
    found = []
    for node in sorted((node for node in named if node.value.startswith(head)), key=lambda node: node.value):
        words = reader.definition(node) or reader.words(node, SH.message)
        about = reader.graph.nodes(node, SH.targetClass, SH.path, SH.targetSubjectsOf, SH.targetObjectsOf)
        short = Words(text.plain(words.text), words.lang, words.fallback) if words else None
        found.append(AnchoredThing(node.value[len(head) :], reader.ref(node), short, reader.refs(about)))
    return found


def crumbs(reader: ViewContext, node: NamedNode) -> list[Ref]:
    """Return what a thing is a part of, by the first property that says so."""
    for predicate in (*reader.config.part_of, DCTERMS.isPartOf):
        found = reader.graph.nodes(node, predicate)
        if found:
            return [reader.ref(found[0])]
    return []
