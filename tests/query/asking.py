"""How the tests ask a pool, and what they note of it."""

from collections import Counter

from ckg.formats import CSV
from ckg.query.answer import Question

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
    return pool.run(Question(text, wanted, **more)).read().decode()
