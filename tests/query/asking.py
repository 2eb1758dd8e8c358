"""How the tests ask a pool, and what they note of it."""

from collections import Counter

from ckg.backends import EMBEDDED, ReleaseData
from ckg.formats import CSV
from ckg.model.iris import Base
from ckg.query.job import QueryJob
from ckg.query.metrics_sink import NullSink
from ckg.query.pool import Pool

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
EX = "http://example.org/"


class Notes:
    def __init__(self):
        self.outcomes, self.deaths = Counter(), Counter()

    def finished(self, form, outcome, seconds):
        self.outcomes[outcome] += 1

    def killed(self, reason):
        self.deaths[reason] += 1


def ask(pool, text, wanted=CSV, **more):
    return pool.run(QueryJob(text, wanted, **more)).read().decode()


def open_pool(store, limits, prefixes, *, base=EX, budgets=None, observer=None, probes=(), missing=()):
    """A pool on a store alone, without a release; `missing` names layers of the sandbox to leave out."""
    observer = observer or NullSink()
    data = ReleaseData(store, Base(base), (), prefixes, probes, missing)
    evaluator = EMBEDDED.evaluator(data, limits, observer)
    return Pool(evaluator, limits, budgets=budgets, observer=observer, probes=probes)
