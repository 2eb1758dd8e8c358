"""Equality by representatives: eq-ref, eq-sym, eq-trans and eq-rep-* without a quadratic closure.

Terms that are the same form a class with one representative, and every fact is kept in terms of representatives.
When the inferred graph is written, each triple is expanded over the classes of its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ckg.reason.engine.numbered_terms import NumberedTerms

Edge = tuple[int, int]
Equation = tuple[int, int, int]


class EqualityClasses:
    """A union-find over terms.

    The representative is a built-in term if the class has one, else an IRI, else a blank node, else a literal, and
    among several the one with the most facts: rules find their constants, a class with an IRI in it can be a subject,
    few facts are rewritten, and proofs speak of the term that the data speaks of. `equations` are the pairs
    that joined two classes and the step at which they did: between two equal terms they make exactly one path.
    `refused` are the pairs that were not joined, because two literals with different values would have become one.
    """

    def __init__(self, terms: NumberedTerms) -> None:
        self._terms = terms
        self._built_in = frozenset(term for term in terms.ids.values() if term >= terms.first_iri)
        self._parent: dict[int, int] = {}
        self.equations: list[Equation] = []
        self.refused: dict[Edge, None] = {}
        self._literals: dict[int, int] = {}

    def restore(self, classes: Mapping[int, list[int]], equations: list[Equation]) -> None:
        """Take over the classes (representative to members) and equations of an earlier run."""
        self._parent = {member: root for root, members in classes.items() for member in members}
        self.equations = equations

    def find(self, term: int) -> int:
        """Return the representative of a term."""
        root = term
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        while (parent := self._parent.get(term, term)) != root:
            self._parent[term] = root
            term = parent
        return root

    def _rank(self, term: int, facts: Mapping[int, int]) -> tuple[bool, bool, bool, int, int]:
        literal, blank = term < self._terms.first_iri, term >= self._terms.first_blank
        return term not in self._built_in, literal, blank, -facts.get(term, 0), term

    def join(
        self,
        pairs: Iterable[Edge],
        step: int,
        facts: Mapping[int, int],
        differ: Callable[[int, int], bool] | None = None,
    ) -> dict[int, int]:
        """Join the classes of each pair; return the new representative of every representative that lost its place.

        `facts` says how many facts each of the terms has. Classes with two literals that `differ` are not joined.
        """
        lost = set()
        for left, right in pairs:
            a, b = self.find(left), self.find(right)
            if a == b:
                continue
            if differ is not None and not self._may_join(a, b, differ):
                self.refused[left, right] = None
                continue
            kept, given_up = sorted((a, b), key=lambda term: self._rank(term, facts))
            self._parent[given_up] = kept
            self._parent.setdefault(kept, kept)
            self.equations.append((left, right, step))
            lost.add(given_up)
        return {term: self.find(term) for term in sorted(lost)}

    def _may_join(self, a: int, b: int, differ: Callable[[int, int], bool]) -> bool:
        """Say whether two classes have no two literals that differ; the class of both then has the literal of one."""
        one, other = (term if term < self._terms.first_iri else self._literals.get(term) for term in (a, b))
        if one is not None and other is not None and differ(one, other):
            return False
        literal = one if one is not None else other
        if literal is not None:
            self._literals[a] = self._literals[b] = literal
        return True

    def members(self) -> dict[int, list[int]]:
        """Return the classes of more than one term: representative to members, both ascending."""
        classes: dict[int, list[int]] = {}
        for term in sorted(self._parent):
            classes.setdefault(self.find(term), []).append(term)
        return {root: members for root, members in sorted(classes.items()) if len(members) > 1}
