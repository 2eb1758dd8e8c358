"""The `Link` headers of a document (RFC 8288): its formats, what describes it, licence, citation, collection, pages."""

from __future__ import annotations

from flask import Response, request

from ckg.model.formats import Format
from ckg.web import headers
from ckg.web.addresses import FIXED, Address, href
from ckg.web.serving import Serving, serving

_TARGET_CLASS = "http://www.w3.org/ns/shacl#targetClass"
_SHAPES_NAMED = 3


def document(answer: Response, address: Address, sent_as: Format) -> None:
    """Add the links of a document that is sent in one of the formats."""
    current, root = serving(), request.script_root
    for offered in FIXED:
        if offered != sent_as:
            headers.link(answer, address.href(root, offered), "alternate", type=offered.media_type)
    for shape in shapes_for(current, address.iri(current.release.base)):
        headers.link(answer, href(current.release.base, shape, root) or shape, "describedby")
    headers.link(answer, f"{root}/void", "describedby")
    headers.link(answer, current.release.about.license, "license")
    headers.link(answer, address.iri(current.release.base), "cite-as")
    headers.link(answer, f"{root}/catalog", "collection")


def shapes_for(current: Serving, iri: str) -> list[str]:
    """Return the IRIs of the named shapes that apply to the classes of a thing, at most three."""
    lookup = current.lookup
    found = {
        shape.value: None
        for kind in lookup.types(iri)
        for shape in lookup.subjects(_TARGET_CLASS, kind)
        if href(current.release.base, shape.value, "")
    }
    return list(found)[:_SHAPES_NAMED]
