"""A query worker: a process with the read-only store open that evaluates one query at a time and answers over a socket.

It is forked by the fork server, enters its sandbox, and trusts nobody with its time: whoever waits for it kills it when
the time is over. An error of the engine that no query can be blamed for, such as a table that cannot be read, is told
apart from one of the query.
"""

from __future__ import annotations

import contextlib
import gc
import os
import re
import resource
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from ckg.backends.oxigraph import sandbox, wire
from ckg.backends.oxigraph.standard_query import StandardStore
from ckg.errors import NotExpressible, QueryStopped
from ckg.formats import (
    ANSWER_FORMATS,
    BOOLEAN_FORMATS,
    GRAPH_FORMATS,
    RESULT_FORMATS,
    BooleanFormat,
    GraphFormat,
    ResultFormat,
)
from ckg.model import store_tables
from ckg.model.iris import Base
from ckg.query import results
from ckg.query.describe import describe
from ckg.query.guard.checker import Form
from ckg.query.guard.syntax_errors import explain
from ckg.query.limits import QueryLimits
from ckg.query.results import Sink

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_WARM: Final = "SELECT (COUNT(*) AS ?n) { SELECT * { ?s ?p ?o } LIMIT 100 }"
_MAX_MESSAGE_CHARS: Final = 240
_OF_THE_QUERY: Final = re.compile(r"The (custom function|variable encoding|service) ")
_OFFERED: Final = {offered.key: offered for offered in ANSWER_FORMATS}


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to begin: the folder of the store, the limits, and what a query may leave out.

    `probes` are the look-ups that reach every table of the store (`ckg.model.store_tables`); `missing` names layers of
    the sandbox that are left out, to try what happens on a platform that lacks them. `text_numbers` are the properties
    with numbers that the store keeps as text.
    """

    store: str
    limits: QueryLimits
    prefixes: Mapping[str, str]
    base: str
    probes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    text_numbers: tuple[str, ...] = ()

    @property
    def description(self) -> tuple[ox.NamedNode, ...]:
        """The graphs that describe the store."""
        base = Base(self.base)
        return ox.NamedNode(base.void_graph), ox.NamedNode(base.examples_graph)


def run(setup: Setup, loaded: ox.Store | None, sock: socket.socket, spool: int) -> None:
    """Open the store, enter the sandbox, say so, and answer queries until the socket closes.

    `loaded` is the store where it is held in memory; then no file is opened at all. The process has been warmed before
    it was forked.
    """
    sandbox.end_with_parent()
    folder = Path(setup.store)
    size = sandbox.open_size()
    landlock = sandbox.LANDLOCK not in setup.missing and sandbox.allow_reading_below(folder)
    opening = loaded is None and sandbox.may_open_tables(landlock=landlock, missing=setup.missing)
    if loaded is None:
        _raise_open_files()
        store = ox.Store.read_only(setup.store)
        readable = opening or store_tables.read_each(store, folder, setup.probes)
        list(store.query(_WARM))  # type: ignore[arg-type]
        gc.collect()
        gc.freeze()
    else:
        store, readable = loaded, True
    held = sandbox.apply(
        size=size,
        memory=setup.limits.memory << 20,
        file_bytes=setup.limits.bytes + results.INLINE_MAX_BYTES,
        reusable=spool,
        openable=len(store_tables.tables(folder)) if opening else None,
        missing=setup.missing,
    )
    names = [*held[:1], sandbox.LANDLOCK, *held[1:]] if landlock else held
    wire.send(sock, {"ready": names, "readable": readable})
    data = StandardStore(store, setup.text_numbers, setup.description)
    while True:
        request, text, descriptors = wire.receive(sock)
        if descriptors:
            spool = descriptors[0]
        values, body, spent = answer(setup, data, request, text.decode(), spool)
        if spent:
            # Its place is free now, for the descriptor that comes with the next query and for nothing else.
            os.close(spool)
        wire.send(sock, values, body)


def _raise_open_files() -> None:
    """Let the engine keep as many tables open as the system allows: it reads this bound when it opens the store."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def warm() -> None:
    """Use once what queries use, so that nothing is loaded in the sandbox: there no file may be opened for it."""
    store = ox.Store()
    read, write = os.pipe()
    for query, offered in ((_WARM, RESULT_FORMATS), ("ASK {}", BOOLEAN_FORMATS)):
        for wanted in offered:
            table = store.query(query)
            assert not isinstance(table, ox.QueryTriples)
            assert isinstance(wanted, ResultFormat | BooleanFormat)
            results.write_table(table, wanted, write, QueryLimits())
    triples = [ox.Triple(ox.NamedNode("a:b"), ox.NamedNode("a:b"), ox.Literal("a"))]
    for graph_format in GRAPH_FORMATS:
        results.write_graph(triples, graph_format, {"a": "a:"}, write, QueryLimits())
    list(describe(StandardStore(store), "DESCRIBE <a:b> ?x { VALUES ?x { <a:b> } }", default_graphs=None))
    list(StandardStore(store).query("SELECT * FROM <a:b> FROM <a:c> { ?s ?p ?o }", default_graph=None))  # type: ignore[arg-type]
    try:
        store.query("ASK {")
    except SyntaxError as error:
        _malformed(error, "ASK {", ())
    os.close(read)
    os.close(write)


def answer(
    setup: Setup, data: StandardStore, request: dict[str, Any], text: str, spool: int
) -> tuple[dict[str, Any], bytes, bool]:
    """Evaluate one query; what goes wrong is a value too. The last value says whether the spool file was written to."""
    try:
        sink = _evaluate(setup, data, request, text, spool)
        body = sink.finish()
    except SyntaxError as error:
        return _malformed(error, text, setup.prefixes), b"", False
    except QueryStopped as error:
        return {"stopped": error.bound, "limit": error.limit, "message": error.message, "spent": True}, b"", True
    except NotExpressible as error:
        return {"inexpressible": error.message, "spent": True}, b"", True
    except MemoryError:
        return {"stopped": "memory", "spent": True}, b"", True
    except (OSError, RuntimeError, ValueError, OverflowError) as error:
        return {"broken" if _at_fault(error) else "failed": str(error)[:_MAX_MESSAGE_CHARS], "spent": True}, b"", True
    return {"size": sink.size, "spent": sink.spooled}, body, sink.spooled


def _at_fault(error: Exception) -> bool:
    """Say whether the engine is to blame and not the query.

    What cannot be read or written is an OSError; a RuntimeError is the query's only where it says so.
    """
    return isinstance(error, OSError) or (isinstance(error, RuntimeError) and not _OF_THE_QUERY.match(str(error)))


def _evaluate(setup: Setup, data: StandardStore, request: dict[str, Any], text: str, spool: int) -> Sink:
    wanted = _OFFERED[request["format"]]
    default, named = request["default"], request["named"]
    options: dict[str, Any] = {"prefixes": dict(setup.prefixes), "base_iri": setup.base}
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    if default is not None:
        graphs = [ox.NamedNode(iri) for iri in default]
        options["named_graphs"] = [ox.NamedNode(iri) for iri in named]
    if request["form"] == Form.DESCRIBE:
        assert isinstance(wanted, GraphFormat)
        triples = describe(data, text, default_graphs=graphs, **options)
        return results.write_graph(triples, wanted, setup.prefixes, spool, setup.limits)
    answer = data.query(text, default_graph=graphs, **options)
    if isinstance(answer, ox.QueryTriples):
        assert isinstance(wanted, GraphFormat)
        return results.write_graph(answer, wanted, setup.prefixes, spool, setup.limits)
    assert isinstance(wanted, ResultFormat | BooleanFormat)
    return results.write_table(answer, wanted, spool, setup.limits)


def _malformed(error: SyntaxError, text: str, prefixes: Iterable[str]) -> dict[str, Any]:
    found = _PLACE.match(str(error))
    if found is None:
        return {"malformed": str(error)[:_MAX_MESSAGE_CHARS], "line": None, "column": None}
    message, line, column = explain(text, found[3], int(found[1]), int(found[2]), prefixes)
    return {"malformed": message, "line": line, "column": column}
