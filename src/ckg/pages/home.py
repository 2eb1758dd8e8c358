"""The first page: what the data set is, how much of what it holds, and ways in; the project may tell more on it.

Where the project says nothing of itself, the data do: the header of its ontology, scheme or data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import filling, overview, own, positions, render, structured, text
from ckg.pages.overview import DataHeader
from ckg.pages.site import Site
from ckg.pages.view_context import Ref, ViewContext

_MAX_CLASSES: Final = 12
_HARDLY: Final = 10  # less than one thing in so many
_EXAMPLES: Final = 3
_MAX_HEADERS: Final = 8


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class, how many members it has (`exact` is false where more were not counted), and some of them."""

    ref: Ref
    number: int
    exact: bool
    examples: list[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home(render.Page):
    """The first page: what the whole is, the classes with the most members, and things worth looking at first.

    `main` is the header that speaks for the whole, `headers` are the others; `things` and `statements` are how much
    there is. `is_told` says whether the project has a first page of its own, which tells the rest.
    """

    main: DataHeader | None
    headers: list[DataHeader]
    statements: int
    things: int
    counts: list[ClassCount]
    examples: list[Ref]
    map: Markup | None
    span: str
    is_told: bool


def html(site: Site, reader: ViewContext, arguments: Mapping[str, str]) -> str:
    """Return the first page."""
    page = own.at(site, "")
    speaker = overview.main_header(reader, site.overview)
    main = overview.header(reader, speaker) if speaker is not None else None
    others = [node for node in site.overview.headers if node != speaker][:_MAX_HEADERS]
    description = site.about.description or (main.definition.text if main and main.definition else "")
    model = Home(
        title=site.about.title,
        description=text.plain(description, 300),
        structured=structured.dataset(site),
        main=main,
        headers=[overview.header(reader, node) for node in others],
        statements=site.release.counts.get("triples", 0),
        things=site.overview.things,
        counts=counts(site, reader),
        examples=examples(site, reader),
        map=positions.overview_map(site, reader) if page is None else None,
        span=positions.span(reader, site.overview) if page is None else "",
        is_told=page is not None,
    )
    if page is None:
        return render.page(site, reader, "home.html", model)
    return render.page(site, reader, page.filling.template, model, filling.of_page(site, reader, page, arguments))


def counts(site: Site, reader: ViewContext) -> list[ClassCount]:
    """Return the classes with the most members, as ways in: the project's own, where it has any, else all.

    The classes of RDF Schema, OWL and SHACL are given where there are no others, or hardly anything is of those.
    """
    sizes = site.overview.classes
    own_classes = [size for size in sizes if reader.base.path_of(size.cls.value) is not None]
    chosen = own_classes or [size for size in sizes if not size.is_of_language] or list(sizes)
    if sum(size.members for size in chosen) * _HARDLY < site.overview.things:
        chosen = list(sizes)
    return [
        ClassCount(reader.ref(size.cls), size.members, size.exact, _members(site, reader, size.cls))
        for size in chosen[:_MAX_CLASSES]
    ]


def examples(site: Site, reader: ViewContext) -> list[Ref]:
    """Return the things that the project names as worth looking at first."""
    found = []
    for example in site.about.examples:
        iri = example if "://" in example else reader.base.iri + example.lstrip("/")
        found.append(reader.named(iri))
    return [ref for ref in found if ref is not None]


def _members(site: Site, reader: ViewContext, cls: NamedNode) -> list[Ref]:
    return [reader.ref(node) for node in site.overview.members(cls, offset=0, limit=_EXAMPLES)]
