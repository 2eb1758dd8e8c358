"""`/drawings`: the answer to a query as drawings (chart, map, timeline, graph), for notebooks and other programs."""

from __future__ import annotations

import dataclasses
import json
import time

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

from ckg.formats.media import JSON
from ckg.pages.querying import shown
from ckg.pages.result_drawings import VIEWS, result_drawings
from ckg.query.job import QueryJob
from ckg.query.scheduler.budget import client_of
from ckg.web import headers, language_choice
from ckg.web.answer_citation import check_release
from ckg.web.front.request import GONE
from ckg.web.open_release import serving
from ckg.web.pages import reader
from ckg.web.sparql_protocol import ProtocolRequest, longest_body, read


def register(app: Flask) -> None:
    """Add the route."""
    app.add_url_rule("/drawings", "drawings", _drawings, methods=["GET", "POST"])


def _drawings() -> Response:
    received = time.monotonic()
    current, client = serving(), client_of(request.remote_addr or "")
    request.max_content_length = longest_body(current.pool.limits.text)
    body = request.get_data(cache=False) if request.method == "POST" else b""
    asked = read(request.method, request.environ.get("QUERY_STRING", ""), request.headers.get("Content-Type", ""), body)
    if asked.query is None:
        raise BadRequest("The request needs the argument query, and view.")
    view = request.args.get("view", "")
    if view not in VIEWS:
        raise BadRequest(f"The argument view of the address must be one of {', '.join(VIEWS)}.")
    check_release(asked)
    checked = current.pool.check(asked.query, client, received)
    job = QueryJob(asked.query, shown(checked.form), asked.dataset, client, received, request.environ.get(GONE))

    def make() -> bytes:
        return _written(asked, job, view)

    dataset = (*asked.dataset.default, "", *asked.dataset.named)
    key = ("drawings", view, language_choice.chosen(), asked.query, *dataset)
    written = make() if checked.volatile else current.documents.make(key, make, len)
    answer = Response(written, content_type=JSON.content_type)
    headers.vary(answer, "Accept-Language", "Cookie")
    return answer


def _written(asked: ProtocolRequest, job: QueryJob, view: str) -> bytes:
    release = serving().release
    source = f"{release.about.title}, release {release.id}, {release.about.base}"
    assert asked.query is not None
    found = result_drawings(reader(), asked.query, serving().pool.run(job), view, source)
    return json.dumps(dataclasses.asdict(found), ensure_ascii=False).encode() + b"\n"
