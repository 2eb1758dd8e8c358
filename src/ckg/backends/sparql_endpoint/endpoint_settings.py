"""Where an endpoint is and how it is asked: the section `[backend]` of ckg.toml, and credentials of the environment."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from ckg.backends.sparql_endpoint.dialects import DIALECTS, Dialect
from ckg.errors import ConfigError

RELEASE_FIELD: Final = "{release}"
"""What stands in an address for the name of a release, where each has a data set of its own."""

USER, PASSWORD, TOKEN = "CKG_BACKEND_USER", "CKG_BACKEND_PASSWORD", "CKG_BACKEND_TOKEN"
"""The variables of the environment with credentials: a name and its password, or a token."""


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """An endpoint, as ckg.toml has it; `authorization` is the value of the header field, empty for none.

    `endpoint`, `update` and `graph_store` are addresses that may have `{release}` in them. `timeout_seconds` is for one
    request, `connect_seconds` for a connection; `retries` are further tries of what changes nothing; `page_rows` are
    rows that one request for a pattern asks for.
    """

    endpoint: str
    update: str
    graph_store: str
    dialect: Dialect
    timeout_seconds: float = 10.0
    connect_seconds: float = 2.0
    retries: int = 2
    connections: int = 8
    page_rows: int = 5000
    check_release: bool = True
    authorization: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> EndpointSettings:
        """Return what the `backend.*` keys of the settings say. Raises `ConfigError` for an address that is none."""
        dialect = DIALECTS[settings["backend.dialect"]]
        endpoint = _address("backend.endpoint", settings["backend.endpoint"])
        return cls(
            endpoint=endpoint,
            update=_address("backend.update", settings["backend.update"] or _beside(endpoint, dialect.update)),
            graph_store=_address(
                "backend.graph_store", settings["backend.graph_store"] or _beside(endpoint, dialect.graph_store)
            ),
            dialect=dialect,
            timeout_seconds=settings["backend.timeout_seconds"],
            connect_seconds=settings["backend.connect_seconds"],
            retries=settings["backend.retries"],
            connections=settings["backend.connections"],
            page_rows=settings["backend.page_rows"],
            check_release=settings["backend.check_release"],
            authorization=authorization(os.environ if environment is None else environment),
        )

    @property
    def has_data_set_each(self) -> bool:
        """Whether each release has a data set of its own."""
        return RELEASE_FIELD in self.endpoint


def address_of(template: str, release: str) -> str:
    """Return an address with the name of a release in it.

    >>> address_of("http://localhost:3030/{release}/sparql", "1-ab")
    'http://localhost:3030/1-ab/sparql'
    """
    return template.replace(RELEASE_FIELD, quote(release, safe=""))


def authorization(environment: Mapping[str, str]) -> str:
    """Return the value of the field `Authorization` (RFC 7617, RFC 6750), empty where there are no credentials.

    >>> authorization({"CKG_BACKEND_TOKEN": "abc"})
    'Bearer abc'
    >>> authorization({"CKG_BACKEND_USER": "a", "CKG_BACKEND_PASSWORD": "b"})
    'Basic YTpi'
    """
    token, user = environment.get(TOKEN, ""), environment.get(USER, "")
    if any(not character.isprintable() for character in token):
        raise ConfigError(f"{TOKEN} has characters that no header field may have")
    if token:
        return f"Bearer {token}"
    if not user:
        return ""
    pair = f"{user}:{environment.get(PASSWORD, '')}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def _address(key: str, address: str) -> str:
    parts = urlsplit(address.replace(RELEASE_FIELD, "release"))
    try:
        _ = parts.port
    except ValueError:
        parts = parts._replace(netloc="")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment or parts.username:
        raise ConfigError(
            f"`{key}` is no address of a SPARQL endpoint: {address!r}",
            key=key,
            hint='Write an http(s) address, such as endpoint = "http://localhost:7878/query"; '
            f"credentials come from the environment: {USER} and {PASSWORD}, or {TOKEN}.",
        )
    return address


def _beside(endpoint: str, segment: str) -> str:
    """Return the address whose last segment is another one."""
    parts = urlsplit(endpoint)
    path = f"{parts.path.rpartition('/')[0]}/{segment}" if segment else parts.path
    return urlunsplit(parts._replace(path=path, query=""))
