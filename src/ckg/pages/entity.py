"""The page of any thing: head, what its kind adds, all statements, what points to it, its neighbourhood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from ckg.pages import drawings, kinds, render, standing, statements, structured, text
from ckg.pages.reader import Reader, Ref, Words
from ckg.pages.site import Site
from ckg.pages.terms import CKG, ELI, SH
from ckg.query.document import Document
from ckg.query.lookup import Statement


@dataclass(frozen=True, slots=True)
class Part:
    """A thing that is described in the document of another one, at an anchor."""

    anchor: str
    ref: Ref
    words: Words | None
    about: list[Ref]


def html(site: Site, reader: Reader, document: Document, alternates: Sequence[tuple[str, str, str]] = ()) -> str:
    """Return the page of a document; `alternates` are rows of address, media type and name of its other formats."""
    iri = document.about
    node = NamedNode(iri)
    kind = kinds.kind_of(reader, node)
    own = reader.ref(node)
    definition = reader.definition(node)
    values: dict[str, Any] = kind.view(reader, node)
    values |= drawings.of(reader, node, kind, values)
    return render.page(
        site,
        reader,
        kind.template,
        title=own.words.text,
        description=text.plain(definition.text, 200) if definition else "",
        self_ref=own,
        crumbs=crumbs(reader, node),
        names=reader.other_names(node),
        kinds=reader.kinds(node),
        standing=standing.of(reader.graph, node),
        definition=definition,
        stated=statements.parted(reader, statements.outgoing(reader, node, document.said), of=node),
        pointing=statements.parted(reader, statements.incoming(reader, document.pointing), to=node),
        whys=whys(reader, node, document.said),
        whys_to=whys(reader, node, document.pointing),
        parts=parts(reader, document) if kind.template != "ontology.html" else [],
        page=document.page,
        more=document.more,
        alternates=alternates,
        canonical=iri if text.is_web(iri) else "",
        structured=structured.thing(site, reader, node),
        neighbourhood=drawings.neighbourhood(reader, node),
        neighbourhood_href=reader.path("neighbourhood") + f"?of={quote(iri, safe='')}",
        **values,
    )


def whys(reader: Reader, node: NamedNode, rows: Sequence[Statement]) -> dict[str, str]:
    """Return, for each property of ours whose statements were only inferred, the address that says why.

    The rows are those about the thing or those that point to it; keys are the properties' local names.
    """
    stated = {row.predicate for row in rows if not row.inferred}
    found = {}
    for row in rows:
        if row.predicate in stated or not row.predicate.value.startswith(CKG.iri):
            continue
        about = row.subject == node
        if about or row.object == node:
            name = row.predicate.value.removeprefix(CKG.iri)
            address = {"of": node} if about else {"to": node}
            found[name] = reader.why_address(by=row.predicate, **address)
    return found


def parts(reader: Reader, document: Document) -> list[Part]:
    """Return what shares the document: the things whose IRI is that of the document with a fragment."""
    head = document.about + "#"
    named = {row.subject for row in document.said if isinstance(row.subject, NamedNode)}
    found = []
    for node in sorted((node for node in named if node.value.startswith(head)), key=lambda node: node.value):
        words = reader.definition(node) or reader.words(node, SH.message)
        about = reader.graph.nodes(node, SH.targetClass, SH.path, SH.targetSubjectsOf, SH.targetObjectsOf)
        short = Words(text.plain(words.text), words.lang, words.fallback) if words else None
        found.append(Part(node.value[len(head) :], reader.ref(node), short, reader.refs(about)))
    return found


def crumbs(reader: Reader, node: NamedNode) -> list[Any]:
    """Return where a thing belongs: the document of a clause, else its class."""
    graph = reader.graph
    for predicate in (ELI.is_part_of, CKG.legOf, CKG.participationIn):
        found = graph.nodes(node, predicate)
        if found:
            return [reader.ref(found[0])]
    return []
