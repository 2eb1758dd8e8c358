"""The `Link` headers of a document (RFC 8288): its formats, what describes it, licence, citation, collection, pages."""

from __future__ import annotations

from flask import Response, request

from ckg.formats import Format
from ckg.web import headers
from ckg.web.addresses import Address, href
from ckg.web.open_release import OpenRelease, serving

_TARGET_CLASS = "http://www.w3.org/ns/shacl#targetClass"
_SHAPES_NAMED = 3


def document(answer: Response, address: Address, sent_as: Format, offered: tuple[Format, ...], page: int) -> None:
    """Add the links of a page of a document that is sent in one of the formats it is offered in."""
    value = serving().remembered(
        _document, address, tuple(f for f in offered if f != sent_as), page, request.script_root
    )
    answer.headers.add("Link", value)


def _document(current: OpenRelease, address: Address, others: tuple[Format, ...], page: int, root: str) -> str:
    base = current.release.base
    iri = address.iri(base)
    found = [
        headers.link_value(address.href(root, offered), "alternate", type=offered.media_type) for offered in others
    ]
    found += [headers.link_value(href(base, shape, root) or shape, "describedby") for shape in shapes_for(current, iri)]
    found += [
        headers.link_value(f"{root}/void", "describedby"),
        *_license(current),
        headers.link_value(iri, "cite-as"),
        headers.link_value(f"{root}/catalog", "collection"),
    ]
    mark = "&" if address.query else "?"
    if page > 1:
        found.append(headers.link_value(f"{address.href(root)}{mark}page={page - 1}", "prev"))
    if current.writer.more(iri, page):
        found.append(headers.link_value(f"{address.href(root)}{mark}page={page + 1}", "next"))
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
