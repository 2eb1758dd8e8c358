"""The page of a table: its filters, its rows, its files, and two values side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ckg.pages import render, text
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.tables import table_files, table_request
from ckg.pages.tables.shown_table import ShownTable
from ckg.pages.view_context import Ref, ViewContext, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage(render.Page):
    """The page of a table. `downloads` are rows of address and name, `about` is the class whose members it lists."""

    lead: Words | None
    shown: ShownTable
    downloads: list[tuple[str, str]]
    chips: list[tuple[str, str, str]]
    crumbs: list[tuple[str, str]]
    about: Ref | None


def html(
    site: Site,
    reader: ViewContext,
    found: ShownTable,
    template: str = "table.html",
    *,
    title: str = "",
    lead: Words | None = None,
    about: Ref | None = None,
    crumbs: list[tuple[str, str]] | None = None,
    added: Mapping[str, object] | None = None,
) -> str:
    """Return the page; `added` are values that a project's view and queries give to its template."""
    told = lead or (Words(found.table.lead) if found.table.lead else None)
    model = TablePage(
        title=title or found.table.title,
        description=text.plain(told.text, 200) if told else "",
        lead=told,
        shown=found,
        downloads=downloads(found),
        chips=chips(found),
        crumbs=crumbs or [],
        about=about,
    )
    return render.page(site, reader, template, model, added)


def downloads(found: ShownTable) -> list[tuple[str, str]]:
    """Return address and name of each file of what is shown; a file holds the rows of all pages, up to a bound."""
    wanted = table_request.whole(found.wanted)
    per_page = str(table_request.MAX_PER_PAGE if found.table.is_whole else found.wanted.per_page)
    page = "1" if found.table.is_whole else str(found.wanted.page)
    arguments = wanted.arguments(without=("page", "per_page"))
    if per_page != str(found.wanted.usual_per_page):
        arguments.append(("per_page", per_page))
    if page != "1":
        arguments.append(("page", page))
    rows = []
    for form in table_files.offered():
        rows.append(("?" + urlencode([*arguments, ("format", form.key)], safe=":/,-"), form.name))
    return rows


def chips(found: ShownTable, *, with_text: bool = True) -> list[tuple[str, str, str]]:
    """Return what is filtered by: the column, the value in words, and the address without it."""
    wanted = found.wanted
    rows = [(gettext("Text"), wanted.text, wanted.query(without=("q", "page")))] if wanted.text and with_text else []
    for facet in found.facets:
        for option in facet.options:
            if option.chosen:
                left = [
                    (key, value)
                    for key, value in wanted.arguments(without=("page",))
                    if key != facet.column.key
                    or value.casefold() not in (option.value.casefold(), option.text.casefold())
                ]
                rows.append((facet.column.label, option.text, "?" + urlencode(left, safe=":/,-")))
    shown = {facet.column.key for facet in found.facets}
    for key, values in wanted.filters.items():
        column = found.table.column(key)
        if key not in shown and column is not None:
            rows.append((column.label, ", ".join(values), wanted.query(without=(key, "page"))))
    return rows
