"""A query worker: a process with the read-only store open that evaluates one query at a time and answers over a socket.

It is forked by the nursery, walls itself in, and trusts nobody with its time: whoever waits for it kills it when the
time is over.
"""

from __future__ import annotations

import gc
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

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
from ckg.query import results, wall, wire
from ckg.query.describe import describe
from ckg.query.guard import Form
from ckg.query.limits import Limits
from ckg.query.results import Sink

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_WARM: Final = "SELECT (COUNT(*) AS ?n) { SELECT * { ?s ?p ?o } LIMIT 100 }"
_LONGEST_MESSAGE: Final = 240
_OFFERED: Final = {offered.key: offered for offered in ANSWER_FORMATS}


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to begin: the folder of the store, the limits, and what a query may leave out."""

    store: str
    limits: Limits
    prefixes: Mapping[str, str]
    base: str


def run(setup: Setup, sock: socket.socket, spool: int) -> None:
    """Open the store, close the walls, say so, and answer queries until the socket closes."""
    wall.end_with_parent()
    store = ox.Store.read_only(setup.store)
    _warm(store)
    gc.collect()
    gc.freeze()
    memory = setup.limits.memory << 20
    held = wall.close_in(memory=memory, file_bytes=setup.limits.bytes + results.INLINE, reusable=spool)
    wire.send(sock, {"ready": held})
    while True:
        request, text, descriptors = wire.receive(sock)
        if descriptors:
            spool = descriptors[0]
        values, body, spent = _answer(setup, store, request, text.decode(), spool)
        if spent:
            # Its place is free now, for the descriptor that comes with the next query and for nothing else.
            os.close(spool)
        wire.send(sock, values, body)


def _warm(store: ox.Store) -> None:
    """Use once what queries use, so that nothing is loaded behind the walls."""
    read, write = os.pipe()
    for query, offered in ((_WARM, RESULT_FORMATS), ("ASK {}", BOOLEAN_FORMATS)):
        for wanted in offered:
            table = store.query(query)
            assert not isinstance(table, ox.QueryTriples)
            assert isinstance(wanted, ResultFormat | BooleanFormat)
            results.write_table(table, wanted, write, Limits())
    triples = [ox.Triple(ox.NamedNode("a:b"), ox.NamedNode("a:b"), ox.Literal("a"))]
    for graph_format in GRAPH_FORMATS:
        results.write_graph(triples, graph_format, {"a": "a:"}, write, Limits())
    list(describe(store, "DESCRIBE <a:b> ?x { VALUES ?x { <a:b> } }", default_graphs=None))
    try:
        store.query("ASK {")
    except SyntaxError as error:
        _malformed(error)
    os.close(read)
    os.close(write)


def _answer(
    setup: Setup, store: ox.Store, request: dict[str, Any], text: str, spool: int
) -> tuple[dict[str, Any], bytes, bool]:
    """Evaluate one query; what goes wrong is a value too. The last value says whether the spool file was written to."""
    try:
        sink = _evaluate(setup, store, request, text, spool)
        body = sink.finish()
    except SyntaxError as error:
        return _malformed(error), b"", False
    except QueryStopped as error:
        return {"stopped": error.bound, "limit": error.limit, "message": error.message, "spent": True}, b"", True
    except NotExpressible as error:
        return {"inexpressible": error.message, "spent": True}, b"", True
    except MemoryError:
        return {"stopped": "memory", "spent": True}, b"", True
    except (OSError, ValueError, RuntimeError, OverflowError) as error:
        return {"failed": str(error)[:_LONGEST_MESSAGE], "spent": True}, b"", True
    return {"size": sink.size, "spent": sink.spooled}, body, sink.spooled


def _evaluate(setup: Setup, store: ox.Store, request: dict[str, Any], text: str, spool: int) -> Sink:
    wanted = _OFFERED[request["format"]]
    default, named = request["default"], request["named"]
    options: dict[str, Any] = {"prefixes": dict(setup.prefixes), "base_iri": setup.base}
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    if default is not None:
        graphs = [ox.NamedNode(iri) for iri in default]
        options["named_graphs"] = [ox.NamedNode(iri) for iri in named]
    if request["form"] == Form.DESCRIBE:
        assert isinstance(wanted, GraphFormat)
        triples = describe(store, text, default_graphs=graphs, **options)
        return results.write_graph(triples, wanted, setup.prefixes, spool, setup.limits)
    answer = store.query(text, default_graph=graphs, **options)
    if isinstance(answer, ox.QueryTriples):
        assert isinstance(wanted, GraphFormat)
        return results.write_graph(answer, wanted, setup.prefixes, spool, setup.limits)
    assert isinstance(wanted, ResultFormat | BooleanFormat)
    return results.write_table(answer, wanted, spool, setup.limits)


def _malformed(error: SyntaxError) -> dict[str, Any]:
    found = _PLACE.match(str(error))
    if found is None:
        return {"malformed": str(error)[:_LONGEST_MESSAGE], "line": None, "column": None}
    return {"malformed": found[3][:_LONGEST_MESSAGE], "line": int(found[1]), "column": int(found[2])}
