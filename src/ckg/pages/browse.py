"""Lists of what the data hold: the classes that are used, and the members of one by their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ckg.pages import render, standing
from ckg.pages.overview import ClassSize
from ckg.pages.site import Site
from ckg.pages.standing import Standing
from ckg.pages.tabular import Listing
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import Ref, ViewContext, Words

PER_PAGE: Final = 100
_CLASSES_PER_PAGE: Final = 300


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a class in a list."""

    ref: Ref
    standing: Standing | None
    definition: Words | None
    conflicts: list[Ref]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browse(render.Page):
    """The members of a class, a page at a time; `count` is a number and whether it is exact."""

    cls: Ref
    definition: Words | None
    count: tuple[int, bool]
    members: list[Member]
    page: int
    more: bool


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


def html(site: Site, reader: ViewContext, iri: str, page: int) -> str | None:
    """Return the members of a class, a page at a time; without a class, every class with members.

    None where the text is no IRI of a class that has members, or the page is behind the last one.
    """
    if not iri:
        listed = _classes(site, reader, page)
        return render.page(site, reader, "classes.html", listed) if listed is not None else None
    found = _members(site, reader, iri, page)
    return render.page(site, reader, "browse.html", found) if found is not None else None


def listing(site: Site, reader: ViewContext, iri: str, page: int) -> Listing | None:
    """Return the same as data: `iri`, `label` and `language` of each thing, of classes with how many members."""
    if not iri:
        classes = _classes(site, reader, page)
        if classes is None:
            return None
        shown = [row for _, group in classes.groups for row in group]
        rows = [(row.ref.iri, row.ref.words.text, row.ref.words.lang, row.number) for row in shown]
        total = len(_shown(site))
        return Listing(("iri", "label", "language", "members"), rows, total, page, more=classes.more)
    found = _members(site, reader, iri, page)
    if found is None:
        return None
    things = [(member.ref.iri, member.ref.words.text, member.ref.words.lang) for member in found.members]
    return Listing(("iri", "label", "language"), things, found.count[0], page, exact=found.count[1], more=found.more)


def _members(site: Site, reader: ViewContext, iri: str, page: int) -> Browse | None:
    cls = reader.named(iri)
    if cls is None:
        return None
    node = NamedNode(iri)
    found = site.overview.members(node, offset=(page - 1) * PER_PAGE, limit=PER_PAGE + 1)
    if not found:
        return None
    members = [
        Member(
            reader.ref(member),
            standing.of(reader.graph, member),
            reader.definition(member),
            reader.refs(reader.graph.nodes(member, EVIDENCE.inConflict)),
        )
        for member in found[:PER_PAGE]
    ]
    return Browse(
        title=cls.words.text,
        cls=cls,
        definition=reader.definition(node),
        count=site.overview.number_of(node),
        members=members,
        page=page,
        more=len(found) > PER_PAGE,
    )


def _classes(site: Site, reader: ViewContext, page: int) -> Classes | None:
    sizes = _shown(site)
    start = (page - 1) * _CLASSES_PER_PAGE
    if page > 1 and start >= len(sizes):
        return None
    groups: dict[str, list[ClassRow]] = {
        "Classes of this data set": [],
        "Classes of other vocabularies": [],
        "Classes, properties and shapes": [],
    }
    ours, others, language = groups.values()
    for size in sizes[start : start + _CLASSES_PER_PAGE]:
        row = ClassRow(reader.ref(size.cls), size.members, size.exact, reader.definition(size.cls))
        group = language if size.is_of_language else ours if reader.base.path_of(size.cls.value) is not None else others
        group.append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: row.ref.words.text.casefold())
    return Classes(
        title="Everything, by kind",
        groups=[(name, rows) for name, rows in groups.items() if rows],
        page=page,
        more=start + _CLASSES_PER_PAGE < len(sizes),
    )


def _shown(site: Site) -> list[ClassSize]:
    """Return the classes in the order of the pages: the words that data are made with come last."""
    return sorted(site.overview.classes, key=lambda size: (size.is_of_language, -size.members, size.cls.value))
