"""`/cite`: how to cite a thing (`iri`), or the answer to a query with its hash (`query`), both with the release."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, NotFound, RequestEntityTooLarge

from ckg.client import citation
from ckg.formats import Format, by_key
from ckg.formats.media import BIBTEX, CSL_JSON, JSON, TEXT
from ckg.query import answer_hash
from ckg.query.answer_hash import AnswerHash, NotHashed
from ckg.query.job import QueryJob, QueryResult
from ckg.query.scheduler.budget import client_of
from ckg.web import headers
from ckg.web.front.request import GONE
from ckg.web.open_release import serving
from ckg.web.pages import reader
from ckg.web.sparql_protocol import ProtocolRequest, read

_OFFERED: Final = (JSON, TEXT, BIBTEX, CSL_JSON)


def register(app: Flask) -> None:
    """Add the route."""
    app.add_url_rule("/cite", "cite", _cite)


def check_release(asked: ProtocolRequest) -> None:
    """Refuse a query that names another release than the one that is served."""
    release = serving().release.id
    if asked.release and asked.release != release:
        raise NotFound(
            f"The address names the release {asked.release[:100]}, and this server has {release}. Leave out `release` "
            "to ask this one, or ask the publisher for the other."
        )


def _cite() -> Response:
    received = time.monotonic()
    chosen = by_key(request.args.get("format", JSON.key), _OFFERED)
    if chosen is None:
        raise BadRequest(f"format must be one of {', '.join(form.key for form in _OFFERED)}.")
    name = request.args.get("iri", "")
    if name:
        return _cited_thing(name, chosen)
    query = request.environ.get("QUERY_STRING", "")
    asked = read("GET", query, "", b"")
    if asked.query is None:
        raise BadRequest("The address needs the argument iri (a thing to cite), or query (its answer is cited).")
    check_release(asked)
    current, pool, client = serving(), serving().pool, client_of(request.remote_addr or "")
    checked = pool.check(asked.query, client, received)
    if checked.volatile:
        raise BadRequest("The answer to this query depends on the moment (NOW, RAND, UUID …), so it cannot be cited.")
    written_in = answer_hash.format_of(checked.form.gives_graph)
    job = QueryJob(asked.query, written_in, asked.dataset, client, received, request.environ.get(GONE))
    make = lambda: _hashed(pool.run(job), written_in)  # noqa: E731 - not evaluated again where the hash is kept
    key = ("answer hash", asked.query, *asked.dataset.default, "", *asked.dataset.named)
    digest, rows = json.loads(current.documents.make(key, make, len))
    answer = Response(_written(asked, AnswerHash(digest, rows), chosen), content_type=chosen.content_type)
    headers.vary(answer, "Host")
    answer.headers["Cache-Control"] = "no-store"  # it tells the day
    return answer


def _cited_thing(name: str, chosen: Format) -> Response:
    """Answer how to cite a thing, or the data set by its base."""
    view, release = reader(), serving().release
    about = release.about
    node = view.resolve(name)
    label = about.title if name == about.base else ""
    if not label and node is not None and (view.graph.lookup.describes(node.value)):
        label = view.label(node).text
    if not label or node is None:
        raise NotFound("Nothing is said here of what this address names.")
    read_on = datetime.datetime.now(datetime.UTC).date()
    cited = citation.of_thing(label, node.value, {"title": about.title, "release": release.id}, read_on=read_on)
    told = {"iri": node.value, "release": release.id, "read_on": read_on.isoformat()}
    answer = Response(_in_format(cited, told, chosen), content_type=chosen.content_type)
    headers.vary(answer, "Accept-Language", "Cookie")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _hashed(found: QueryResult, written_in: Format) -> bytes:
    if found.size > answer_hash.MAX_BYTES:
        raise RequestEntityTooLarge(f"Answers of more than {answer_hash.MAX_BYTES >> 20} MiB are not hashed.")
    try:
        return json.dumps(answer_hash.of_answer(b"".join(found.chunks()), written_in)).encode()
    except NotHashed as error:
        raise RequestEntityTooLarge(str(error)) from None


def _written(asked: ProtocolRequest, found: AnswerHash, chosen: Format) -> bytes:
    release = serving().release
    parameters = [("query", asked.query), *(("default-graph-uri", iri) for iri in asked.dataset.default)]
    parameters += [("named-graph-uri", iri) for iri in asked.dataset.named]
    address = f"{request.url_root}sparql?{urlencode([*parameters, ('release', release.id)])}"
    read_on = datetime.datetime.now(datetime.UTC).date()
    cited = citation.of_answer(address, release.about.title, release.id, found.sha256, found.rows, read_on=read_on)
    told = {
        "address": address,
        "release": release.id,
        "sha256": found.sha256,
        "rows": found.rows,
        "read_on": read_on.isoformat(),
    }
    return _in_format(cited, told, chosen)


def _in_format(cited: citation.Citation, told: Mapping[str, object], chosen: Format) -> bytes:
    """Return a citation in a format; `told` stands before it in JSON."""
    written = {TEXT: cited.text, BIBTEX: cited.bibtex, CSL_JSON: cited.csl_json}.get(chosen)
    if written is None:
        forms = {"text": cited.text, "bibtex": cited.bibtex, "csl_json": json.loads(cited.csl_json)}
        written = json.dumps({**told, **forms}, ensure_ascii=False)
    return written.encode() + b"\n"
