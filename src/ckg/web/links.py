"""The `Link` headers of a document (RFC 8288): its formats, what describes it, licence, citation, collection, pages."""

from __future__ import annotations

from flask import Response, request

from ckg.formats import Format
from ckg.web import headers
from ckg.web.addresses import Address, href, is_web
from ckg.web.open_release import OpenRelease, serving

_TARGET_CLASS = "http://www.w3.org/ns/shacl#targetClass"
_SHAPES_NAMED = 3


def document(answer: Response, address: Address, sent_as: Format, offered: tuple[Format, ...], page: int) -> None:
    """Add the links of a page of a document that is sent in one of the formats it is offered in."""
    root = request.script_root
    others = [other for other in offered if other is not sent_as]
    found = [
        headers.link_value(target, "alternate", type=other.media_type)
        for target, other in zip(address.hrefs(root, others), others, strict=True)
    ]
    found.append(serving().remembered(_document, address, page, root))
    answer.headers.add("Link", ", ".join(found))


def _document(current: OpenRelease, address: Address, page: int, root: str) -> str:
    """Return the links that a page of a document has in every format."""
    base = current.release.base
    iri = address.iri(base)
    found = [headers.link_value(href(base, shape, root) or shape, "describedby") for shape in shapes_for(current, iri)]
    found.append(current.remembered(_whole, root))
    if not iri.startswith("_:"):
        found += [headers.link_value(iri, "cite-as")]
    if address.subject and is_web(iri):
        found += [headers.link_value(iri, "canonical")]
    if page > 1:
        found.append(headers.link_value(address.page_href(root, page - 1), "prev"))
    following = current.writer.following(iri, page)
    if following is not None:
        found.append(headers.link_value(address.page_href(root, following), "next"))
    return ", ".join(found)


def _whole(current: OpenRelease, root: str) -> str:
    """Return the links to what describes and collects all documents."""
    function = current.finder.function
    found = [
        headers.link_value(f"{root}/{function('void')}", "describedby"),
        *_license(current),
        headers.link_value(f"{root}/{function('catalog')}", "collection"),
    ]
    return ", ".join(found)


def _license(current: OpenRelease) -> list[str]:
    said = current.release.about.license
    return [headers.link_value(said, "license")] if said else []


def shapes_for(current: OpenRelease, iri: str) -> list[str]:
    """Return the IRIs of the named shapes that apply to the classes of a thing, at most three."""
    lookup = current.lookup
    found = {
        shape.value: None
        for kind in lookup.types(iri)
        for shape in lookup.subjects(_TARGET_CLASS, kind)
        if href(current.release.base, shape.value, "")
    }
    return list(found)[:_SHAPES_NAMED]
