"""For search engines: `/robots.txt`, and `/sitemap.xml` (sitemaps.org protocol), split where it grows too large."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final
from xml.sax.saxutils import escape

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from ckg.formats import HTML, N_TRIPLES
from ckg.formats.media import TEXT, XML
from ckg.formats.statement_lines import iri
from ckg.model.sorted_lines import SortedLines
from ckg.query.fragments import after, subject_of
from ckg.web import responses
from ckg.web.addresses import Address, of_iri
from ckg.web.open_release import OpenRelease, serving

PART_BYTES: Final = 1_500_000
"""Bytes of sorted N-Triples whose subjects are in one file: fewer than the 50,000 addresses that the protocol allows.

A statement takes 36 bytes at least, so that no part has more than 42,000 addresses, whatever the data are.
"""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def register(app: Flask) -> None:
    """Add the routes."""

    @app.get("/robots.txt")
    def robots() -> Response:
        root = request.script_root
        closed = "".join(
            f"Disallow: {root}/{path}\n" for path in ("sparql?query=", "q/")
        )  # the form is for readers, too
        text = f"User-agent: *\n{closed}Allow: {root}/\nSitemap: {request.url_root}sitemap.xml\n"
        return responses.body(text.encode, TEXT, ("robots", request.url_root), fixed=True)

    @app.get("/sitemap.xml")
    def sitemap() -> Response:
        return responses.body(_index, XML, ("sitemap", request.url_root), fixed=True)

    @app.get("/sitemap-<int:number>.xml")
    def sitemap_part(number: int) -> Response:
        numbers = serving().remembered(_parts)
        if number not in numbers:
            raise NotFound(f"There are {len(numbers)} parts of the sitemap, up to number {numbers[-1]}.")
        return responses.body(partial(_part, number), XML, ("sitemap", number, request.url_root), fixed=True)


def _index() -> bytes:
    numbers = serving().remembered(_parts)
    if len(numbers) == 1:
        return _part(numbers[0])
    rows = (f"<sitemap><loc>{escape(request.url_root)}sitemap-{n}.xml</loc></sitemap>\n" for n in numbers)
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{"".join(rows)}</sitemapindex>\n'.encode()


def _parts(current: OpenRelease) -> tuple[int, ...]:
    """Return the numbers of the parts of the N-Triples in which the statements about any thing begin."""
    lines = SortedLines(current.release.dump(N_TRIPLES))
    try:
        pages = range(1, -(-lines.size // PART_BYTES) + 1)
        return tuple(n for n in pages if lines.group_at((n - 1) * PART_BYTES, subject_of) < n * PART_BYTES) or (1,)
    finally:
        lines.close()


def _part(number: int) -> bytes:
    current = serving()
    lines = SortedLines(current.release.dump(N_TRIPLES))
    try:
        found = dict.fromkeys(_addresses(current, lines, number))
    finally:
        lines.close()
    rows = (f"<url><loc>{escape(request.url_root + address[1:])}</loc></url>\n" for address in found)
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n{"".join(rows)}</urlset>\n'.encode()


def _addresses(current: OpenRelease, lines: SortedLines, number: int) -> Iterator[str]:
    """Yield the address of each thing with an IRI whose statements begin in a part, and are more than inferred.

    Each is in its fixed HTML form, because some crawlers ask for anything and would be given Turtle.
    """
    base, end = current.release.base, number * PART_BYTES
    place = lines.group_at(end - PART_BYTES, subject_of)
    while place < end:
        subject = subject_of(lines.line_at(place))
        if not subject:
            return
        if subject.startswith(b"<"):
            name = iri(subject[:-1].decode())
            own = of_iri(base, name)
            if own is not None and own.path:
                if _comes_first(lines, place, name):
                    yield own.href("", HTML)
            elif current.lookup.describes(name):
                yield Address("", subject=name, about=current.finder.about).href("", HTML)
        place = lines.first(after(subject))


def _comes_first(lines: SortedLines, place: int, name: str) -> bool:
    """Say whether what begins at a place is the first subject with a document: its first fragment, if it has any."""
    document, mark, _ = name.partition("#")
    first = f"<{document}#".encode()
    return lines.first(first) == place if mark else not lines.has(first)
