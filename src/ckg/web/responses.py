"""Answers made from the release: rendered once, kept while the release is current, valid by their ETag."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Response, request

from ckg.formats import HTML, Format
from ckg.web import headers, language_choice
from ckg.web.finder import FUNCTION
from ckg.web.front.reply import FileSlice
from ckg.web.open_release import serving


def page(make: Callable[[], str], *representation: object, negotiated: bool = False) -> Response:
    """Return an HTML page in the language of the request.

    `make` renders it; it is called only if the client and the cache do not have the page yet. `representation` must
    name everything that the page depends on beside release, software, address and language: begin it with the name of
    the page. `negotiated` says that the same address has other formats too.
    """
    # A page leads back to itself (the choice of a language), so that it is another one at every address.
    where = (request.environ.get(FUNCTION, ""), request.path, request.query_string.decode("latin-1"))
    key = ("page", *representation, language_choice.chosen(), *where)
    answer = body(lambda: make().encode(), HTML, key, fixed=False)
    headers.vary(answer, *(("Accept",) if negotiated else ()), "Accept-Language", "Cookie")
    answer.headers["Content-Language"] = language_choice.chosen()
    return answer


def body(make: Callable[[], bytes], sent_as: Format, key: Iterable[object], *, fixed: bool) -> Response:
    """Return the bytes that `make` renders, or 304, or what the cache has under `key`.

    `fixed` says that the address has only this one representation.
    """
    key = tuple(map(str, key))
    tag = headers.entity_tag(sent_as.key, *key)
    if headers.not_modified(tag, fixed=fixed):
        answer = Response(status=304)
    else:
        content = serving().documents.make((request.script_root, sent_as.key, *key), make, len)
        answer = Response(content, content_type=sent_as.content_type)
    answer.headers["ETag"] = tag
    answer.headers["Last-Modified"] = headers.last_modified()
    return answer


def send_file(answer: Response, piece: FileSlice) -> None:
    """Make a part of a file the body of an answer; our own front sends it when no thread is taken any more."""
    answer.response = piece
    answer.content_length = piece.size
