"""The pages that a project adds: those of pages.toml, and its texts in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ckg.pages import filling, render
from ckg.pages.folder.pages_toml import PageConfig
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.tables import table_page
from ckg.pages.tables.data_table import DataTable
from ckg.pages.tables.shown_table import ShownTable
from ckg.pages.view_context import ViewContext


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage(render.Page):
    """A page of pages.toml: its template reads what its view and its queries give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownPage(render.Page):
    """A page of text: its HTML."""

    body: Markup


def known(site: Site, path: str) -> bool:
    """Say whether the project has a page of its own at a path."""
    return bool(path) and (path in site.folder.texts or at(site, path) is not None)


def at(site: Site, path: str) -> PageConfig | None:
    """Return what pages.toml says of the page at a path; the empty path is the first page."""
    return next((page for page in site.folder.config.pages if page.path == path), None)


def is_table(site: Site, path: str) -> bool:
    """Say whether the page at a path shows a table."""
    page = at(site, path)
    return page is not None and bool(page.table)


def table(site: Site, reader: ViewContext, path: str) -> DataTable:
    """Return the table of the page at a path. Raises `TypeError` where the project's function gives none."""
    page = at(site, path)
    assert page is not None
    found = site.folder.function(page.table)(reader)
    if not isinstance(found, DataTable):
        raise TypeError(f"{page.table} must return a DataTable, not {type(found).__name__}")
    return found


def table_html(site: Site, reader: ViewContext, path: str, arguments: Mapping[str, str], shown: ShownTable) -> str:
    """Return the page of the project that shows a table, with what its view and its queries add."""
    page = at(site, path)
    assert page is not None
    added = filling.of_page(site, reader, page, arguments)
    title = gettext(page.title) or shown.table.title or page.path
    return table_page.html(site, reader, shown, page.filling.template, title=title, added=added)


def html(site: Site, reader: ViewContext, path: str, arguments: Mapping[str, str]) -> str | None:
    """Return the page of the project at a path, or None where it has none there."""
    page = at(site, path)
    if page is not None:
        values = filling.of_page(site, reader, page, arguments)
        return render.page(site, reader, page.filling.template, OwnPage(title=gettext(page.title) or page.path), values)
    text = site.folder.text(path)
    return (
        render.page(site, reader, "text.html", MarkdownPage(title=text.title, body=text.body))
        if text is not None
        else None
    )
