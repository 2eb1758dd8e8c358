"""Headers that every answer carries, and conditional requests (RFC 9110, section 13; RFC 9111)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from email.utils import formatdate
from functools import cache
from importlib.metadata import version
from typing import Final

from flask import Response, request

from ckg.web.serving import serving

POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""The Content Security Policy: nothing but our own files, no inline script, no inline style, no frame around us."""

_FRESH = "public, max-age=60, stale-if-error=86400"
_EXPOSED = "Content-Location, ETag, Link, Location, Retry-After"
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


def policy(**changes: str) -> str:
    """Return the text of the policy; a change names a directive with `_` for `-`.

    >>> policy(frame_ancestors="'self'").split("; ")[-1]
    "frame-ancestors 'self'"
    """
    rows = POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in rows.items())


def secure(response: Response) -> Response:
    """Add what every answer carries: protection in the browser, and leave for pages elsewhere to read our data."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    headers.setdefault("Cache-Control", _FRESH if response.status_code < 500 else "no-store")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match, Range"
        headers["Access-Control-Max-Age"] = "86400"
    return response


@cache
def software() -> str:
    """Return the version of this software."""
    return version("ckg")


def entity_tag(*representation: object) -> str:
    """Return a strong ETag for one representation of one resource of the release that is served.

    A release is immutable and a page is a function of the release, of the software and of what `representation` names
    (the path, the format, the language, the page), so that the tag is known before anything is rendered.
    """
    parts = (serving().release.id, software(), request.script_root, *representation)
    return '"' + hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:24] + '"'


def last_modified() -> str:
    """Return when the release that is served was made, as an HTTP date."""
    return formatdate(serving().made, usegmt=True)


def not_modified(tag: str, *, fixed: bool) -> bool:
    """Say whether the client has this very representation already (RFC 9110, section 13.2.2).

    `If-None-Match` decides where it is sent. `If-Modified-Since` counts only for a resource that is `fixed` to one
    representation, because a date cannot tell Turtle from HTML, and only if it is exactly our date, because rolling
    back to an earlier release makes the date go back.
    """
    if request.method not in ("GET", "HEAD"):
        return False
    wanted = request.headers.get("If-None-Match")
    if wanted is not None:
        return wanted.strip() == "*" or tag in _ENTITY_TAG.findall(wanted)
    return fixed and request.headers.get("If-Modified-Since") == last_modified()


def vary(response: Response, *names: str) -> None:
    """Add names to `Vary`."""
    for name in names:
        response.vary.add(name)


def link(response: Response, target: str, rel: str, **parameters: str) -> None:
    """Add a `Link` (RFC 8288); the target is a URI reference with everything but ASCII percent-encoded."""
    extra = "".join(f'; {name}="{_quoted(value)}"' for name, value in parameters.items())
    response.headers.add("Link", f'<{_reference(target)}>; rel="{rel}"{extra}')


def links(response: Response, rows: Iterable[tuple[str, str, dict[str, str]]]) -> None:
    """Add several links: target, relation, parameters."""
    for target, rel, parameters in rows:
        link(response, target, rel, **parameters)


def _reference(target: str) -> str:
    return re.sub(r"[^!#-;=?-\[\]_a-z~%]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), target)


def _quoted(text: str) -> str:
    ascii_only = text.encode("ascii", "replace").decode()
    return re.sub(r"[\x00-\x1f\x7f]", "", ascii_only).replace("\\", "\\\\").replace('"', '\\"')
