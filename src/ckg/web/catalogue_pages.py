"""The documents about the whole: `/`, `/void`, `/catalog`, `/report`, in HTML and every RDF format."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyoxigraph as ox
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from ckg.formats import DOCUMENT_FORMATS, HTML, TURTLE, GraphFormat, by_key
from ckg.model.negotiation import negotiate
from ckg.web import headers, pages, responses
from ckg.web.document_rdf import graph
from ckg.web.open_release import serving
from ckg.web.problem_details import ProblemDetails, ProblemRaised


def register(app: Flask) -> None:
    """Add the routes."""

    @app.get("/")
    def home() -> Response:
        wanted = negotiate(request.headers.get("Accept"), DOCUMENT_FORMATS, HTML)
        if wanted is not None and wanted != HTML:
            answer = Response(status=303, headers={"Location": f"{request.script_root}/void.{wanted.key}"})
            headers.vary(answer, "Accept")
            return answer
        answer = responses.page(pages.home, "home", negotiated=True)
        headers.link(answer, f"{request.script_root}/void", "describedby")
        headers.link(answer, serving().release.about.license, "license")
        return answer

    @app.get("/.well-known/void")
    def well_known() -> Response:
        # The VoID note (section 7.2) asks for a redirect with 302.
        return Response(status=302, headers={"Location": f"{request.script_root}/void"})

    for name, path, page in (
        ("void", lambda: serving().release.void, pages.catalogue),
        ("catalog", lambda: serving().release.void, pages.catalogue),
        ("report", lambda: serving().release.report_turtle, pages.report),
    ):
        app.add_url_rule(f"/{name}", name, partial(_document, name, path, page))
        app.add_url_rule(f"/{name}.<suffix>", f"{name}.suffix", partial(_document, name, path, page))


def _document(name: str, path: Callable[[], Path], page: Callable[[], str], suffix: str | None = None) -> Response:
    root = request.script_root
    asked = suffix or request.args.get("format")
    fixed = by_key(asked, DOCUMENT_FORMATS) if asked else None
    wanted = fixed if asked else negotiate(request.headers.get("Accept"), DOCUMENT_FORMATS, TURTLE)
    if wanted is None:
        available = [
            {"format": f.name, "type": f.media_type, "href": f"{root}/{name}.{f.key}"} for f in DOCUMENT_FORMATS
        ]
        if suffix:
            raise NotFound(f"There is no {name}.{suffix[:20]} here.")
        raise ProblemRaised(
            ProblemDetails(
                406, "Not Acceptable", "None of the formats asked for is there.", extra={"available": available}
            ),
            Vary="Accept",
        )
    if not path().is_file():
        raise NotFound(f"This release has no {name}.")
    if isinstance(wanted, GraphFormat):
        answer = responses.body(partial(_rendered, path(), wanted), wanted, (name,), fixed=fixed is not None)
        if fixed is None:
            headers.vary(answer, "Accept", "Accept-Language")
    else:
        answer = responses.page(page, name, negotiated=fixed is None)
    answer.headers["Content-Location"] = f"{root}/{name}.{wanted.key}"
    for offered in DOCUMENT_FORMATS:
        if offered != wanted:
            headers.link(answer, f"{root}/{name}.{offered.key}", "alternate", type=offered.media_type)
    headers.link(answer, serving().release.about.license, "license")
    headers.link(answer, serving().release.base.iri + name, "cite-as")
    return answer


def _rendered(path: Path, wanted: GraphFormat) -> bytes:
    if wanted == TURTLE:
        return path.read_bytes()
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    rows = ((quad.subject, quad.predicate.value, quad.object) for quad in quads)
    release = serving().release
    return graph(rows, release.prefixes, wanted, name=f"{release.base.iri}{path.stem}")
