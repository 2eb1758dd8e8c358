"""The first page: what the data set is, and ways in; the project may tell more on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ckg.pages import filling, own, render, structured
from ckg.pages.site import Site
from ckg.pages.terms import OWL
from ckg.pages.view_context import Ref, ViewContext

_MAX_CLASSES = 12


@dataclass(frozen=True, slots=True)
class ClassCount:
    """A class and how many members it has; `exact` is false where more were not counted."""

    ref: Ref
    number: int
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Home(render.Page):
    """The first page: the classes with the most members, and things worth looking at first."""

    counts: list[ClassCount]
    examples: list[Ref]


def html(site: Site, reader: ViewContext, arguments: Mapping[str, str]) -> str:
    """Return the first page."""
    model = Home(
        title=site.about.title,
        description=site.about.description,
        structured=structured.dataset(site),
        counts=counts(reader),
        examples=examples(site, reader),
    )
    page = own.at(site, "")
    if page is None:
        return render.page(site, reader, "home.html", model)
    return render.page(site, reader, page.filling.template, model, filling.of_page(site, reader, page, arguments))


def counts(reader: ViewContext) -> list[ClassCount]:
    """Return the classes with the most members, as ways in."""
    graph = reader.graph
    rows = []
    for cls in graph.instances(OWL.Class):
        if (
            not isinstance(cls, NamedNode)
            or reader.base.path_of(cls.value) is None
            or not graph.lookup.instances(cls.value, limit=1)
        ):
            continue
        rows.append(ClassCount(reader.ref(cls), *graph.number_of(cls)))
    return sorted(rows, key=lambda row: (-row.number, row.ref.words.text))[:_MAX_CLASSES]


def examples(site: Site, reader: ViewContext) -> list[Ref]:
    """Return the things that the project names as worth looking at first."""
    found = []
    for example in site.about.examples:
        iri = example if "://" in example else reader.base.iri + example.lstrip("/")
        found.append(reader.named(iri))
    return [ref for ref in found if ref is not None]
