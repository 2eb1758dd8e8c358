"""The menu: the ways into the site that have something to show, in the project's order where it gives one."""

from __future__ import annotations

from collections.abc import Iterable

from ckg.pages.folder import PagesFolder
from ckg.pages.folder.pages_toml import MenuConfig
from ckg.pages.messages import gettext, marked
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import ViewContext

CORE = (
    MenuConfig("browse", marked("Browse"), ()),
    MenuConfig("conflicts", marked("Disagreements"), (EVIDENCE.Conflict,)),
    MenuConfig("sources", marked("Sources"), (EVIDENCE.Source,)),
    MenuConfig("sparql", marked("Query"), ()),
    MenuConfig("catalog", marked("Data"), ()),
)


def listed(folder: PagesFolder) -> tuple[MenuConfig, ...]:
    """Return the project's entries, completed by what the core and the pages themselves say, or else the core's."""
    known = {entry.path: entry for entry in CORE}
    titles = {page.path: page.title for page in folder.config.pages}
    rows = []
    for entry in folder.config.menu or CORE:
        core = known.get(entry.path, MenuConfig(entry.path, "", ()))
        text = folder.text(entry.path)
        title = entry.title or core.title or titles.get(entry.path) or (text.title if text else entry.path)
        rows.append(MenuConfig(entry.path, title, entry.classes or core.classes))
    return tuple(rows)


def entries(menu: Iterable[MenuConfig], reader: ViewContext) -> list[tuple[str, str]]:
    """Return address and words of each entry; one that is for classes without a member is left out."""
    lookup = reader.graph.lookup
    return [
        (entry.path if "://" in entry.path else reader.path(entry.path), gettext(entry.title))
        for entry in menu
        if not entry.classes or any(lookup.instances(cls.value, limit=1) for cls in entry.classes)
    ]
