"""`/metrics` in the Prometheus format: requests, queries, workers, kills, caches, the queue."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from ckg.query.guard import checker
from ckg.web import sparql, static_routes
from ckg.web.front import content_coding
from ckg.web.open_release import OpenRelease, serving
from ckg.web.response_cache import CachedResponse

EXTENSION: Final = "ckg.metrics"
UNASKED: Final = "ckg.unasked"
"""The key in the WSGI environment that says that nobody asks: the server itself prepares an answer."""

_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What happens, counted for as long as the application lives; also the observer of its pools."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.requests = Counter(
            "ckg_http_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "ckg_http_request_seconds",
            "Time to the head of the answer.",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.queries = Counter(
            "ckg_queries", "Queries by form and how they ended.", ("form", "outcome"), registry=self.registry
        )
        self.query_seconds = Histogram(
            "ckg_query_seconds",
            "Time from receipt to the whole answer.",
            ("form",),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.kills = Counter(
            "ckg_workers_killed", "Workers that were killed or died.", ("reason",), registry=self.registry
        )
        self.closed = Counter(
            "ckg_connections_ended",
            "Connections that the server ended before their client did.",
            ("reason",),
            registry=self.registry,
        )

        # Looking a metric up by its labels takes as long as a small query's way through a lane. There are as many here
        # as the registry keeps.
        self._of_queries: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._of_requests: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def finished(self, form: str, outcome: str, seconds: float) -> None:
        """Take note of a query."""
        key = (form or "none", outcome)
        found = self._of_queries.get(key)
        if found is None:
            found = self._of_queries[key] = (self.queries.labels(*key), self.query_seconds.labels(key[0]))
        found[0].inc()
        found[1].observe(seconds)

    def given_again(self, kept: CachedResponse, method: str, seconds: float) -> None:
        """Take note of a request that was answered without the application, and of the query in it, if any."""
        self.requested(kept.route, method, kept.reply.status, seconds)
        if kept.form:
            self.finished(kept.form, "cached", seconds)

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """Take note of a request."""
        key = (route, method, status)
        found = self._of_requests.get(key)
        if found is None:
            found = self._of_requests[key] = (self.requests.labels(*key), self.request_seconds.labels(route))
        found[0].inc()
        found[1].observe(seconds)

    def killed(self, reason: str) -> None:
        """Take note of a worker's end."""
        self.kills.labels(reason).inc()


def register(app: Flask) -> None:
    """Add `/metrics` and count every request that reaches the application; `app.extensions` must hold the metrics.

    Those that do not, because their answer was kept (`ckg.web.response_cache`), are counted by `Metrics.given_again`.
    """
    metrics: Metrics = app.extensions[EXTENSION]

    @app.before_request
    def begin() -> None:
        g.ckg_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if UNASKED in request.environ:
            return response
        route = str(request.url_rule) if request.url_rule is not None else "none"
        method = request.method if request.method in ("GET", "HEAD", "POST", "QUERY", "OPTIONS") else "other"
        now = time.perf_counter()
        metrics.requested(route, method, response.status_code, now - g.get("ckg_began", now))
        return response

    @app.get("/metrics")
    def exposition() -> Response:
        now = CollectorRegistry(auto_describe=False)
        now.register(_Now(serving(), app.extensions[static_routes.EXTENSION].held))
        body = generate_latest(metrics.registry) + generate_latest(now)
        answer = Response(body, content_type=CONTENT_TYPE_LATEST)
        answer.headers["Cache-Control"] = "no-store"
        return answer


class _Now:
    """The state of what is served, read when it is asked for."""

    def __init__(self, current: OpenRelease, static_bytes: int) -> None:
        self._serving = current
        self._static = static_bytes

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        state = self._serving.pool.state
        running = GaugeMetricFamily("ckg_queries_running", "Queries being evaluated, by lane.", labels=("lane",))
        running.add_metric(("fast",), state.fast)
        running.add_metric(("slow",), state.slow)
        yield running
        yield GaugeMetricFamily("ckg_queries_waiting", "Queries in the queue.", value=state.waiting)
        yield GaugeMetricFamily("ckg_workers", "Worker processes.", value=state.workers)
        held = GaugeMetricFamily("ckg_cache_bytes", "Bytes held by a cache.", labels=("cache",))
        held.add_metric(("answers",), state.cached_bytes)
        held.add_metric(("documents",), self._serving.documents.held)
        held.add_metric(("requests",), self._serving.response_cache.held)
        held.add_metric(("compressed files",), self._serving.coded_files.held)
        held.add_metric(("addresses",), self._serving.finder.held)
        held.add_metric(("links",), self._serving.remembered_bytes)
        held.add_metric(("names",), self._serving.lookup.remembered_bytes)
        held.add_metric(("checks",), checker.remembered_bytes())
        held.add_metric(("pages",), self._serving.site.graph.remembered_bytes)
        held.add_metric(("proofs",), self._serving.explainer.remembered_bytes if self._serving.explainer else 0)
        held.add_metric(("header fields",), content_coding.acceptable.held + sparql.negotiated.held)
        held.add_metric(("compressed static files",), self._static)
        yield held
        hits = CounterMetricFamily("ckg_cache_hits", "Answers given from a cache.", labels=("cache",))
        hits.add_metric(("answers",), state.cache_hits)
        hits.add_metric(("documents",), self._serving.documents.hits)
        hits.add_metric(("requests",), self._serving.response_cache.hits)
        yield hits
        release = GaugeMetricFamily("ckg_release", "The release that is served.", labels=("id",))
        release.add_metric((self._serving.release.id,), 1)
        yield release
