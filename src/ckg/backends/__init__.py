"""The engines that a release is asked through: two protocols, and one folder for each engine.

A backend gives look-ups for pages and documents (`Lookup`) and an evaluator for queries (`Evaluator`). What protects
the endpoint, the guard, budgets, lanes and cache of `ckg.query.pool`, stands in front of any of them. Every backend
passes the contract suite in tests/backends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ckg.backends.oxigraph import OxigraphBackend
from ckg.backends.release import ReleaseData
from ckg.backends.sparql_endpoint import SparqlEndpointBackend
from ckg.backends.sparql_endpoint.endpoint_settings import EndpointSettings
from ckg.query.evaluator import Evaluation, Evaluator
from ckg.query.limits import QueryLimits
from ckg.query.lookup import Lookup
from ckg.query.metrics_sink import MetricsSink

__all__ = [
    "EMBEDDED",
    "Backend",
    "Evaluation",
    "Evaluator",
    "Lookup",
    "OxigraphBackend",
    "ReleaseData",
    "SparqlEndpointBackend",
    "chosen",
]


class Backend(Protocol):
    """An engine."""

    @property
    def name(self) -> str:
        """Its name in messages and settings."""

    def lookup(self, data: ReleaseData) -> Lookup:
        """Open a release for look-ups."""

    def evaluator(self, data: ReleaseData, limits: QueryLimits, observer: MetricsSink) -> Evaluator:
        """Open a release for queries of strangers: bounded, and with no way out."""

    def local_evaluator(self, data: ReleaseData, limits: QueryLimits) -> Evaluator:
        """Open a release for queries of the operator, who may stop them: `limits` bound the text of a query only."""


EMBEDDED: Backend = OxigraphBackend()
"""The engine that is used unless another one is given."""


def chosen(settings: Mapping[str, Any]) -> Backend:
    """Return the engine that the settings name. Raises `ConfigError` for an address that is none."""
    return SparqlEndpointBackend(EndpointSettings.of(settings)) if settings["backend.endpoint"] else EMBEDDED
