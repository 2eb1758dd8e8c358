"""The neighbourhood of a thing on a page of its own: the drawing, larger, and the same as a list."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ckg.pages import drawings, render
from ckg.pages.reader import Reader
from ckg.pages.site import Site


def html(site: Site, reader: Reader, iri: str) -> str | None:
    """Return the page, or None where nothing is known of the thing or it has no neighbours."""
    ref = reader.named(iri)
    if ref is None or reader.base.path_of(iri) is None:
        return None
    node = NamedNode(iri)
    drawn = drawings.neighbourhood(reader, node, large=True)
    if drawn is None:
        return None
    return render.page(
        site,
        reader,
        "neighbourhood.html",
        title=f"The neighbourhood of {ref.words.text}",
        self_ref=ref,
        drawn=drawn,
        neighbours=drawings.neighbours(reader, node),
    )
