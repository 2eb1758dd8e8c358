"""The language of a page's labels: what the address says, else the choice made before, else what the browser prefers.

The choice is a form that posts here: a page stays cacheable, because no answer to a GET sets the cookie.
"""

from __future__ import annotations

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from ckg.model.negotiation import negotiate_language
from ckg.web.front.request import LANGUAGE_COOKIE
from ckg.web.open_release import serving

PARAMETER = "lang"
_FORM = "application/x-www-form-urlencoded"
_CHOSEN = "ckg.language"  # in the WSGI environment: what was chosen, asked some five times for a page
_YEAR_S = 365 * 24 * 3600


def chosen() -> str:
    """Return the language of the request at hand, always one of the project's."""
    known: str | None = request.environ.get(_CHOSEN)
    if known is None:
        known = request.environ[_CHOSEN] = _choose()
    return known


def _choose() -> str:
    offered = serving().release.about.languages
    for said in (request.args.get(PARAMETER), request.cookies.get(LANGUAGE_COOKIE)):
        match = next((tag for tag in offered if said and tag.lower() == said.lower()), None)
        if match:
            return match
    return negotiate_language(request.headers.get("Accept-Language"), offered, offered[0])


def register(app: Flask) -> None:
    """Add the form's target."""

    @app.post("/language")
    def language() -> Response:
        if request.mimetype != _FORM:
            raise UnsupportedMediaType(f"The choice of a language is sent as {_FORM}.")
        tag = request.form.get("lang", "")
        if tag not in serving().release.about.languages:
            raise BadRequest(f"There are no labels in the language {tag[:20]!r} here.")
        answer = redirect(f"{request.script_root}{_local(request.form.get('return', '/'))}", code=303)
        answer.set_cookie(
            LANGUAGE_COOKIE,
            tag,
            max_age=_YEAR_S,
            path=f"{request.script_root}/",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
        answer.headers["Cache-Control"] = "no-store"
        return Response(answer.get_data(), status=303, headers=answer.headers)


def _local(target: str) -> str:
    r"""Return a path on this server, below its root: never an address elsewhere.

    >>> _local("/doc/a?page=2"), _local("//evil.example/"), _local("https://evil.example/"), _local("/\\\\evil.example")
    ('/doc/a?page=2', '/', '/', '/')
    """
    safe = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable() and target.isascii()
    return target if safe else "/"
