"""The ontology in memory: the triples that rules take their constants from, and the rules that speak only of them.

Terms are integers here. What belongs to the schema is decided by the rules alone, see `ckg.reason.rules.premises`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from ckg.errors import StageFailed
from ckg.reason.rules.owl_terms import FIRST, NIL, REST, TYPE
from ckg.reason.rules.premises import CLASSES, PREDICATES, premises
from ckg.reason.rules.table import Pattern, Rule

IdTriple = tuple[int, int, int]
Bindings = dict[str, int]

MAX_DISJOINT: Final = 1_000
"""Members of an owl:AllDisjointClasses or owl:AllDisjointProperties: every two of them are an instance of a rule."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A triple that a rule gave from premises that all belong to the schema."""

    triple: IdTriple
    rule: str
    premises: tuple[IdTriple, ...]


class Schema:
    """The schema triples, and the matching of premises against them.

    `ids` maps the tokens that `rules` name to their representatives, `number` a literal's term to its value, if it is
    a number; `predicates` and `classes` are the terms that make a triple belong to the schema.
    """

    def __init__(self, ids: Mapping[str, int], number: Callable[[int], int | None], rules: Sequence[Rule]) -> None:
        self.ids = ids
        self.rules = rules
        self._number = number
        self.predicates = frozenset(ids[token] for token in PREDICATES)
        self.classes = frozenset(ids[token] for token in CLASSES)
        self._forward: dict[int, dict[int, dict[int, None]]] = {}
        self._backward: dict[int, dict[int, dict[int, None]]] = {}
        self._bodies = {rule: self._resolve(premises(rule).schema) for rule in rules}
        self._closed = [rule for rule in rules if not premises(rule).data and rule.head]
        self._waiting: dict[int, list[tuple[Rule, int]]] = {}
        for rule in self._closed:
            for place, pattern in enumerate(self._bodies[rule]):
                if isinstance(pattern[1], int):
                    self._waiting.setdefault(pattern[1], []).append((rule, place))

    def _resolve(self, patterns: Iterable[Pattern]) -> list[tuple[str | int, ...]]:
        return [tuple(self.ids.get(word, word) for word in pattern) for pattern in patterns]

    def __contains__(self, triple: IdTriple) -> bool:
        s, p, o = triple
        return o in self._forward.get(p, {}).get(s, {})

    def _add(self, triple: IdTriple) -> None:
        s, p, o = triple
        self._forward.setdefault(p, {}).setdefault(s, {})[o] = None
        self._backward.setdefault(p, {}).setdefault(o, {})[s] = None

    def objects(self, subject: int, predicate: int) -> tuple[int, ...]:
        """Return the objects of a schema predicate for one subject."""
        return tuple(self._forward.get(predicate, {}).get(subject, ()))

    def members(self, head: int) -> tuple[int, ...]:
        """Return the members of an RDF list; a list that branches is read along its smallest cells, a circle once."""
        first, rest = self._forward.get(self.ids[FIRST], {}), self._forward.get(self.ids[REST], {})
        found, seen = [], set()
        while head != self.ids[NIL] and head not in seen:
            seen.add(head)
            if first.get(head):
                found.append(min(first[head]))
            if not rest.get(head):
                break
            head = min(rest[head])
        return tuple(found)

    def extend(self, triples: Iterable[IdTriple]) -> list[list[Derived]]:
        """Add triples, and return what follows from the schema alone, wave by wave.

        The premises of a wave lie in what was there before and in earlier waves.
        """
        wave = [triple for triple in triples if triple not in self]
        cells = (self.ids[FIRST], self.ids[REST])
        if any(triple[1] in cells for triple in wave):
            # A list that grows changes what its axiom says: everything is looked at again.
            wave += [(s, p, o) for p, pairs in self._forward.items() for s, objects in pairs.items() for o in objects]
        waves: list[list[Derived]] = []
        while wave:
            for triple in wave:
                self._add(triple)
            found: dict[IdTriple, Derived] = {}
            for triple in wave:
                for derived in self._consequences(triple):
                    if derived.triple not in self:
                        found.setdefault(derived.triple, derived)
            if found:
                waves.append(list(found.values()))
            wave = [triple for triple in found if self.covers(triple)]
        return waves

    def covers(self, triple: IdTriple) -> bool:
        """Return whether a triple belongs to the schema."""
        return triple[1] in self.predicates or (triple[1] == self.ids[TYPE] and triple[2] in self.classes)

    def _consequences(self, triple: IdTriple) -> Iterator[Derived]:
        for rule, place in self._waiting.get(triple[1], ()):
            body = self._bodies[rule]
            bindings = _unify(body[place], triple, {})
            if bindings is None or rule.head is None:
                continue
            for match in self._solve([*body[:place], *body[place + 1 :]], bindings):
                head = self._fill(self._resolve([rule.head])[0], match)
                yield Derived(head, rule.name, self.premises(rule, match))

    def premises(self, rule: Rule, bindings: Bindings) -> tuple[IdTriple, ...]:
        """Return the schema triples that a match of the rule rests on."""
        return tuple(self._fill(pattern, bindings) for pattern in self._bodies[rule] if isinstance(pattern[1], int))

    @staticmethod
    def _fill(pattern: tuple[str | int, ...], bindings: Bindings) -> IdTriple:
        s, p, o = (bindings[word] if isinstance(word, str) else word for word in pattern)
        return s, p, o

    def matches(self, rule: Rule) -> Iterator[Bindings]:
        """Yield the bindings under which all schema premises of a rule hold."""
        yield from self._solve(self._bodies[rule], {})

    def _solve(self, patterns: list[tuple[str | int, ...]], bindings: Bindings) -> Iterator[Bindings]:
        if not patterns:
            yield dict(bindings)
            return
        # The premise with the most known places comes first; operators wait until their list or number is known.
        best = max(range(len(patterns)), key=lambda i: _readiness(patterns[i], bindings))
        rest = [*patterns[:best], *patterns[best + 1 :]]
        if patterns[best][1] == "two":
            a, b = patterns[best][2:]
            same = any(p[1] == "same" and {p[0], p[2]} == {a, b} for p in rest)
            matches = self._match_two(patterns[best], bindings, same=same)
        else:
            matches = self._match(patterns[best], bindings)
        for extended in matches:
            yield from self._solve(rest, extended)

    def _match(self, pattern: tuple[str | int, ...], bindings: Bindings) -> Iterator[Bindings]:
        left, operator = pattern[0], pattern[1]
        if operator == "has":
            for member in dict.fromkeys(self.members(bindings[str(left)])):
                yield from _bind(bindings, str(pattern[2]), member)
        elif operator == "=":
            if self._number(bindings[str(left)]) == int(str(pattern[2])):
                yield bindings
        elif operator == "same":
            if bindings[str(left)] == bindings[str(pattern[2])]:
                yield bindings
        else:
            yield from self._match_triple(pattern, bindings)

    def _match_two(self, pattern: tuple[str | int, ...], bindings: Bindings, *, same: bool) -> Iterator[Bindings]:
        """Yield the pairs of members of a list, or only those of a member with itself."""
        members = self.members(bindings[str(pattern[0])])
        left, right = str(pattern[2]), str(pattern[3])
        if same:
            for member in _repeated(members):
                yield {**bindings, left: member, right: member}
            return
        if len(members) > MAX_DISJOINT:
            raise StageFailed(
                f"a list of {len(members):,} members that are all disjoint is too long: every two are compared",
                hint=f"Lists of up to {MAX_DISJOINT:,} will do; say it of superclasses or superproperties instead.",
            )
        for a, b in combinations(members, 2):
            yield {**bindings, left: a, right: b}

    def _match_triple(self, pattern: tuple[str | int, ...], bindings: Bindings) -> Iterator[Bindings]:
        left, p, right = (bindings.get(word, word) if isinstance(word, str) else word for word in pattern)
        forward, backward = self._forward.get(int(p), {}), self._backward.get(int(p), {})
        if isinstance(left, int):
            objects = forward.get(left, {})
            if isinstance(right, int):
                if right in objects:
                    yield bindings
            else:
                for o in tuple(objects):
                    yield {**bindings, right: o}
        elif isinstance(right, int):
            for s in tuple(backward.get(right, {})):
                yield {**bindings, left: s}
        else:
            for s, objects in tuple(forward.items()):
                for o in tuple(objects):
                    extended = {**bindings, left: s}
                    yield from _bind(extended, right, o)


def _repeated(members: Iterable[int]) -> Iterator[int]:
    """Yield the members of a list that stand in it more than once."""
    return (member for member, times in Counter(members).items() if times > 1)


def _bind(bindings: Bindings, variable: str, value: int) -> Iterator[Bindings]:
    if bindings.get(variable, value) == value:
        yield {**bindings, variable: value}


def _unify(pattern: tuple[str | int, ...], triple: IdTriple, bindings: Bindings) -> Bindings | None:
    for word, value in zip(pattern, triple, strict=True):
        if isinstance(word, int):
            if word != value:
                return None
        elif bindings.setdefault(word, value) != value:
            return None
    return bindings


def _readiness(pattern: tuple[str | int, ...], bindings: Bindings) -> int:
    known = sum(isinstance(word, int) or word in bindings for word in pattern)
    if pattern[1] == "same":
        return 10 if known == 2 else -10
    if not isinstance(pattern[1], int):
        return 10 if pattern[0] in bindings else -10
    return known
