"""Oxigraph, embedded: a store on disk, look-ups in the serving process, queries in sandboxed worker processes."""

from __future__ import annotations

from ckg.backends.oxigraph.store_lookup import OxigraphLookup
from ckg.backends.oxigraph.worker import Setup
from ckg.backends.oxigraph.worker_evaluator import LocalEvaluator, WorkerEvaluator
from ckg.backends.release import ReleaseData
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import MetricsSink


class OxigraphBackend:
    """The engine that is embedded; see `ckg.backends.Backend`."""

    name = "oxigraph"

    def lookup(self, data: ReleaseData) -> OxigraphLookup:
        """Open the store of a release for look-ups."""
        return OxigraphLookup(data.store, data.base, data.graphs)

    def evaluator(self, data: ReleaseData, limits: QueryLimits, observer: MetricsSink) -> WorkerEvaluator:
        """Start the workers that evaluate queries of strangers."""
        return WorkerEvaluator(_setup(data, limits), observer)

    def local_evaluator(self, data: ReleaseData, limits: QueryLimits) -> LocalEvaluator:
        """Open the store for queries of the operator."""
        return LocalEvaluator(_setup(data, limits))


def _setup(data: ReleaseData, limits: QueryLimits) -> Setup:
    return Setup(
        store=str(data.store.resolve()),
        limits=limits,
        prefixes=dict(data.prefixes),
        base=data.base.iri,
        probes=tuple(data.probes),
        missing=tuple(data.missing_layers),
        text_numbers=tuple(data.text_numbers),
    )
