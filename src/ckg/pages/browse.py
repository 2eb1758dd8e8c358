"""Lists of what the data hold: the classes that are used, and the members of one as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ckg.pages import render
from ckg.pages.messages import gettext
from ckg.pages.overview import ClassSize
from ckg.pages.site import Site
from ckg.pages.tables import class_table, table_page
from ckg.pages.tables.data_table import DataTable
from ckg.pages.tables.shown_table import ShownTable
from ckg.pages.tabular import Listing
from ckg.pages.view_context import Ref, ViewContext, Words

_CLASSES_PER_PAGE: Final = 300


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class in the list of classes."""

    ref: Ref
    number: int
    exact: bool
    definition: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes(render.Page):
    """Every class with members: those of the project, those of others, and those of RDF Schema, OWL and SHACL."""

    groups: list[tuple[str, list[ClassRow]]]
    page: int
    more: bool


def html(site: Site, reader: ViewContext, page: int) -> str | None:
    """Return every class with members; None for a page behind the last one."""
    listed = _classes(site, reader, page)
    return render.page(site, reader, "classes.html", listed) if listed is not None else None


def listing(site: Site, reader: ViewContext, page: int) -> Listing | None:
    """Return the same as data: `iri`, `label` and `language` of each class, and how many members it has."""
    classes = _classes(site, reader, page)
    if classes is None:
        return None
    shown = [row for _, group in classes.groups for row in group]
    rows = [(row.ref.iri, row.ref.words.text, row.ref.words.lang, row.number) for row in shown]
    total = len(_shown(site))
    return Listing(("iri", "label", "language", "members"), rows, total, page, more=classes.more)


def is_large(site: Site, iri: str) -> bool:
    """Say whether a class has more members than one table can hold."""
    try:
        return class_table.is_large(site, NamedNode(iri))
    except ValueError:
        return False


def members(site: Site, reader: ViewContext, iri: str, *, page: int, per_page: int, words: str) -> DataTable | None:
    """Return the members of a class as a table, None where the text is no IRI of a class that has members.

    `words` leave those of a large class that have them in a name. Raises `TableRequestError`.
    """
    if reader.named(iri) is None:
        return None
    return class_table.table(site, reader, NamedNode(iri), page=page, per_page=per_page, words=words)


def members_html(site: Site, reader: ViewContext, iri: str, found: ShownTable) -> str:
    """Return the page of the members of a class."""
    node = NamedNode(iri)
    ref = reader.ref(node)
    crumbs = [(reader.path("browse"), gettext("Everything, by kind"))]
    return table_page.html(
        site, reader, found, title=ref.words.text, lead=reader.definition(node), about=ref, crumbs=crumbs
    )


def _classes(site: Site, reader: ViewContext, page: int) -> Classes | None:
    sizes = _shown(site)
    start = (page - 1) * _CLASSES_PER_PAGE
    if page > 1 and start >= len(sizes):
        return None
    groups: dict[str, list[ClassRow]] = {
        gettext("Classes of this data set"): [],
        gettext("Classes of other vocabularies"): [],
        gettext("Classes, properties and shapes"): [],
    }
    ours, others, language = groups.values()
    for size in sizes[start : start + _CLASSES_PER_PAGE]:
        row = ClassRow(reader.ref(size.cls), size.members, size.exact, reader.definition(size.cls))
        group = language if size.is_of_language else ours if reader.base.path_of(size.cls.value) is not None else others
        group.append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: row.ref.words.text.casefold())
    return Classes(
        title=gettext("Everything, by kind"),
        groups=[(name, rows) for name, rows in groups.items() if rows],
        page=page,
        more=start + _CLASSES_PER_PAGE < len(sizes),
    )


def _shown(site: Site) -> list[ClassSize]:
    """Return the classes in the order of the pages: the words that data are made with come last."""
    return sorted(site.overview.classes, key=lambda size: (size.is_of_language, -size.members, size.cls.value))
