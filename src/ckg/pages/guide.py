"""The help page: how to find, read, cite, query and download what a site holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckg.pages import documentation, render, text
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import ViewContext


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePage(render.Page):
    """The help page; `has_quotations` says whether the data rest on quoted words."""

    has_quotations: bool
    documents: Sequence[tuple[str, str]]
    typed: str
    found: Sequence[documentation.FoundSection]


def html(site: Site, reader: ViewContext, typed: str = "") -> str:
    """Return the help page, with the sections of the documentation that have the words that were typed."""
    number, _ = reader.graph.number_of(EVIDENCE.Quotation)
    title = site.about.title
    model = GuidePage(
        title=gettext("Help"),
        description=gettext("How to find, read, cite, query and download %(title)s.", title=title),
        has_quotations=number > 0,
        documents=documentation.titles(),
        typed=text.plain(typed, 200),
        found=documentation.find(typed),
    )
    return render.page(site, reader, "help.html", model)
