"""How much reasoning may infer: an estimate before transitive properties run, and a count while rules do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ckg.errors import TooMuchInferred
from ckg.process_jobs import report
from ckg.reason.engine.compile import Instance
from ckg.reason.engine.sql import WITNESS_BITS
from ckg.reason.engine.tables import Tables
from ckg.reason.rules.owl_terms import compact
from ckg.reason.rules.table import WORDS

TRANSITIVE: Final = "prp-trp"
SYMMETRIC: Final = "prp-symp"

_WORTH_AN_ESTIMATE = 500  # statements; fewer cannot give many
_MOST_LOOKED_AT = 2_000_000  # statements of a property; of more, the count decides
_SAMPLE = 64
_SURELY = 2  # times the limit: an estimate is not exact


@dataclass(slots=True)
class InferredCount:
    """Counts what is inferred, and stops reasoning above `most` triples (None: no limit)."""

    tables: Tables
    token: Callable[[int], str]
    most: int | None
    total: int = 0

    def add(self, new: int, registry: Sequence[Instance]) -> None:
        """Count new triples. Raises `TooMuchInferred`, which names the rule and the property that gave most of them."""
        self.total += new
        report(new)
        if self.most is None or self.total <= self.most:
            return
        ((number, predicate, count),) = self.tables.rows(
            f"SELECT k >> {WITNESS_BITS}, p, count(*) FROM facts WHERE k <> 0 "
            "GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT 1"
        )
        rule, name = registry[number].rule, self.token(predicate)
        raise TooMuchInferred(
            f"reasoning was stopped at {self.total:,} inferred triples, more than the limit of {self.most:,}: "
            f"{count:,} of them come from the rule {_told(rule)} with the property {compact(name)}",
            hint=_hint(rule),
        )

    def expect(self, instances: Iterable[Instance]) -> None:
        """Raise `TooMuchInferred` where a transitive property would surely give more than the limit."""
        rules = [(instance.rule, instance.atoms[0][1]) for instance in instances if instance.atoms]
        mutual = {predicate for rule, predicate in rules if rule == SYMMETRIC}
        for predicate in sorted({p for rule, p in rules if rule == TRANSITIVE and isinstance(p, int)}):
            expected = self._closure_of(predicate, mutual=predicate in mutual)
            if self.most is not None and expected > _SURELY * self.most:
                raise TooMuchInferred(
                    f"about {_rounded(expected):,} triples would be inferred by the rule {_told(TRANSITIVE)} with the "
                    f"property {compact(self.token(predicate))}, more than the limit of {self.most:,}",
                    hint=_hint(TRANSITIVE),
                )

    def _closure_of(self, predicate: int, *, mutual: bool) -> int:
        """Estimate how many pairs the closure of a property has: what a sample of its nodes reach, for all of them."""
        where = f"FROM facts WHERE p = {predicate}"
        ((number,),) = self.tables.rows(f"SELECT count(*) {where}")
        if not _WORTH_AN_ESTIMATE <= number <= _MOST_LOOKED_AT:
            return 0
        following: dict[int, list[int]] = {}
        for start, end in self.tables.rows(f"SELECT s, o {where} ORDER BY s, o"):
            following.setdefault(start, []).append(end)
            if mutual:
                following.setdefault(end, []).append(start)
        nodes = sorted(following)
        step = max(1, len(nodes) // _SAMPLE)
        sample = nodes[step // 2 :: step]
        return sum(_reached(node, following) for node in sample) * len(nodes) // len(sample)


def _reached(start: int, following: Mapping[int, Sequence[int]]) -> int:
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        for node in following.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return len(seen)


def _rounded(number: int) -> int:
    unit: int = 10 ** max(0, len(str(number)) - 2)
    return number // unit * unit


def _told(rule: str) -> str:
    words = WORDS.get(rule, "")
    return f"{rule} ({words})" if words else rule


def _hint(rule: str) -> str:
    hint = "Correct the axiom, or raise most_inferred in the section [reason] of ckg.toml."
    if rule == TRANSITIVE:
        hint += " A property that is named in on_demand is not closed: it is asked for by a path, as in ex:partOf+."
    return hint
