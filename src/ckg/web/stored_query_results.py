"""`/queries/NAME`: the result of a stored query, for programs, with parameters; and names for IRIs, `/labels`."""

from __future__ import annotations

import json
import time
from typing import Final
from urllib.parse import quote, urlencode

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from ckg.formats import HTML, by_key
from ckg.formats.media import JSON
from ckg.pages import questions
from ckg.query.guard.checker import check
from ckg.query.job import Dataset
from ckg.query.parameters import ParameterError, with_values
from ckg.web import headers, language_choice, responses, sparql
from ckg.web.open_release import serving
from ckg.web.pages import reader
from ckg.web.sparql_protocol import ProtocolRequest

MAX_LABELS: Final = 100
_FORMAT: Final = "format"


def register(app: Flask) -> None:
    """Add the routes."""

    @app.get("/queries/<path:name>")
    def saved_query(name: str) -> Response:
        return _result(name)

    @app.get("/labels")
    def labels() -> Response:
        asked = request.args.getlist("iri")
        if not 1 <= len(asked) <= MAX_LABELS:
            raise BadRequest(f"The address needs the argument iri, once to {MAX_LABELS} times.")
        answer = responses.body(lambda: _names(asked), JSON, ("labels", *asked, language_choice.chosen()), fixed=True)
        headers.vary(answer, "Accept-Language", "Cookie")
        return answer


def _result(name: str) -> Response:
    """Answer a stored query with the values of its parameters; a browser is led to its page, or to the query page."""
    received = time.monotonic()
    view = reader()
    stem, dot, suffix = name.rpartition(".")
    found, named = questions.by_slug(view, name), request.args.get(_FORMAT, "")
    if found is None and dot:
        found, named = questions.by_slug(view, stem), suffix
    if found is None:
        raise NotFound(f"No stored query is called {name}; {view.path('examples')} lists those that there are.")
    given = {key: [v for v in request.args.getlist(key) if v] for key in request.args if key != _FORMAT}
    try:
        text = with_values(found.text, {key: values for key, values in given.items() if values}, view.prefixes)
    except ParameterError as error:
        raise BadRequest(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    asked = ProtocolRequest(text, Dataset((), ()), (named,) if named else ())
    checked = check(text, serving().pool.limits)
    offered, _ = sparql.offered_for(checked.form)
    if named and by_key(named, offered) is None:
        raise BadRequest(f"format must be one of {', '.join(sorted(f.key for f in offered))}.")
    if sparql.format_for(asked, checked, request.headers.get("Accept")) == HTML:
        has_values = text != found.text
        page = f"{view.path('sparql')}?{urlencode({'query': text}, quote_via=quote)}#answer"
        location = page if has_values or named else found.ref.href or page
        answer = Response(status=303, headers={"Location": location})
        headers.vary(answer, "Accept")
        return answer
    return sparql.respond(asked, received)


def _names(iris: list[str]) -> bytes:
    view = reader()
    found = {}
    for iri in iris:
        ref = view.named(iri)
        if ref is not None:
            found[iri] = {"label": ref.words.text, "language": ref.words.lang, "href": ref.href or ""}
    return json.dumps(found, ensure_ascii=False).encode() + b"\n"
