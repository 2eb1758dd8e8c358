"""`/sparql`: SPARQL 1.1 Protocol over the pool of query workers."""

from __future__ import annotations

import time
from typing import Final, NamedTuple

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from ckg.errors import ClientGone, NotExpressible
from ckg.formats import (
    BOOLEAN_FORMATS,
    GRAPH_FORMATS,
    HTML,
    RESULT_FORMATS,
    SPARQL_JSON,
    TURTLE,
    Format,
    GraphFormat,
    by_key,
)
from ckg.model.byte_lru import Memo
from ckg.model.negotiation import negotiate
from ckg.pages import querying
from ckg.query.guard.checker import Form, ParsedQuery
from ckg.query.job import QueryJob, QueryResult
from ckg.query.scheduler.budget import client_of
from ckg.web import answer_citation, graph_store, headers, response_cache, responses, service_description, sparql_pages
from ckg.web.front.reply import FileSlice
from ckg.web.front.request import GONE
from ckg.web.open_release import OpenRelease, serving
from ckg.web.problem_details import ProblemDetails, ProblemRaised
from ckg.web.sparql_protocol import FORM, QUERY, ProtocolRequest, longest_body, read

_METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
OUTCOME: Final = "ckg.outcome"
"""The key in the WSGI environment of the `Outcome` of a query that the front has had evaluated already."""

_CLIENT_CLOSED: Final = 499  # what web servers log for it; nobody is there to read it


def register(app: Flask) -> None:
    """Add the route."""
    methods = [m for m in _METHODS if m != "OPTIONS"]
    app.add_url_rule("/sparql", "sparql", _sparql, methods=methods)
    app.add_url_rule("/sparql/", "sparql.slash", _without_slash, methods=methods)


def _without_slash() -> Response:
    query = request.environ.get("QUERY_STRING", "")
    return Response(status=308, headers={"Location": f"{serving().function('sparql')}{'?' if query else ''}{query}"})


def _sparql() -> Response:
    received = time.monotonic()
    pool = serving().pool
    most = longest_body(pool.limits.text)
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge(f"A query may have {pool.limits.text} bytes.")
    request.max_content_length = most
    body = b"" if request.method in ("GET", "HEAD") else request.get_data(cache=False)
    asked = read(request.method, request.environ.get("QUERY_STRING", ""), request.headers.get("Content-Type", ""), body)
    answer_citation.check_release(asked)
    if asked.graph is not None:
        return graph_store.read(asked.graph, asked.formats)
    if asked.query is None:
        formats = serving().remembered(service_description.formats, request.base_url)
        return _described(_chosen(asked.formats, formats, TURTLE))
    return respond(asked, received)


def _described(wanted: Format) -> Response:
    """Answer a GET without a query: the editor, or the service description."""
    if isinstance(wanted, GraphFormat):
        address = request.base_url
        answer = responses.body(
            lambda: service_description.render(serving(), address, wanted), wanted, ("sparql", address), fixed=False
        )
        headers.vary(answer, "Accept")
    else:
        answer = responses.page(sparql_pages.render_editor, "sparql", negotiated=True)
    _links(answer)
    return answer


class Outcome(NamedTuple):
    """What came of a query that was evaluated, for a release and a format, before the application was asked."""

    opened: OpenRelease
    checked: ParsedQuery
    wanted: Format
    found: QueryResult | Exception

    def result(self) -> QueryResult:
        """Return the answer, or raise what was raised."""
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def respond(asked: ProtocolRequest, received: float) -> Response:
    """Answer a query in the best of the acceptable formats that the answer can be written in.

    `received` is when the request came, by the monotonic clock.
    """
    assert asked.query is not None
    current = serving()
    outcome: Outcome | None = request.environ.get(OUTCOME)
    if outcome is not None and outcome.opened is current:
        checked, wanted = outcome.checked, outcome.wanted
    else:
        outcome = None
        checked = current.pool.check(asked.query, client_of(request.remote_addr or ""), received)
        wanted = _format(asked, checked)
    offered, default = offered_for(checked.form)
    while True:
        try:
            return _answer(asked, checked, wanted, received, outcome)
        except NotExpressible as error:
            outcome = None
            offered = tuple(f for f in offered if f != wanted)
            following = None
            if not asked.formats:
                following = negotiate(request.headers.get("Accept"), offered, default)
            if following is None:
                raise _unacceptable(offered, f"The answer cannot be written in {wanted.name}: {error}.") from error
            wanted = following


def _answer(
    asked: ProtocolRequest, checked: ParsedQuery, wanted: Format, received: float, outcome: Outcome | None
) -> Response:
    assert asked.query is not None
    pool = serving().pool
    client = client_of(request.remote_addr or "")
    page = wanted == HTML
    shown = querying.shown(checked.form) if page else wanted
    seen = sparql_pages.depends_on() if page else ()
    tag = "W/" + headers.entity_tag(*representation(asked, wanted), *seen)
    if not checked.volatile and headers.not_modified(tag.removeprefix("W/"), fixed=False):
        pool.confirmed(checked, received)
        answer = Response(status=304)
    else:
        question = QueryJob(asked.query, shown, asked.dataset, client, received, request.environ.get(GONE))
        try:
            found = pool.run(question) if outcome is None else outcome.result()
        except ClientGone:
            return Response(status=_CLIENT_CLOSED)
        if page:
            answer = Response(sparql_pages.render_results(asked.query, found), content_type=HTML.content_type)
        elif found.body is not None:
            answer = Response(found.body, content_type=wanted.content_type)
            if not checked.volatile:
                response_cache.mark_cacheable(checked.form.value)
        else:
            assert found.file is not None
            answer = Response(content_type=wanted.content_type)
            responses.send_file(answer, FileSlice(found.file, 0, found.size, temporary=True))
    answer = described(answer, "" if checked.volatile else tag)
    if page:
        headers.vary(answer, "Accept-Language", "Cookie")
    return answer


def representation(asked: ProtocolRequest, wanted: Format) -> tuple[object, ...]:
    """Return what tells an answer from others, for its ETag."""
    return ("sparql", wanted.key, asked.query, *asked.dataset.default, "", *asked.dataset.named)


def described(answer: Response, tag: str) -> Response:
    """Give the answer of a query its header fields; without a tag for one that holds for the moment only."""
    if tag:
        answer.headers["ETag"] = tag
    else:
        answer.headers["Cache-Control"] = "no-store"
    headers.vary(answer, "Accept")
    _links(answer)
    return answer


def _format(asked: ProtocolRequest, checked: ParsedQuery) -> Format:
    chosen = format_for(asked, checked, request.headers.get("Accept"))
    return chosen or _chosen(asked.formats, *offered_for(checked.form))


def format_for(asked: ProtocolRequest, checked: ParsedQuery, accept: str | None) -> Format | None:
    """Return the format of an answer, None where none fits."""
    if asked.formats:
        return _understood(asked.formats, offered_for(checked.form)[0])
    return negotiated(accept, checked.form)  # most requests; the same few fields come again and again


def offered_for(form: Form) -> tuple[tuple[Format, ...], Format]:
    """Return the formats for the answers of a query form, and the one for who does not ask."""
    if form.gives_graph:
        return (*GRAPH_FORMATS, HTML), TURTLE
    return (*(BOOLEAN_FORMATS if form is Form.ASK else RESULT_FORMATS), HTML), SPARQL_JSON


def _negotiate(accept: str | None, form: Form) -> Format | None:
    return negotiate(accept, *offered_for(form))


negotiated: Final = Memo(_negotiate, max_bytes=1 << 20, size=lambda _: 0)  # a format is there anyway


def _chosen(asked: tuple[str, ...], offered: tuple[Format, ...], default: Format) -> Format:
    """Return the format of the answer: the first named that is understood, else the best for `Accept`; else 406."""
    chosen = _understood(asked, offered)
    if chosen is None and not asked:
        chosen = negotiate(request.headers.get("Accept"), offered, default)
    if chosen is None:
        raise _unacceptable(offered, "None of the formats asked for is there for this kind of query.")
    return chosen


def _understood(asked: tuple[str, ...], offered: tuple[Format, ...]) -> Format | None:
    """Return the first format that is named and offered."""
    found = (by_key(word, offered) for word in asked)
    return next((f for f in found if f is not None), None)


def _unacceptable(offered: tuple[Format, ...], detail: str) -> ProblemRaised:
    rows = [
        {"format": f.name, "type": f.media_type, "href": f"{serving().function('sparql')}?format={f.key}"}
        for f in offered
    ]
    return ProblemRaised(ProblemDetails(406, "Not Acceptable", detail, extra={"available": rows}), Vary="Accept")


def _links(answer: Response) -> None:
    root = request.script_root
    headers.link(answer, f"{root}/void", "describedby")
    headers.link(answer, f"{root}/openapi.json", "service-desc", type="application/json")
    headers.link(answer, serving().release.about.license, "license")
    answer.headers["Accept-Query"] = f"{QUERY}, {FORM}"
