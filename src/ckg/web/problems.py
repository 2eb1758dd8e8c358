"""One shape of error, from one handler: problem details (RFC 9457), an HTML page for browsers, RDF for documents.

Nothing of the machine gets out: a bug is logged with its traceback and answered with a sentence.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable

from ckg import errors
from ckg.formats import GRAPH_FORMATS, HTML, Format, GraphFormat
from ckg.formats.media import PROBLEM_JSON
from ckg.model.negotiation import negotiate
from ckg.web import headers, pages
from ckg.web.problem_details import ProblemDetails, ProblemRaised

_LOG = logging.getLogger(__name__)

STATUS: Mapping[type[errors.CkgError], int] = {
    errors.QueryMalformed: 400,
    errors.QueryRefused: 403,
    errors.QueryTooComplex: 400,
    errors.QueryStopped: 503,
    errors.EndpointBusy: 503,
    errors.EngineFailed: 503,
    errors.BudgetExhausted: 429,
    errors.QueryError: 400,
    errors.NotExpressible: 406,
    errors.NoRelease: 503,
}
"""The status of each domain error that a request can meet; any other one is a fault of the server."""


def from_error(error: errors.CkgError) -> tuple[ProblemDetails, dict[str, str]]:
    """Return the problem that a domain error is, and headers."""
    kinds = [kind for kind in type(error).__mro__ if kind in STATUS]
    if not kinds:
        _LOG.error("a request met a fault of the server", exc_info=error)
        return _fault(), {}
    status = STATUS[kinds[0]]
    extra: dict[str, Any] = {}
    fields: dict[str, str] = {}
    for name in ("line", "column", "bound", "limit", "hint"):
        value = getattr(error, name, None)
        if value is not None:
            extra[name] = value
    wait = getattr(error, "retry_after", 1.0 if status == 503 else None)
    if wait is not None:
        fields["Retry-After"] = str(max(1, math.ceil(wait)))
    if isinstance(error, errors.QueryTooComplex) and error.bound in ("text", "bytes"):
        status = 413
    return ProblemDetails(status, _title(type(error).__name__), error.message, extra=extra), fields


def _title(name: str) -> str:
    """Return the words of a class's name.

    >>> _title("QueryTooComplex")
    'Query too complex'
    """
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words[:1].upper() + words[1:]


def _fault() -> ProblemDetails:
    return ProblemDetails(500, "Internal Server Error", "The server met a fault of its own; it has been logged.")


def _from_http(error: HTTPException) -> tuple[ProblemDetails, dict[str, str]]:
    status = error.code or 500
    fields: dict[str, str] = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        fields["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
        fields["Content-Range"] = f"bytes */{error.length}"
    title = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
    return ProblemDetails(status, title, error.description or title), fields


def respond(problem: ProblemDetails, fields: Mapping[str, str]) -> Response:
    """Return the answer for a problem, negotiated: HTML, problem details, and RDF where a document was asked for."""
    offered: tuple[Format, ...] = (PROBLEM_JSON, HTML, *(GRAPH_FORMATS if problem.about else ()))
    default = problem.fixed or PROBLEM_JSON
    chosen = problem.fixed or negotiate(request.headers.get("Accept"), offered, default) or PROBLEM_JSON
    page = _page(problem) if chosen == HTML else None
    if page is not None:
        body = page
    else:
        chosen, body = _for_programs(problem, chosen)
    response = Response(body, status=problem.status, content_type=chosen.content_type)
    response.headers.update(fields)
    headers.vary(response, "Accept", *(("Accept-Language", "Cookie") if page is not None else ()))
    if problem.status in (404, 410):
        response.headers["Cache-Control"] = "public, max-age=60"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _for_programs(problem: ProblemDetails, wanted: Format) -> tuple[Format, bytes]:
    """Return a problem in an RDF format that can hold its words, else as problem details."""
    if isinstance(wanted, GraphFormat):
        with suppress(errors.NotExpressible):
            return wanted, problem.as_rdf(wanted)
    return PROBLEM_JSON, problem.as_json()


def _page(problem: ProblemDetails) -> bytes | None:
    """Return the page that tells of a problem, or None if that fails too."""
    try:
        return pages.problem(problem).encode()
    except Exception:  # noqa: BLE001 - whatever it is, the reader is owed an answer
        _LOG.exception("the page of a problem cannot be made")
        return None


def register(app: Flask) -> None:
    """Make this module the one that answers every error of an application."""

    @app.errorhandler(ProblemRaised)
    def raised(error: ProblemRaised) -> Response:
        return respond(error.problem, error.headers)

    @app.errorhandler(errors.CkgError)
    def domain(error: errors.CkgError) -> Response:
        return respond(*from_error(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.code is not None and 300 <= error.code < 400:  # a redirect that werkzeug raises
            response = error.get_response()
            return Response(response.get_data(), status=error.code, headers=response.headers)
        return respond(*_from_http(error))

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        _LOG.error("a request met a bug: %s %s", request.method, request.path, exc_info=error)
        return respond(_fault(), {})
