"""What proxies in front say of the client: its address, and scheme, host and path under which it asked.

A proxy that is trusted (`serve.proxies`) appends to X-Forwarded-For and X-Forwarded-Proto, so that the value that
counts is found from the end. X-Forwarded-Prefix and X-Forwarded-Host decide where links and redirects lead, and many
proxies hand on what a client says there: they are taken only where a setting says so, and only if they are well formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
)
_PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,16}")
_PREFIX_MAX_CHARACTERS: Final = 200


def client_address(value: str, proxies: int) -> str | None:
    """Return the address that the outermost of some trusted proxies has seen, from X-Forwarded-For.

    >>> client_address("203.0.113.9, 192.0.2.1", 1), client_address("192.0.2.1", 2)
    ('192.0.2.1', None)
    """
    values = [part.strip() for part in value.split(",")] if value else []
    return values[-proxies] or None if 0 < proxies <= len(values) else None


def is_host(text: str) -> bool:
    """Say whether a text is a host, with a port or without (RFC 9110, section 7.2); an empty one is.

    >>> is_host("example.org:8443"), is_host("xn--"), is_host("a/b")
    (True, False, False)
    """
    if not text:
        return True
    if not _HOST.fullmatch(text):
        return False
    if "xn--" in text.lower():
        try:
            text.encode("ascii").decode("idna")
        except UnicodeError:
            return False
    return ".." not in text


def around(application: WSGIApplication, *, proxies: int, prefix: bool, host: bool) -> WSGIApplication:
    """Return the application as the client sees it through trusted proxies.

    A prefix that is taken, or a host, and is not well formed is answered with 400.
    """

    def forwarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if proxies:
            refused = trusted(environ)
            if refused:
                return _refused(refused, start_response)
        if not is_host(environ.get("HTTP_HOST", "")):
            return _refused("The field Host must be a host such as example.org:8443.", start_response)
        return application(environ, start_response)

    def trusted(environ: WSGIEnvironment) -> str | None:
        address = client_address(environ.get("HTTP_X_FORWARDED_FOR", ""), proxies)
        if address:
            environ["REMOTE_ADDR"] = address
        scheme = client_address(environ.get("HTTP_X_FORWARDED_PROTO", ""), proxies)
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if prefix and (path := environ.get("HTTP_X_FORWARDED_PREFIX", "").removesuffix("/")):
            if len(path) > _PREFIX_MAX_CHARACTERS or not _PREFIX.fullmatch(path):
                return "X-Forwarded-Prefix must be a path such as /kg."
            environ["SCRIPT_NAME"] = path
        if host and (name := environ.get("HTTP_X_FORWARDED_HOST")):
            if not is_host(name):
                return "X-Forwarded-Host must be a host such as example.org:8443."
            environ["HTTP_HOST"] = name
        return None

    return forwarded


def _refused(detail: str, start_response: StartResponse) -> list[bytes]:
    body = f"{detail}\n".encode()
    fields = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("400 Bad Request", [*fields, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")])
    return [body]
