"""A query is long by the processor that it uses: one that only waits, because the machine is busy, keeps its place."""

from __future__ import annotations

import time

import pytest

from ckg.formats import CSV
from ckg.query.guard.checker import check
from ckg.query.job import QueryJob, QueryResult
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import NullSink
from ckg.query.scheduler.budget import Budgets
from ckg.query.scheduler.laned_evaluator import LanedEvaluator
from ckg.query.scheduler.lanes import Lanes

TEXT = "ASK {}"


class Engine:
    """An engine that takes some seconds on the clock, with a processor for a share of them."""

    healthy, sandbox, count, away_seconds = True, (), 1, None

    def __init__(self, seconds: float, share: float) -> None:
        self.seconds, self.share = seconds, share
        self.set_back = False

    def start(self, question, checked, deadline, *, demoted):
        self.began = time.monotonic()
        return self

    def wait(self, seconds):
        time.sleep(max(0.0, min(seconds, self.began + self.seconds - time.monotonic())))
        return time.monotonic() >= self.began + self.seconds

    def used_seconds(self):
        return self.share * (time.monotonic() - self.began)

    def demote(self):
        self.set_back = True

    def result(self):
        return QueryResult(CSV, 0, 0.0, b"")

    def close(self):
        pass


@pytest.mark.parametrize(
    ("seconds", "share", "is_long"),
    [
        pytest.param(0.5, 0.2, False, id="it waited for a processor that others used"),
        pytest.param(0.5, 1.0, True, id="it used one itself"),
        pytest.param(1.3, 0.0, True, id="it waited, for the disk perhaps, for more than a second"),
    ],
)
def test_a_query_lets_others_go_first_when_it_has_used_a_processor_for_long(seconds, share, is_long):
    engine, limits = Engine(seconds, share), QueryLimits()
    laned = LanedEvaluator(engine, limits, Lanes(2, 8), Budgets(seconds=0, errors=0), NullSink())
    laned.evaluate(QueryJob(TEXT, CSV), check(TEXT, limits), None)
    assert engine.set_back == is_long
