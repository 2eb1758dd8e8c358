"""What one connection, and all connections together, may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PATH_MAX_BYTES: Final = 2048
"""Bytes of a path, as it is sent; beyond them 414 (RFC 9110, section 15.5.15)."""

QUERY_MAX_BYTES: Final = 8192
"""Bytes of a query string, as it is sent, but at paths that take larger bodies: there it may be as long as these."""

FIELDS_MAX_BYTES: Final = 32_768
"""Bytes of all header fields of a request together; beyond them 431."""

FIELDS_MAX: Final = 100
"""Header fields of one request."""

BODY_MAX_BYTES: Final = 8192
"""Bytes of a request's body, but at paths that take larger ones."""

READ_MAX_BYTES: Final = 1 << 16
"""Bytes read from a connection at a time."""

BODIES_MAX_BYTES: Final = 64 << 20
"""Bytes of the bodies of all requests together that are being read or wait for a thread."""

WAITING_MAX: Final = 512
"""Requests that may wait for a thread."""

FILES_MAX_BYTES: Final = 2 << 30
"""Bytes of temporary files that all answers under way may hold; a client may hold a quarter."""

KEEP_ALIVE_S: Final = 75.0
"""Seconds a connection may be idle between two requests."""

RATE_MIN_BYTES_PER_S: Final = 1000
"""Bytes a second at which a client must at least read an answer."""

ANSWER_MAX_S: Final = 3600.0
"""Seconds within which even the longest answer must be read: a long one has a higher least rate."""


_COMPUTING_THREADS: Final = 2
"""Threads that make pages where these only compute: they share one interpreter, and a client has one of them."""

_ASKING_THREADS: Final = 8
"""The same where each page waits for an engine elsewhere."""


@dataclass(frozen=True, slots=True)
class FrontLimits:
    """Limits that ckg.toml sets.

    `connections` in all and `client_connections` for each client; `receive_seconds` for the head of a request and
    again for its body; `stall_seconds` without enough progress, while a body or an answer is under way; `threads`
    that answer queries and `page_threads` that make pages; `log` is `json` or `none`; `proxies` in front that are
    trusted; `bodies` are the bytes that a body may have, by path.
    """

    connections: int
    client_connections: int
    receive_seconds: float
    stall_seconds: float
    threads: int
    page_threads: int
    log: str
    proxies: int
    prefix: str
    bodies: Mapping[str, int]

    @classmethod
    def of(cls, settings: Mapping[str, Any], bodies: Mapping[str, int]) -> FrontLimits:
        """Return what the `serve.*` keys of the settings say; `bodies` as above, by path below the prefix."""
        prefix = str(settings["serve.prefix"])
        return cls(
            connections=int(settings["serve.connections"]),
            client_connections=int(settings["serve.client_connections"]),
            receive_seconds=float(settings["serve.receive_seconds"]),
            stall_seconds=float(settings["serve.stall_seconds"]),
            threads=int(settings["serve.threads"]),
            page_threads=_ASKING_THREADS if settings["backend.endpoint"] else _COMPUTING_THREADS,
            log=str(settings["serve.log"]),
            proxies=int(settings["serve.proxies"]),
            prefix=prefix,
            bodies={**bodies, **{prefix + path: most for path, most in bodies.items()}},
        )

    def body_max_bytes(self, path: str) -> int:
        """Return how many bytes the body of a request to a path may have."""
        return self.bodies.get(path, BODY_MAX_BYTES)

    def query_max_bytes(self, path: str) -> int:
        """Return how many bytes the query string of a request to a path may have."""
        return max(QUERY_MAX_BYTES, self.bodies.get(path, 0))
