"""Whether a text is a query of SPARQL 1.1: the embedded engine reads it, in its sandbox and without any data.

Engines accept more than the standard, each in its own way, and some of it reaches out (`get:soft`, functions of the
machine). What the embedded engine does not read is never sent, and everybody gets the same message with its place.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ckg.backends.oxigraph.worker import Setup
from ckg.backends.oxigraph.worker_evaluator import WorkerEvaluator
from ckg.errors import EndpointBusy, QueryError, QueryMalformed
from ckg.formats import N_TRIPLES, SPARQL_JSON
from ckg.query.evaluator import EvaluationLost
from ckg.query.guard.checker import ParsedQuery
from ckg.query.job import QueryJob
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import NullSink

_TIMEOUT_S: Final = 2.0  # a text is read within milliseconds; the rest is evaluation of what needs no data
_LIMITS: Final = QueryLimits(workers=2, spares=0, memory=256, rows=1000, bytes=1 << 20)


class SyntaxCheck:
    """Reads queries in worker processes of the embedded engine; safe to use from several threads. Close it."""

    def __init__(self, prefixes: Mapping[str, str], base: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ckg-no-data-")
        ox.Store(self._folder.name).flush()
        setup = Setup(store=str(Path(self._folder.name)), limits=_LIMITS, prefixes=dict(prefixes), base=base)
        self.workers = WorkerEvaluator(setup, NullSink())

    def check(self, parsed: ParsedQuery, deadline: float) -> None:
        """Raise `QueryMalformed` for what is no query, `EndpointBusy` where nobody can read it now."""
        wanted = N_TRIPLES if parsed.form.gives_graph else SPARQL_JSON
        evaluation = self.workers.start(QueryJob(parsed.text, wanted), parsed, deadline, demoted=False)
        try:
            if evaluation.wait(max(0.0, min(_TIMEOUT_S, deadline - time.monotonic()))):
                evaluation.result()
        except (QueryMalformed, EndpointBusy):
            raise
        except (QueryError, EvaluationLost):
            return  # it has been read, and what became of it without data says nothing
        finally:
            evaluation.close()

    def close(self) -> None:
        """End the processes."""
        self.workers.close()
        self._folder.cleanup()
