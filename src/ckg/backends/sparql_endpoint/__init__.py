"""Any SPARQL 1.1 endpoint as an engine: the release has been loaded there, and is asked over HTTP."""

from __future__ import annotations

from ckg.backends.release import ReleaseData
from ckg.backends.sparql_endpoint.endpoint import Endpoint, connections_of
from ckg.backends.sparql_endpoint.endpoint_evaluator import EndpointEvaluator
from ckg.backends.sparql_endpoint.endpoint_lookup import EndpointLookup
from ckg.backends.sparql_endpoint.endpoint_settings import EndpointSettings
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import MetricsSink


class SparqlEndpointBackend:
    """An endpoint; see `ckg.backends.Backend`."""

    def __init__(self, settings: EndpointSettings) -> None:
        self.settings = settings
        self._connections = connections_of(settings)

    @property
    def name(self) -> str:
        """The engine's name."""
        return self.settings.dialect.name

    def lookup(self, data: ReleaseData) -> EndpointLookup:
        """Look up at the endpoint. Raises `EngineAway` where it does not have the release."""
        return EndpointLookup(self._endpoint(data), data)

    def evaluator(self, data: ReleaseData, limits: QueryLimits, observer: MetricsSink) -> EndpointEvaluator:
        """Evaluate queries of strangers at the endpoint."""
        return EndpointEvaluator(self._endpoint(data), data, limits)

    def local_evaluator(self, data: ReleaseData, limits: QueryLimits) -> EndpointEvaluator:
        """Evaluate queries of the operator at the endpoint, with the same bounds on time."""
        return EndpointEvaluator(self._endpoint(data), data, limits)

    def _endpoint(self, data: ReleaseData) -> Endpoint:
        """Return the endpoint; look-ups and queries of every release share its connections."""
        return Endpoint(self.settings, data.release, self._connections)
