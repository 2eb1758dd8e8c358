"""Pictures of things: those on hosts that the operator allows, because showing one tells its host who looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode

from ckg.pages import text
from ckg.pages.graph import Node
from ckg.pages.terms import FOAF, SCHEMA, SCHEMA_HTTP, Namespace
from ckg.pages.view_context import ViewContext

_PROPERTIES: Final = (
    FOAF.depiction,
    FOAF.img,
    FOAF.thumbnail,
    FOAF.logo,
    SCHEMA.image,
    SCHEMA.logo,
    SCHEMA.thumbnailUrl,
    SCHEMA_HTTP.image,
    SCHEMA_HTTP.logo,
    SCHEMA_HTTP.thumbnailUrl,
    Namespace("http://www.wikidata.org/prop/direct/").P18,
)
_CONTENTS: Final = (SCHEMA.contentUrl, SCHEMA_HTTP.contentUrl, SCHEMA.url, SCHEMA_HTTP.url)
_MAX_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its address and what it shows, in words."""

    address: str
    words: str


def pictures(reader: ViewContext, node: Node, hosts: Sequence[str]) -> list[Picture]:
    """Return the pictures of a thing that lie on one of the hosts; http addresses are asked for over https."""
    if not hosts:
        return []
    found: dict[str, Picture] = {}
    for term in reader.graph.objects(node, *_PROPERTIES):
        terms = [term, *(reader.graph.objects(term, *_CONTENTS) if not isinstance(term, Literal) else ())]
        for address in (t.value for t in terms if isinstance(t, NamedNode | Literal)):
            parts = urlsplit(address) if text.is_web(address) else None
            if parts is not None and parts.netloc.lower() in hosts:
                secure = parts._replace(scheme="https").geturl()
                found.setdefault(secure, Picture(secure, reader.label(node).text))
    return list(found.values())[:_MAX_SHOWN]
