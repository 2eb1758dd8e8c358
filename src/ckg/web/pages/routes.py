"""The HTML side: what each kind of request is shown in a browser, and the pages that are about no one thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from ckg.formats import GRAPH_FORMATS
from ckg.formats.media import JSON
from ckg.release.dumps import Dump
from ckg.web import answers, headers, languages
from ckg.web.pages import entity, listings, passages, querying, reasons, render, surroundings, whole
from ckg.web.pages import home as home_page
from ckg.web.pages import search as search_page
from ckg.web.pages.reader import Reader
from ckg.web.pages.site import Site
from ckg.web.serving import Serving, serving

if TYPE_CHECKING:
    from ckg.web.problems import Problem
    from ckg.web.representations import About

MOST_PAGES = 500
MOST_TYPED = 200


def register(app: Flask) -> None:
    """Add the routes of pages that are no documents about one thing, and give the templates their vocabulary."""
    render.register(app)

    @app.get("/browse")
    def browse() -> Response:
        iri, number = request.args.get("class", ""), _page_number()
        return answers.page(lambda: _found(listings.browse(site(), reader(), iri, number)), "browse", iri, number)

    @app.get("/search")
    def search() -> Response:
        typed, number = request.args.get("q", "")[:MOST_TYPED], _page_number()
        return answers.page(lambda: search_page.html(site(), reader(), typed, number), "search", typed, number)

    @app.get("/suggest")
    def suggest() -> Response:
        typed, language = request.args.get("q", "")[:MOST_TYPED], languages.chosen()
        key = ("suggest", typed, language)
        answer = answers.body(lambda: search_page.suggestions(site(), reader(), typed), JSON, key, fixed=True)
        headers.vary(answer, "Accept-Language", "Cookie")
        return answer

    @app.get("/completions")
    def completions() -> Response:
        return answers.body(lambda: querying.completions(reader()), JSON, ("completions",), fixed=True)

    @app.get("/conflicts")
    def conflicts() -> Response:
        return answers.page(lambda: listings.disagreements(site(), reader()), "conflicts")

    @app.get("/sources")
    def sources() -> Response:
        return answers.page(lambda: listings.sources(site(), reader()), "sources")

    @app.get("/timeline")
    def timeline() -> Response:
        return answers.page(lambda: listings.timeline(site(), reader()), "timeline")

    @app.get("/neighbourhood")
    def neighbourhood() -> Response:
        iri = request.args.get("of", "")
        return answers.page(lambda: _found(surroundings.html(site(), reader(), iri)), "neighbourhood", iri)

    @app.get("/why")
    def why() -> Response:
        ends = tuple(request.args.get(name, "") for name in ("of", "by", "to"))
        return answers.page(lambda: _found(reasons.html(site(), reader(), *ends)), "why", *ends)

    @app.get("/coverage")
    def coverage() -> Response:
        return answers.page(lambda: passages.html(site(), reader()), "coverage")


def _found(page: str | None) -> str:
    if page is None:
        raise NotFound("Nothing is known here of what this address names.")
    return page


def _page_number() -> int:
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit()) or not 1 <= int(asked) <= MOST_PAGES:
        raise BadRequest(f"page must be a number from 1 to {MOST_PAGES}.")
    return int(asked)


def site() -> Site:
    """Return what pages know of the release that the request at hand is answered from."""
    return serving().remembered(_site)


def _site(current: Serving) -> Site:
    return Site(current.release, current.lookup, current.search, current.explainer)


def reader() -> Reader:
    """Return the view of the reader who sent the request at hand."""
    return site().reader(languages.chosen(), request.script_root)


def home() -> str:
    """Return the page at `/`."""
    return home_page.html(site(), reader())


def catalogue() -> str:
    """Return the page about the data set as a whole."""
    return whole.catalogue(site(), reader())


def report() -> str:
    """Return the page of the SHACL report."""
    return whole.report(site(), reader())


def dumps(listed: Sequence[Dump]) -> str:
    """Return the page of what can be downloaded."""
    return whole.dumps(site(), reader(), listed)


def thing(about: About) -> str:
    """Return the page of a document."""
    rows = [(about.address.href(request.script_root, f), f.media_type, f.name) for f in GRAPH_FORMATS]
    return entity.html(site(), reader(), about.document, rows)


def problem(problem: Problem) -> str:
    """Return the page that tells of an error."""
    query = request.values.get("query", "") if request.path == "/sparql" else ""
    if query:
        return querying.failed(site(), reader(), query, problem)
    return render.page(site(), reader(), "problem.html", title=problem.title, problem=problem)
