"""The neighbourhood of a thing on a page of its own: the drawing, larger, and the same as a list."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import drawings, render
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.svg.network import Neighbour
from ckg.pages.view_context import Ref, ViewContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood(render.Page):
    """What a thing is tied to, as a drawing and as a list."""

    self_ref: Ref
    drawn: Markup
    neighbours: list[Neighbour]


def html(site: Site, reader: ViewContext, iri: str) -> str | None:
    """Return the page, or None where nothing is known of the thing or it has no neighbours."""
    ref = reader.named(iri)
    if ref is None or not reader.has_page(iri):
        return None
    node = NamedNode(iri)
    drawn = drawings.neighbourhood(reader, node, large=True)
    if drawn is None:
        return None
    model = Neighbourhood(
        title=gettext("What %(name)s is related to", name=ref.words.text),
        self_ref=ref,
        drawn=drawn,
        neighbours=drawings.neighbours(reader, node),
    )
    return render.page(site, reader, "neighbourhood.html", model)
