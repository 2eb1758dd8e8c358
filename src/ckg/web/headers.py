"""Headers that every answer carries, and conditional requests (RFC 9110, section 13; RFC 9111)."""

from __future__ import annotations

import hashlib
import re
from email.utils import formatdate
from functools import cache
from pathlib import Path
from typing import Final

from flask import Response, request

import ckg
from ckg.model.negotiation import IDENTITY
from ckg.web.front import content_coding
from ckg.web.open_release import serving
from ckg.web.response_cache import PRIVATE, is_personal

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
RELEASE: Final = "Ckg-Release"
"""The header field that names the release an answer was made from: its id."""

_EXPOSED = (
    f"Accept-Ranges, Cache-Status, {RELEASE}, Content-Location, Content-Range, ETag, Link, Location, Repr-Digest, "
    "Retry-After"
)
_ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _EXPOSED),
)
_FIELD_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*\Z")
_ALLOWED = "Accept, Accept-Language, Content-Type, If-None-Match, Range"
_SAME_DATE: Final = "ckg.same_date"  # in the WSGI environment: If-Modified-Since is our date
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')


@cache
def policy(**changes: str) -> str:
    """Return the text of the policy; a change names a directive with `_` for `-`.

    >>> policy(frame_ancestors="'self'").split("; ")[-1]
    "frame-ancestors 'self'"
    """
    rows = POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in rows.items())


@cache
def _policy_of(picture_hosts: tuple[str, ...]) -> str:
    return policy(img_src=" ".join((POLICY["img-src"], *(f"https://{host}" for host in picture_hosts))))


def stale(seconds: float) -> tuple[str, str]:
    """Return the field that marks a kept answer while the engine has not answered for so long (RFC 9211, section 2).

    >>> stale(12.3)
    ('Cache-Status', 'ckg; hit; ttl=-12; detail=engine-away')
    """
    return "Cache-Status", f"ckg; hit; ttl=-{max(1, int(seconds))}; detail=engine-away"


def secure(response: Response) -> Response:
    """Add what every answer carries: protection in the browser, and leave for pages elsewhere to read our data."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy_of(serving().site.picture_hosts))
    headers.setdefault("Cache-Control", _FRESH if response.status_code < 500 else "no-store")
    if PRIVATE in request.environ or is_personal(request.environ):
        headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private")
    headers.extend(_ALWAYS)
    headers[RELEASE] = serving().release.id
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        # What a script sends besides is no danger: nothing here can be changed, and no answer depends on a login.
        asked = request.headers.get("Access-Control-Request-Headers", "")
        headers["Access-Control-Allow-Headers"] = asked if _FIELD_NAMES.match(asked) else _ALLOWED
        headers.add("Vary", "Access-Control-Request-Headers")
        headers["Access-Control-Max-Age"] = "86400"
    return response


@cache
def software() -> str:
    """Return a hash of this software's own files: a page made by other code or another template is another page."""
    root = Path(ckg.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and not path.is_relative_to(root / "dataset"):
            digest.update(f"{path.relative_to(root)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def entity_tag(*representation: object) -> str:
    """Return a strong ETag for one representation of one resource of the release that is served.

    A release is immutable and a page is a function of the release, of the software and of what `representation` names
    (the path, the format, the language, the page), so that the tag is known before anything is rendered.
    """
    return tag_of(serving().release.id, request.script_root, *representation)


def tag_of(release: str, root: str, *representation: object) -> str:
    """Return the ETag that `entity_tag` gives while a release is served below a root."""
    parts = (release, software(), root, *representation)
    return '"' + hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:24] + '"'


def last_modified() -> str:
    """Return when the release that is served was made, as an HTTP date."""
    return formatdate(serving().made, usegmt=True)


def not_modified(tag: str, *, fixed: bool) -> bool:
    """Say whether the client is known to have this very representation (RFC 9110, section 13.2.2) before it is made.

    `tag` is the ETag of the representation without a content coding. `If-None-Match` decides where it is sent.
    `If-Modified-Since` counts only for a resource that is `fixed` to one representation, because a date cannot tell
    Turtle from HTML, and only if it is exactly our date, because rolling back to an earlier release makes the date go
    back. What can be said only when the coding of the answer is known, is left to `has_representation`.
    """
    if request.method not in ("GET", "HEAD"):
        return False
    coding = (content_coding.acceptable(request.headers.get("Accept-Encoding")) or (IDENTITY,))[0]
    wanted = request.headers.get("If-None-Match")
    if wanted is not None:
        return content_coding.tag_of(tag, coding) in _ENTITY_TAG.findall(wanted)
    if fixed and request.headers.get("If-Modified-Since") == last_modified():
        request.environ[_SAME_DATE] = True
        return coding == IDENTITY
    return False


def has_representation(tag: str) -> bool:
    """Say whether the client has the representation with this ETag, which is about to be sent with 200."""
    wanted = request.headers.get("If-None-Match")
    if request.method not in ("GET", "HEAD"):
        return False
    if wanted is None:
        return _SAME_DATE in request.environ
    return wanted.strip() == "*" or tag.removeprefix("W/") in _ENTITY_TAG.findall(wanted)


def vary(response: Response, *names: str) -> None:
    """Add names to `Vary`."""
    for name in names:
        response.vary.add(name)


def link(response: Response, target: str, rel: str, **parameters: str) -> None:
    """Add a `Link`, unless the target is empty: nobody has said it."""
    if target:
        response.headers.add("Link", link_value(target, rel, **parameters))


def link_value(target: str, rel: str, **parameters: str) -> str:
    """Return the value of a `Link` header (RFC 8288); what is not ASCII in the target is percent-encoded.

    >>> link_value("/doc/é", "alternate", type="text/turtle")
    '</doc/%C3%A9>; rel="alternate"; type="text/turtle"'
    """
    extra = "".join(f'; {name}="{_quoted(value)}"' for name, value in parameters.items())
    return f'<{_reference(target)}>; rel="{rel}"{extra}'


def _reference(target: str) -> str:
    return re.sub(r"[^!#-;=?-\[\]_a-z~%]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), target)


def _quoted(text: str) -> str:
    ascii_only = text.encode("ascii", "replace").decode()
    return re.sub(r"[\x00-\x1f\x7f]", "", ascii_only).replace("\\", "\\\\").replace('"', '\\"')
