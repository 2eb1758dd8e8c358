"""Listings by what is accepted: a page for a browser, its rows in JSON or CSV for a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import Response, request

from ckg.formats import CSV, HTML, Format
from ckg.formats.media import JSON
from ckg.model.negotiation import negotiate
from ckg.pages.tabular import Listing
from ckg.web import headers, language_choice, responses
from ckg.web.problem_details import ProblemDetails, ProblemRaised

OFFERED: Final = (HTML, JSON, CSV)


def respond(page: Callable[[], str], listing: Callable[[], Listing], *key: object) -> Response:
    """Return a listing in the format that `Accept` or `?format=` asks for; 406 where it is none of ours."""
    fixed, wanted = chosen(HTML)
    if wanted == HTML:
        answer = responses.page(page, *key, negotiated=not fixed)
    else:
        answer = _as_data(listing, wanted, *key, fixed=fixed)
    link_others(answer, wanted)
    return answer


def link_others(answer: Response, wanted: Format, offered: Sequence[Format] = OFFERED) -> None:
    """Link from an answer in a format to the same listing in the others."""
    for other in offered:
        if other != wanted:
            headers.link(answer, _address(other), "alternate", type=other.media_type)


def suggestions(array: Callable[[], bytes], listing: Callable[[], Listing], typed: str) -> Response:
    """Return suggestions: an array in JSON, or rows in CSV where that is asked for."""
    asked = request.args.get("format")
    fixed = asked in (JSON.key, CSV.key)
    if asked == CSV.key or (not fixed and negotiate(request.headers.get("Accept"), (JSON, CSV), JSON) == CSV):
        return _as_data(listing, CSV, "suggest", typed, fixed=fixed)
    answer = responses.body(array, JSON, ("suggest", typed, language_choice.chosen()), fixed=fixed)
    headers.vary(answer, *(() if fixed else ("Accept",)), "Accept-Language", "Cookie")
    return answer


def _as_data(listing: Callable[[], Listing], wanted: Format, *key: object, fixed: bool) -> Response:
    def make() -> bytes:
        found = listing()
        return found.as_json() if wanted == JSON else found.as_csv()

    answer = responses.body(make, wanted, (*key, "data", language_choice.chosen()), fixed=fixed)
    headers.vary(answer, *(() if fixed else ("Accept",)), "Accept-Language", "Cookie")
    return answer


def chosen(default: Format, offered: Sequence[Format] = OFFERED) -> tuple[bool, Format]:
    """Return whether the address names the format, and the format; `default` is for who does not ask.

    Raises a problem with 406 where none of those offered is acceptable.
    """
    asked = request.args.get("format")
    by_key = {form.key: form for form in offered}
    wanted = by_key.get(asked) if asked else negotiate(request.headers.get("Accept"), offered, default)
    if wanted is None:
        available = [{"format": f.name, "type": f.media_type, "href": _address(f)} for f in offered]
        detail = "None of the formats asked for is there."
        raise ProblemRaised(
            ProblemDetails(406, "Not Acceptable", detail, extra={"available": available}), Vary="Accept"
        )
    return bool(asked), wanted


def _address(form: Format) -> str:
    """Return the address of the request at hand in a format."""
    kept = "&".join(part for part in request.query_string.decode("latin-1").split("&") if part[:7] != "format=")
    return f"{request.script_root}{request.path}?{kept}{'&' if kept else ''}format={form.key}"
