"""The documents about the whole: `/`, `/void`, `/catalog`, `/report`, in HTML and every RDF format."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from ckg.formats import CATALOGUE_FORMATS, HTML, TURTLE, Format, GraphFormat, by_key
from ckg.model.negotiation import negotiate
from ckg.web import headers, pages, responses
from ckg.web.document_rdf import formats_of, graph
from ckg.web.open_release import OpenRelease, serving
from ckg.web.problem_details import ProblemDetails, ProblemRaised

_CONVERTED_MAX_BYTES: Final = 4 << 20  # a larger file is sent as it is, in Turtle, and made into nothing else


def register(app: Flask) -> None:
    """Add the routes."""

    @app.get("/")
    def home() -> Response:
        wanted = negotiate(request.headers.get("Accept"), offered(serving(), "void"), HTML)
        if wanted is not None and wanted != HTML:
            answer = Response(status=303, headers={"Location": serving().function(f"void.{wanted.key}")})
            headers.vary(answer, "Accept")
            return answer
        answer = responses.page(pages.home, "home", negotiated=True)
        headers.link(answer, serving().function("void"), "describedby")
        headers.link(answer, serving().release.about.license, "license")
        return answer

    @app.get("/.well-known/void")
    def well_known() -> Response:
        # The VoID note (section 7.2) asks for a redirect with 302.
        return Response(status=302, headers={"Location": serving().function("void")})

    for name, page in (("void", _catalogue), ("catalog", _catalogue), ("report", _report)):
        app.add_url_rule(f"/{name}", name, partial(_document, name, page))
        app.add_url_rule(f"/{name}.<suffix>", f"{name}.suffix", partial(_document, name, page))


def offered(current: OpenRelease, name: str) -> tuple[Format, ...]:
    """Return the formats that `/void`, `/catalog` or `/report` is to be had in; they are tried once."""
    return current.remembered(_formats, name)


def _formats(current: OpenRelease, name: str) -> tuple[Format, ...]:
    path = _file(current, name)
    if not path.is_file():
        return CATALOGUE_FORMATS
    if path.stat().st_size > _CONVERTED_MAX_BYTES:
        return tuple(f for f in CATALOGUE_FORMATS if f == TURTLE or not isinstance(f, GraphFormat))
    return formats_of(partial(_rendered, path), CATALOGUE_FORMATS)


def _file(current: OpenRelease, name: str) -> Path:
    return current.release.report_turtle if name == "report" else current.release.void


def _catalogue() -> str:
    return pages.catalogue(offered(serving(), "void"))


def _report() -> str:
    return pages.report(offered(serving(), "report"))


def _document(name: str, page: Callable[[], str], suffix: str | None = None) -> Response:
    asked = suffix or request.args.get("format")
    fixed = by_key(asked, CATALOGUE_FORMATS) if asked else None
    path, formats = _file(serving(), name), offered(serving(), name)
    wanted = fixed if asked else negotiate(request.headers.get("Accept"), formats, TURTLE)
    if suffix and wanted is None:
        raise NotFound(f"There is no {name}.{suffix[:20]} here.")
    if not path.is_file():
        raise NotFound(f"This release has no {name}.")
    if wanted is None or wanted not in formats:
        available = [
            {"format": f.name, "type": f.media_type, "href": serving().function(f"{name}.{f.key}")} for f in formats
        ]
        detail = "None of the formats asked for is there."
        if wanted is not None:
            detail = f"This document holds what cannot be written in {wanted.name}."
            if path.stat().st_size > _CONVERTED_MAX_BYTES:
                detail = f"This document is too large to be made into {wanted.name} when somebody asks for it."
        raise ProblemRaised(
            ProblemDetails(406, "Not Acceptable", detail, extra={"available": available}),
            Vary="Accept",
        )
    if isinstance(wanted, GraphFormat):
        answer = responses.body(partial(_rendered, path, wanted), wanted, (name,), fixed=fixed is not None)
        if fixed is None:
            headers.vary(answer, "Accept", "Accept-Language")
    else:
        answer = responses.page(page, name, negotiated=fixed is None)
    answer.headers["Content-Location"] = serving().function(f"{name}.{wanted.key}")
    for other in formats:
        if other != wanted:
            headers.link(answer, serving().function(f"{name}.{other.key}"), "alternate", type=other.media_type)
    headers.link(answer, serving().release.about.license, "license")
    headers.link(answer, serving().release.base.iri + name, "cite-as")
    return answer


def _rendered(path: Path, wanted: GraphFormat) -> bytes:
    if wanted == TURTLE:
        return path.read_bytes()
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    labels: dict[str, ox.BlankNode] = {}  # by their order in the file: the parser's are others each time

    def same(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return labels.setdefault(term.value, ox.BlankNode(f"b{len(labels)}"))
        return term

    rows = ((same(quad.subject), quad.predicate.value, same(quad.object)) for quad in quads)
    release = serving().release
    return graph(rows, release.prefixes, wanted, name=f"{release.base.iri}{path.stem}")
