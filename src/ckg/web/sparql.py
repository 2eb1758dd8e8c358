"""`/sparql`: SPARQL 1.1 Protocol over the pool of query workers."""

from __future__ import annotations

import time
from typing import Final

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
from ckg.model.negotiation import negotiate
from ckg.pages import querying
from ckg.query.guard.checker import Form, ParsedQuery
from ckg.query.job import QueryJob
from ckg.query.memo import Memo
from ckg.query.scheduler.budget import client_of
from ckg.web import graph_store, headers, response_cache, responses, service_description, sparql_pages
from ckg.web.front.reply import FileSlice
from ckg.web.front.request import GONE
from ckg.web.open_release import serving
from ckg.web.problem_details import ProblemDetails, ProblemRaised
from ckg.web.sparql_protocol import FORM, QUERY, ProtocolRequest, longest_body, read

_METHODS: Final = ("GET", "HEAD", "POST", "QUERY", "OPTIONS")
_CLIENT_CLOSED: Final = 499  # what web servers log for it; nobody is there to read it


def register(app: Flask) -> None:
    """Add the route."""
    methods = [m for m in _METHODS if m != "OPTIONS"]
    app.add_url_rule("/sparql", "sparql", _sparql, methods=methods)
    app.add_url_rule("/sparql/", "sparql.slash", _without_slash, methods=methods)


def _without_slash() -> Response:
    query = request.environ.get("QUERY_STRING", "")
    return Response(status=308, headers={"Location": f"{request.script_root}/sparql{'?' if query else ''}{query}"})


def _sparql() -> Response:
    received = time.monotonic()
    pool = serving().pool
    most = longest_body(pool.limits.text)
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge(f"A query may have {pool.limits.text} bytes.")
    request.max_content_length = most
    body = b"" if request.method in ("GET", "HEAD") else request.get_data(cache=False)
    asked = read(request.method, request.environ.get("QUERY_STRING", ""), request.headers.get("Content-Type", ""), body)
    if asked.graph is not None:
        return graph_store.read(asked.graph, asked.formats)
    if asked.query is None:
        formats = serving().remembered(service_description.formats, request.base_url)
        return _described(_chosen(asked.formats, formats, TURTLE))
    return _answered(asked, received)


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


def _answered(asked: ProtocolRequest, received: float) -> Response:
    """Answer a query in the best of the acceptable formats that the answer can be written in."""
    assert asked.query is not None
    pool = serving().pool
    client = client_of(request.remote_addr or "")
    checked = pool.check(asked.query, client, received)
    offered, default = _offered(checked.form)
    wanted = _format(asked, checked)
    while True:
        try:
            return _answer(asked, checked, wanted, client, received)
        except NotExpressible as error:
            offered = tuple(f for f in offered if f != wanted)
            following = None
            if not asked.formats:
                following = negotiate(request.headers.get("Accept"), offered, default)
            if following is None:
                raise _unacceptable(offered, f"The answer cannot be written in {wanted.name}: {error}.") from error
            wanted = following


def _answer(asked: ProtocolRequest, checked: ParsedQuery, wanted: Format, client: str, received: float) -> Response:
    assert asked.query is not None
    pool = serving().pool
    page = wanted == HTML
    shown = querying.shown(checked.form) if page else wanted
    dataset = (*asked.dataset.default, "", *asked.dataset.named)
    seen = sparql_pages.depends_on() if page else ()
    tag = "W/" + headers.entity_tag("sparql", wanted.key, asked.query, *dataset, *seen)
    if not checked.volatile and headers.not_modified(tag.removeprefix("W/"), fixed=False):
        pool.confirmed(checked, received)
        answer = Response(status=304)
    else:
        question = QueryJob(asked.query, shown, asked.dataset, client, received, request.environ.get(GONE))
        try:
            found = pool.run(question)
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
    if checked.volatile:
        answer.headers["Cache-Control"] = "no-store"
    else:
        answer.headers["ETag"] = tag
    headers.vary(answer, "Accept", *(("Accept-Language", "Cookie") if page else ()))
    _links(answer)
    return answer


def _format(asked: ProtocolRequest, checked: ParsedQuery) -> Format:
    if not asked.formats:  # most requests; the same few fields come again and again
        chosen = _negotiated(request.headers.get("Accept"), checked.form)
        if chosen is not None:
            return chosen
    return _chosen(asked.formats, *_offered(checked.form))


def _offered(form: Form) -> tuple[tuple[Format, ...], Format]:
    """Return the formats for the answers of a query form, and the one for who does not ask."""
    if form.gives_graph:
        return (*GRAPH_FORMATS, HTML), TURTLE
    return (*(BOOLEAN_FORMATS if form is Form.ASK else RESULT_FORMATS), HTML), SPARQL_JSON


def _negotiate(accept: str | None, form: Form) -> Format | None:
    return negotiate(accept, *_offered(form))


_negotiated: Final = Memo(_negotiate, max_bytes=1 << 20, size=lambda arguments, _: 2 * len(arguments[0] or ""))


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
        {"format": f.name, "type": f.media_type, "href": f"{request.script_root}/sparql?format={f.key}"}
        for f in offered
    ]
    return ProblemRaised(ProblemDetails(406, "Not Acceptable", detail, extra={"available": rows}), Vary="Accept")


def _links(answer: Response) -> None:
    root = request.script_root
    headers.link(answer, f"{root}/void", "describedby")
    headers.link(answer, f"{root}/openapi.json", "service-desc", type="application/json")
    headers.link(answer, serving().release.about.license, "license")
    answer.headers["Accept-Query"] = f"{QUERY}, {FORM}"
