"""The last step of every answer: its content coding, whether the client has it already, and where it is kept.

It comes after every other hook of the application, so that it sees what will be sent. Only answers of this package are
compressed: what views of an application around it send may hold secrets (see `front.content_coding` on BREACH).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Response, request

from ckg.model.negotiation import IDENTITY
from ckg.web import headers, problems
from ckg.web.front import content_coding
from ckg.web.front.coded_slice import compressed
from ckg.web.front.reply import FileSlice
from ckg.web.front.request import FILE
from ckg.web.open_release import serving
from ckg.web.problem_details import ProblemDetails
from ckg.web.response_cache import CACHEABLE

_AS_THEY_ARE: Final = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT))


def finish(response: Response, *, is_own: Callable[[str | None], bool]) -> Response:
    """Return what is sent; `is_own` says of an endpoint whether this package answers it."""
    if is_own(request.endpoint):
        response = _encoded(response)
        tag = response.headers.get("ETag")
        if response.status_code == HTTPStatus.OK and tag is not None and headers.has_representation(tag):
            response.status_code = HTTPStatus.NOT_MODIFIED
            response.response = []
            for name in ("Content-Length", "Content-Encoding", "Repr-Digest"):
                response.headers.pop(name, None)
    away_seconds = serving().pool.away_seconds if CACHEABLE in request.environ else None
    if away_seconds is not None:
        response.headers.extend([headers.stale(away_seconds)] if response.status_code < 400 else [])
    elif CACHEABLE in request.environ:
        serving().response_cache.put(request.environ, response, str(request.url_rule))
    take = request.environ.get(FILE)
    if take is not None and isinstance(response.response, FileSlice):
        take(response.response)
        response.response = []
    return response


def _encoded(response: Response) -> Response:
    """Return the response in the best coding that the client takes and that makes it smaller."""
    codings = content_coding.acceptable(request.headers.get("Accept-Encoding"))
    status = response.status_code
    if status == HTTPStatus.NOT_MODIFIED:
        headers.vary(response, "Accept-Encoding")
        _tag(response, codings[0] if codings else IDENTITY)  # what `headers.not_modified` has compared
    elif not 300 <= status < 400 and content_coding.is_compressible(response.content_type or ""):
        headers.vary(response, "Accept-Encoding")
        if not codings and status == HTTPStatus.OK:
            return _refused()
        if codings and codings[0] != IDENTITY and status not in _AS_THEY_ARE:
            _compress(response, codings)
    return response


def _compress(response: Response, codings: tuple[str, ...]) -> None:
    """Put a whole body into the best coding where it gets smaller, or where one is needed."""
    coding = codings[0]
    if "Content-Encoding" in response.headers:
        return
    if isinstance(response.response, FileSlice):
        piece = compressed(response.response, coding)
        response.response = piece
        response.content_length = piece.size
    elif response.is_streamed or response.direct_passthrough:
        return
    else:
        made, coding = content_coding.best(response.get_data(), codings)
        if coding == IDENTITY:
            return
        response.set_data(made)
    response.headers["Content-Encoding"] = coding
    response.headers.pop("Accept-Ranges", None)
    _tag(response, coding)


def _tag(response: Response, coding: str) -> None:
    tag = response.headers.get("ETag")
    if tag is not None:
        response.headers["ETag"] = content_coding.tag_of(tag, coding)


def _refused() -> Response:
    detail = f"Accept-Encoding takes none of {', '.join(content_coding.OFFERED)} and identity."
    refusal = problems.respond(ProblemDetails(406, "Not Acceptable", detail), {})
    headers.vary(refusal, "Accept-Encoding")
    return headers.secure(refusal)
