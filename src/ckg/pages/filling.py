"""What a project's views and queries add to the values of a template."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from ckg.pages import render
from ckg.pages.folder.pages_toml import PageConfig
from ckg.pages.kinds import PageKind
from ckg.pages.rows import answer
from ckg.pages.site import Site
from ckg.pages.view_context import ViewContext


def of_kind(site: Site, reader: ViewContext, kind: PageKind, node: NamedNode) -> dict[str, object]:
    """Return the values that a kind of page adds for a thing."""
    view = render.values_of(kind.view(reader, node)) if kind.view is not None else {}
    return _joined(view, {name: answer(site.run, reader, text, node) for name, text in kind.queries.items()})


def of_page(site: Site, reader: ViewContext, page: PageConfig, arguments: Mapping[str, str]) -> dict[str, object]:
    """Return the values of a page of the project; `arguments` are those of the address it was asked for at."""
    filling = page.filling
    view = site.folder.function(filling.view)(reader, arguments) if filling.view else {}
    rows = {name: answer(site.run, reader, site.folder.query(file), None) for name, file in filling.queries.items()}
    return _joined(render.values_of(view), rows)


def _joined(view: Mapping[str, object], rows: Mapping[str, object]) -> dict[str, object]:
    clash = view.keys() & rows.keys()
    if clash:
        raise TypeError(f"a view and a query are both called {', '.join(sorted(clash))}")
    return {**view, **rows}
