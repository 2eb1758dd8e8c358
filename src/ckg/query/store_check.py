"""Whether queries get right answers now: a few look-ups of known results, asked of a worker like any query."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Quad

from ckg.errors import EndpointBusy, QueryError
from ckg.model.store_tables import SUFFIX, quads_of

_FRESH_S: Final = 2.0  # seconds for which a result holds; a probe of the server must not be a load


class StoreFiles:
    """The tables of a store as they were when it was opened.

    Where the engine cannot read a table in the middle of a join, it does not always say so: it may go on until its
    memory or its time is over. So what a query met at such a bound is believed only where every table is still there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes = self._read()

    def problem(self) -> str:
        """Return what has become of the tables since, or nothing."""
        now = self._read()
        changed = sorted(name for name, size in self._sizes.items() if now.get(name) != size)
        return f"{self._folder / changed[0]} is not the file it was" if changed else ""

    def _read(self) -> dict[str, int]:
        with suppress(OSError), os.scandir(self._folder) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.name.endswith(SUFFIX)}
        return {}


class StoreCheck:
    """Asks for the probes of a store in turn (`ckg.model.store_tables`); safe to use from several threads.

    `ask` evaluates a query and returns its answer in CSV; it raises `QueryError`.
    """

    def __init__(self, probes: Sequence[str], ask: Callable[[str], bytes]) -> None:
        self._probes = cycle(map(query_of, quads_of(probes))) if probes else None
        self._ask = ask
        self._lock = threading.Lock()
        self._checked = -_FRESH_S
        self._problem = ""

    def problem(self) -> str:
        """Return what keeps queries from right answers, in a few words, or nothing. At most one query in two seconds.

        A server that is merely busy has no problem.
        """
        with self._lock:
            if self._probes is None or time.monotonic() - self._checked < _FRESH_S:
                return self._problem
            try:
                right = self._ask(next(self._probes)) == b"n\r\n3\r\n"
                self._problem = "" if right else "queries give wrong answers"
            except EndpointBusy:
                pass
            except QueryError as error:
                self._problem = f"queries fail: {error.message}"
            self._checked = time.monotonic()
            return self._problem


def query_of(quad: Quad) -> str:
    """Return a query that reads three indexes of the store for one quad of it; the right answer is 3.

    >>> from pyoxigraph import NamedNode
    >>> query_of(Quad(NamedNode("a:s"), NamedNode("a:p"), NamedNode("a:o")))[:60]
    'SELECT (COUNT(*) AS ?n) { { SELECT * { <a:s> ?p ?o } LIMIT 1'
    """
    subject, predicate, object_ = quad.subject, quad.predicate, quad.object
    patterns: tuple[str, ...] = (f"{subject} ?p ?o", f"?s {predicate} {object_}", f"?s ?p {object_}")
    if not isinstance(quad.graph_name, DefaultGraph):
        patterns = tuple(f"GRAPH {quad.graph_name} {{ {pattern} }}" for pattern in patterns)
    parts = " UNION ".join(f"{{ SELECT * {{ {pattern} }} LIMIT 1 }}" for pattern in patterns)
    return f"SELECT (COUNT(*) AS ?n) {{ {parts} }}"
