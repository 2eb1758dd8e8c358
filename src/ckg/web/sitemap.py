"""For search engines: `/robots.txt`, and `/sitemap.xml` (sitemaps.org protocol), split where it grows too large."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from ckg.formats import HTML, N_TRIPLES
from ckg.formats.media import TEXT, XML
from ckg.formats.statement_lines import iri
from ckg.model.iris import Base
from ckg.model.sorted_lines import SortedLines
from ckg.web import responses
from ckg.web.addresses import of_iri
from ckg.web.open_release import OpenRelease, serving

MAX_URLS: Final = 20_000
"""Addresses in one file; the protocol allows 50,000 and 50 MB."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def register(app: Flask) -> None:
    """Add the routes."""

    @app.get("/robots.txt")
    def robots() -> Response:
        root = request.script_root
        text = f"User-agent: *\nDisallow: {root}/sparql\nAllow: {root}/\nSitemap: {request.url_root}sitemap.xml\n"
        return responses.body(text.encode, TEXT, ("robots", request.url_root), fixed=True)

    @app.get("/sitemap.xml")
    def sitemap() -> Response:
        return responses.body(_index, XML, ("sitemap", request.url_root), fixed=True)

    @app.get("/sitemap-<int:number>.xml")
    def sitemap_part(number: int) -> Response:
        starts = serving().remembered(_starts)
        if not 1 <= number <= len(starts):
            raise NotFound(f"There are {len(starts)} parts of the sitemap.")
        make = partial(_part, starts[number - 1], request.url_root)
        return responses.body(make, XML, ("sitemap", number, request.url_root), fixed=True)


def _index() -> bytes:
    starts = serving().remembered(_starts)
    if len(starts) <= 1:
        return _part(starts[0] if starts else 0, request.url_root)
    rows = (
        f"<sitemap><loc>{escape(request.url_root)}sitemap-{n}.xml</loc></sitemap>\n" for n in range(1, len(starts) + 1)
    )
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{"".join(rows)}</sitemapindex>\n'.encode()


def _part(start: int, url_root: str) -> bytes:
    rows = []
    base = serving().release.base
    for _, name in islice(_things(*_named(), start), MAX_URLS):
        address = of_iri(base, name)
        if address is not None:
            # In the fixed HTML form, because some crawlers ask for anything and would be given Turtle.
            rows.append(f"<url><loc>{escape(url_root + address.href('', HTML)[1:])}</loc></url>\n")
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n{"".join(rows)}</urlset>\n'.encode()


def _named() -> tuple[Path, Base]:
    release = serving().release
    return release.dump(N_TRIPLES), release.base


def _starts(opened: OpenRelease) -> tuple[int, ...]:
    """Return where in the dump each part of the sitemap begins."""
    things = _things(opened.release.dump(N_TRIPLES), opened.release.base)
    return tuple(place for number, (place, _) in enumerate(things) if number % MAX_URLS == 0)


def _things(dump: Path, base: Base, start: int | None = None) -> Iterator[tuple[int, str]]:
    """Yield the things of the project (IRIs below `id/`, without fragments) and where in the dump each begins."""
    beginning = f"<{base.thing('')}".encode()
    lines = SortedLines(dump)
    try:
        last = b""
        for place, line in lines.placed(beginning, start):
            name = line[: line.find(b" ")].partition(b"#")[0].rstrip(b">") + b">"
            if name != last:
                last = name
                yield place, iri(name.decode())
    finally:
        lines.close()
