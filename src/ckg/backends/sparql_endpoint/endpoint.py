"""One SPARQL endpoint: how it is asked, what its answers mean, and which release it says it has."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from ckg.backends.sparql_endpoint.dialects import SERVICE_PREFIX, STATE_GRAPH
from ckg.backends.sparql_endpoint.endpoint_settings import EndpointSettings, address_of
from ckg.backends.sparql_endpoint.http_connections import ByteSink, Cancelling, HttpAnswer, HttpConnections
from ckg.backends.sparql_endpoint.spooled_body import SpooledBody
from ckg.errors import EndpointBusy, EngineAway, EngineFailed, QueryStopped

SERVED: Final = f"{SERVICE_PREFIX}served"
"""The thing in the state graph that says which release is there."""

RELEASE, GENERATION, BLANK_NODES, PUSHED_AT = (
    f"{SERVICE_PREFIX}{name}" for name in ("release", "generation", "blankNodes", "pushedAt")
)
"""What it says: the release, a name for this loading of it, how many of its terms are blank nodes, and when."""

_TABLE: Final = "application/sparql-results+json"
_GRAPH: Final = "application/n-triples, text/plain;q=0.5"
_LOG: Final = logging.getLogger(__name__)

_STATE_MAX_BYTES: Final = 1 << 16
_MESSAGE_MAX_CHARS: Final = 240
OVERHEAD_FACTOR: Final = 4
"""How many times larger than an answer in another format the one of the endpoint may be."""

_OF_THE_QUERY: Final = re.compile(r"The custom function |Virtuoso (22|37|42)")  # with status 500
_TIME_IS_OVER: Final = re.compile(r"time.?out|timed out|time limit|cancelled", re.IGNORECASE)


class EndpointRefused(ValueError):
    """The endpoint says that a query cannot be answered, and that it is the query's fault."""


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """What the state graph of an endpoint says: the release, the name of its loading, whether it has blank nodes."""

    release: str
    generation: str
    has_blank_nodes: bool = True
    pushed_at: str = field(default="", compare=False)


class Endpoint:
    """One endpoint, asked for one release; safe to use from several threads."""

    def __init__(self, settings: EndpointSettings, release: str, connections: HttpConnections | None = None) -> None:
        """Use `connections` together with others, or some of its own."""
        self.settings = settings
        self.release = release
        self.address = address_of(settings.endpoint, release)
        self.connections = (connections or connections_of(settings)).share()
        self._known: ReleaseState | None = None

    def close(self) -> None:
        """Let go of the connections."""
        self.connections.close()

    def ask(
        self,
        text: str,
        *,
        deadline: float,
        max_bytes: int,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        for_graph: bool = False,
        cancelling: Cancelling | None = None,
    ) -> tuple[HttpAnswer, SpooledBody]:
        """Send a query; return its answer, whole, in a file that is at its begin: rows in JSON, a graph in N-Triples.

        Raises `EngineAway`, `EndpointBusy`, `EngineFailed`, `QueryStopped` at a bound, and `EndpointRefused`.
        """
        form = [("query", text)]
        form += [("default-graph-uri", iri) for iri in default_graphs]
        form += [("named-graph-uri", iri) for iri in named_graphs]
        spool = SpooledBody()
        bounded = _Bounded(spool, max_bytes)

        def begin(_: HttpAnswer) -> ByteSink:
            spool.clear()
            bounded.size = 0
            return bounded

        answer = self.connections.request(
            "POST",
            self.address,
            body=urlencode(form).encode(),
            fields={"Content-Type": "application/x-www-form-urlencoded", "Accept": _GRAPH if for_graph else _TABLE},
            into=begin,
            deadline=deadline,
            cancelling=cancelling,
        )
        _raise_for(answer, spool)
        return answer, spool

    def state(self, deadline: float | None = None) -> ReleaseState | None:
        """Ask which release the endpoint has; None where it says none, or says several."""
        text = f"SELECT ?p ?o {{ GRAPH <{STATE_GRAPH}> {{ <{SERVED}> ?p ?o }} }}"
        until = deadline if deadline is not None else time.monotonic() + self.settings.connect_seconds
        answer, file = self.ask(text, deadline=until, max_bytes=_STATE_MAX_BYTES)
        found: dict[str, set[str]] = {}
        for row in solutions(answer, file):
            found.setdefault(row["p"].value, set()).add(row["o"].value)
        if any(len(found.get(name, ())) != 1 for name in (RELEASE, GENERATION)):
            return None
        first = {name: min(values) for name, values in found.items()}
        blank = first.get(BLANK_NODES, "1") != "0"
        return ReleaseState(first[RELEASE], first[GENERATION], blank, first.get(PUSHED_AT, ""))

    def confirmed(self, deadline: float | None = None) -> ReleaseState:
        """Return what the endpoint says now. Raises `EngineAway` where it has another release."""
        if not self.settings.check_release:
            return ReleaseState(self.release, "")
        now = self.state(deadline)
        self._known = now
        if now is None or now.release != self.release:
            raise another_release(self.release, now.release if now is not None else "")
        return now

    def reach(self) -> None:
        """Ask something that any endpoint answers. Raises what `ask` raises."""
        until = time.monotonic() + self.settings.connect_seconds
        self.ask("ASK {}", deadline=until, max_bytes=_STATE_MAX_BYTES)

    def known(self, deadline: float) -> ReleaseState:
        """Return what the endpoint said last. Raises `EngineAway` where it has another release."""
        known = self._known
        return known if known is not None and known.release == self.release else self.confirmed(deadline)


def connections_of(settings: EndpointSettings) -> HttpConnections:
    """Return connections as the settings bound them."""
    fields = {"User-Agent": "ckg"}
    if settings.authorization:
        fields["Authorization"] = settings.authorization
    return HttpConnections(
        most=settings.connections,
        connect_seconds=settings.connect_seconds,
        retries=settings.retries,
        fields=fields,
    )


def another_release(wanted: str, found: str) -> EngineAway:
    """Return the error for an endpoint that has another release, or, where `found` is empty, none."""
    what = f"has the release {found}" if found else "says of no release that it is there"
    return EngineAway(f"the SPARQL endpoint {what}, and {wanted} is served", retry_after=1.0)


class _Bounded:
    """A file that takes so many bytes."""

    def __init__(self, file: SpooledBody, most: int) -> None:
        self._file = file
        self._most = most
        self.size = 0

    def write(self, piece: bytes, /) -> int:
        self.size += len(piece)
        if self.size > self._most:
            limit = self._most // OVERHEAD_FACTOR
            raise QueryStopped(f"the answer has more than {limit} bytes", bound="bytes", limit=limit)
        return self._file.write(piece)


def _raise_for(answer: HttpAnswer, file: SpooledBody) -> None:
    """Raise what a status other than 200 means, and what engines say in header fields of answers cut short."""
    if answer.status == 200:
        if "x-sparql-maxrows" in answer.fields:  # Virtuoso; so is the next
            most = answer.fields["x-sparql-maxrows"]
            raise QueryStopped(
                f"the endpoint behind this server gives no more than {most} rows",
                bound="rows",
                limit=int(most) if most.isdigit() else 0,
            )
        if "x-sql-state" in answer.fields:
            raise QueryStopped("the endpoint ended the query before it was answered", bound="seconds", limit=0)
        return
    message = " ".join(file.read(4 * _MESSAGE_MAX_CHARS).decode(errors="replace").split())[:_MESSAGE_MAX_CHARS]
    if answer.status in (429, 503):
        if _TIME_IS_OVER.search(message):
            raise QueryStopped("the endpoint ended the query: its time was over", bound="seconds", limit=0)
        raise EndpointBusy("the SPARQL endpoint is busy", retry_after=answer.retry_after or 1.0)
    if answer.status in (400, 413, 414, 422) or (answer.status == 500 and _OF_THE_QUERY.match(message)):
        raise EndpointRefused(f"the engine refuses it: {message}")
    _LOG.error("the SPARQL endpoint answered %d: %s", answer.status, message)
    if answer.status == 404:
        raise EngineAway("there is no data set at the address of the SPARQL endpoint")
    if answer.status in (502, 504):
        raise EngineAway("the SPARQL endpoint cannot be reached behind its proxy")
    raise EngineFailed


def solutions(answer: HttpAnswer, file: SpooledBody) -> ox.QuerySolutions:
    """Return the rows of an answer. Raises `EngineFailed` where it is no table."""
    found = table(answer, file)
    if isinstance(found, ox.QuerySolutions):
        return found
    raise EngineFailed


def table(answer: HttpAnswer, file: SpooledBody) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return the rows or the truth value of an answer. Raises `EngineFailed` where it is none."""
    if answer.media_type != _TABLE:
        _LOG.error("the SPARQL endpoint answered with %s", answer.media_type or "no media type")
        raise EngineFailed
    try:
        # The file has what is used of one.
        return ox.parse_query_results(file, format=ox.QueryResultsFormat.JSON)  # type: ignore[arg-type]
    except (SyntaxError, ValueError, OSError) as error:
        _LOG.error("the answer of the SPARQL endpoint is not what it says: %s", error)
        raise EngineFailed from None
