"""`/q/TEXT`: a short link to a query, which holds the query itself; it leads to the query page."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response
from werkzeug.exceptions import BadRequest

from ckg.pages import short_links
from ckg.pages.short_links import ShortLinkError
from ckg.web.pages import reader


def register(app: Flask) -> None:
    """Add the route."""

    @app.get("/q/<link>")
    def short_link(link: str) -> Response:
        try:
            query = short_links.unpacked(link)
        except ShortLinkError as error:
            raise BadRequest(f"This short link cannot be read: {error}. Ask for it once more.") from None
        # A browser keeps the fragment of the link, which names the view, where the new address has none (RFC 9110,
        # section 10.2.2).
        location = f"{reader().path('sparql')}?query={quote(query, safe='')}"
        return Response(status=303, headers={"Location": location})
