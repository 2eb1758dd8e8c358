"""The writing side of an endpoint: graphs by the SPARQL 1.1 Graph Store Protocol, updates, and what is there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlencode

from ckg.backends.sparql_endpoint.endpoint import Endpoint, solutions
from ckg.backends.sparql_endpoint.endpoint_settings import address_of
from ckg.backends.sparql_endpoint.http_connections import HttpAnswer
from ckg.backends.sparql_endpoint.loading import GraphSums, sums_of
from ckg.backends.sparql_endpoint.spooled_body import SpooledBody
from ckg.errors import EndpointUnusable

_LOG: Final = logging.getLogger(__name__)
_MESSAGE_MAX_CHARS: Final = 300
_REQUEST_S: Final = 3600.0


class EndpointWriter:
    """Writes to one endpoint; `seconds` bound each request, and nothing that changes something is tried twice."""

    def __init__(self, endpoint: Endpoint, *, seconds: float = _REQUEST_S) -> None:
        self.endpoint = endpoint
        settings = endpoint.settings
        self._update = address_of(settings.update, endpoint.release)
        self._graph_store = address_of(settings.graph_store, endpoint.release)
        self._seconds = seconds

    def put(self, graph: str, statements: SpooledBody) -> None:
        """Make a graph hold the statements of a file of N-Triples, and nothing else (section 5.3)."""

        def begin() -> SpooledBody:
            statements.seek(0)
            return statements

        size = statements.size
        self._request(
            "PUT",
            self._of_graph(graph),
            body=begin if size else b"",
            fields={"Content-Type": "application/n-triples", "Content-Length": str(size)},
        )

    def add(self, statements: SpooledBody) -> None:
        """Add the statements of a file of N-Quads, each to its graph; of an engine that `takes_quads`."""

        def begin() -> SpooledBody:
            statements.seek(0)
            return statements

        fields = {"Content-Type": "application/n-quads", "Content-Length": str(statements.size)}
        self._request("POST", self._graph_store, body=begin, fields=fields)

    def sums(self, graph: str) -> GraphSums:
        """Read a graph and return what it holds; one that is not there holds nothing (section 5.2)."""
        spool = SpooledBody()
        answer = self._request(
            "GET",
            self._of_graph(graph),
            fields={"Accept": "application/n-triples"},
            into=spool,
            allowed=(404,),
        )
        if answer.status == 404:
            return GraphSums(0, 0)
        try:
            return sums_of(spool)
        except SyntaxError as error:
            raise EndpointUnusable(
                f"the graph {graph or 'that is the default'} was not sent as N-Triples: {error}"
            ) from None

    def update(self, text: str) -> None:
        """Carry out an update, which is one transaction where the engine has such."""
        form = urlencode({"update" if not self.endpoint.settings.dialect.union_graph else "query": text}).encode()
        self._request("POST", self._update, body=form, fields={"Content-Type": "application/x-www-form-urlencoded"})

    def graph_counts(self) -> dict[str, int]:
        """Return how many triples each named graph has."""
        text = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        rows = solutions(*self.endpoint.ask(text, deadline=time.monotonic() + self._seconds, max_bytes=1 << 28))
        return {row["g"].value: int(row["n"].value) for row in rows}

    def count(self, graph: str) -> int:
        """Return how many triples a graph has, the default graph where it has no name."""
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        text = f"SELECT (COUNT(*) AS ?n) {{ {where} }}"
        rows = solutions(*self.endpoint.ask(text, deadline=time.monotonic() + self._seconds, max_bytes=1 << 16))
        return int(next(rows)["n"].value)

    def _of_graph(self, graph: str) -> str:
        mark = "&" if "?" in self._graph_store else "?"
        return f"{self._graph_store}{mark}" + (f"graph={quote(graph, safe='')}" if graph else "default")

    def _request(
        self,
        method: str,
        address: str,
        *,
        body: bytes | Callable[[], SpooledBody] = b"",
        fields: dict[str, str],
        into: SpooledBody | None = None,
        allowed: tuple[int, ...] = (),
    ) -> HttpAnswer:
        """Send a request. Raises `EndpointUnusable` where it is answered otherwise than with success."""
        said = SpooledBody()

        def receive(answer: HttpAnswer) -> SpooledBody:
            if into is not None and answer.status < 300:
                into.clear()
                return into
            return said

        answer = self.endpoint.connections.request(
            method,
            address,
            body=body,
            fields=fields,
            into=receive,
            deadline=time.monotonic() + self._seconds,
            is_repeatable=method in ("GET", "PUT"),
        )
        if answer.status >= 300 and answer.status not in allowed:
            words = " ".join(said.read(4 * _MESSAGE_MAX_CHARS).decode(errors="replace").split())[:_MESSAGE_MAX_CHARS]
            raise EndpointUnusable(
                f"{method} {address} was answered with {answer.status}{f': {words}' if words else ''}",
                hint=_HINTS.get(answer.status),
            )
        return answer


_HINTS: Final = {
    401: "Credentials come from the environment: CKG_BACKEND_USER and CKG_BACKEND_PASSWORD, or CKG_BACKEND_TOKEN.",
    403: "The server does not let this user write.",
    404: "Is it there? `backend.update` and `backend.graph_store` name the addresses for writing.",
    405: "The server is read-only, or `backend.update` and `backend.graph_store` name other addresses.",
}
