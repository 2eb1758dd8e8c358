"""The HTML side: what each kind of request is shown in a browser, and the pages that are about no one thing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from flask import Flask, Response, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest, NotFound

from ckg.formats import HTML, MARKDOWN, Format, GraphFormat
from ckg.formats.media import JSON
from ckg.pages import (
    browse,
    completions,
    coverage,
    dataset,
    documentation,
    entity,
    guide,
    kinds,
    listings,
    markdown_page,
    messages,
    neighbourhood,
    problem_page,
    proofs,
    querying,
)
from ckg.pages import home as home_page
from ckg.pages import own as own_pages
from ckg.pages import search as search_page
from ckg.pages.site import Site
from ckg.pages.view_context import ViewContext
from ckg.query.document import node_of
from ckg.release.dumps import Dump
from ckg.web import headers, language_choice, listing_answers, responses, table_answers
from ckg.web.document_rdf import DocumentMetadata
from ckg.web.open_release import serving
from ckg.web.problem_details import ProblemDetails

MAX_TYPED_CHARS = 200
MOST_PAGES = 9_999_999  # as many as no listing has

Found = TypeVar("Found")


def register(app: Flask) -> None:
    """Add the routes of pages that are no documents about one thing."""

    @app.teardown_request
    def end_of_language(_error: BaseException | None) -> None:
        messages.use(messages.ENGLISH)  # a thread goes on to the next request, which says its own language

    @app.get("/browse")
    def browse_classes() -> Response:
        iri = request.args.get("class", "")
        if iri:
            is_large = browse.is_large(site(), iri)
            words = request.args.get("q", "").strip()[:MAX_TYPED_CHARS] if is_large else ""
            return table_answers.respond(
                lambda page, per_page: browse.members(site(), reader(), iri, page=page, per_page=per_page, words=words),
                lambda shown: browse.members_html(site(), reader(), iri, shown),
                "members",
                iri,
                words,
                kept=("class",),
                is_paged=is_large and not words,
                text_is_applied=bool(words),
            )
        number = _page_number()
        return listing_answers.respond(
            lambda: _found(browse.html(site(), reader(), number)),
            lambda: _found(browse.listing(site(), reader(), number)),
            "browse",
            number,
        )

    @app.get("/search")
    def search() -> Response:
        typed = request.args.get("q", "")[:MAX_TYPED_CHARS]
        return table_answers.respond(
            lambda _page, _per_page: search_page.table(site(), reader(), typed),
            lambda shown: search_page.html(site(), reader(), typed, shown),
            "search",
            typed,
            text_is_applied=True,
        )

    @app.get("/suggest")
    def suggest() -> Response:
        typed = request.args.get("q", "")[:MAX_TYPED_CHARS]
        return listing_answers.suggestions(
            lambda: search_page.suggestions(site(), reader(), typed),
            lambda: search_page.suggested(site(), reader(), typed),
            typed,
        )

    @app.get("/completions")
    def offered_completions() -> Response:
        typed, at, of = (request.args.get(name, "")[:MAX_TYPED_CHARS] for name in ("q", "at", "of"))
        place = next((known for known in completions.PLACES if known == at), None)
        if at and place is None:
            raise BadRequest(f"at must be one of {', '.join(completions.PLACES)}.")
        if place is None:
            return responses.body(lambda: completions.prefixes_as_json(reader()), JSON, ("prefixes",), fixed=True)
        key = ("completions", typed, place, of, language_choice.chosen())
        make = partial(_completed, typed, place, of)
        answer = responses.body(make, JSON, key, fixed=True)
        headers.vary(answer, "Accept-Language", "Cookie")
        return answer

    @app.get("/help")
    def help_page() -> Response:
        typed = request.args.get("q", "")[:MAX_TYPED_CHARS]
        return responses.page(lambda: guide.html(site(), reader(), typed), "help", typed)

    @app.get("/help/<path:name>")
    def documentation_page(name: str) -> Response:
        return responses.page(lambda: _found(documentation.html(site(), reader(), name)), "documentation", name)

    @app.get("/conflicts")
    def conflicts() -> Response:
        return table_answers.respond(
            lambda _page, _per_page: listings.disagreements(reader()),
            lambda shown: listings.disagreements_html(site(), reader(), shown),
            "conflicts",
        )

    @app.get("/sources")
    def sources() -> Response:
        return table_answers.respond(
            lambda _page, _per_page: listings.sources(reader()),
            lambda shown: listings.sources_html(site(), reader(), shown),
            "sources",
        )

    @app.get("/neighbourhood")
    def neighbourhood_of() -> Response:
        iri = request.args.get("of", "")
        return responses.page(lambda: _found(neighbourhood.html(site(), reader(), iri)), "neighbourhood", iri)

    @app.get("/why")
    def why() -> Response:
        ends = tuple(request.args.get(name, "") for name in ("of", "by", "to"))
        return responses.page(lambda: _found(proofs.html(site(), reader(), *ends)), "why", *ends)

    @app.get("/coverage")
    def coverage_of_sources() -> Response:
        return responses.page(lambda: coverage.html(site(), reader()), "coverage")


def _completed(typed: str, place: completions.Place, of: str) -> bytes:
    key = ("card of completions", language_choice.chosen())
    card = json.loads(serving().documents.make(key, lambda: completions.card_of(site(), reader()), len))
    return completions.as_json(site(), reader(), typed, place, of=of, card=card)


def _found(page: Found | None) -> Found:
    if page is None:
        raise NotFound("There is nothing in this data set at this address.")
    return page


def _page_number() -> int:
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 9) or not 1 <= int(asked) <= MOST_PAGES:
        raise BadRequest(f"page must be a number from 1 to {MOST_PAGES}.")
    return int(asked)


def site() -> Site:
    """Return what pages know of the release that the request at hand is answered from."""
    return serving().site


def reader() -> ViewContext:
    """Return the view of the reader who sent the request at hand."""
    return site().reader(language_choice.chosen(), request.script_root)


def home() -> str:
    """Return the page at `/`."""
    return home_page.html(site(), reader(), request.args)


def own(path: str) -> Response | None:
    """Return the answer with the project's own page at a path below the root, or None where it has none there."""
    if not own_pages.known(site(), path):
        return None
    if own_pages.is_table(site(), path):
        return table_answers.respond(
            lambda _page, _per_page: own_pages.table(site(), reader(), path),
            lambda shown: own_pages.table_html(site(), reader(), path, request.args, shown),
            "own",
            path,
        )
    return responses.page(lambda: _found(own_pages.html(site(), reader(), path, request.args)), "own", path)


def catalogue(offered: Sequence[Format]) -> str:
    """Return the page about the data set as a whole, whose description is offered in some formats."""
    return dataset.catalogue(site(), reader(), [f for f in offered if isinstance(f, GraphFormat)])


def report(offered: Sequence[Format]) -> str:
    """Return the page of the SHACL report, which is offered in some formats."""
    forms = [f for f in offered if isinstance(f, GraphFormat)]
    return _found(dataset.report(site(), reader(), _page_number(), forms))


def dumps(listed: Sequence[Dump]) -> str:
    """Return the page of what can be downloaded."""
    return dataset.dumps(site(), reader(), listed)


def lists_parts(iri: str) -> bool:
    """Say whether the page about an IRI or a blank node lists what shares its document."""
    node = node_of(iri)
    return not isinstance(node, NamedNode) or kinds.kind_of(reader(), node, site().kinds).lists_parts


def thing(about: DocumentMetadata) -> str:
    """Return the page of a document."""
    others = [offered for offered in about.formats if offered is not HTML]
    addresses = about.address.hrefs(request.script_root, others)
    rows = [(href, f.media_type, f.name) for href, f in zip(addresses, others, strict=True)]
    return entity.html(site(), reader(), about.document, rows)


def thing_as_markdown(about: DocumentMetadata) -> bytes:
    """Return a page of a document in Markdown."""
    document, root = about.document, request.script_root
    following = about.address.page_href(root, document.following, MARKDOWN) if document.following else ""
    return markdown_page.render(
        reader(), document, root=request.url_root, citation=about.citation, following=following
    ).encode()


def problem(problem: ProblemDetails) -> str:
    """Return the page that tells of an error."""
    told = problem_page.ShownProblem.of(
        problem.status, problem.title, problem.detail, problem.successors, problem.extra
    )
    query = request.values.get("query", "") if request.path == "/sparql" else ""
    if query:
        return querying.failed(site(), reader(), query, told)
    return problem_page.html(site(), reader(), told)
