"""What of the closure becomes the inferred graph: for every name of a thing or one, with anonymous classes or not.

A thing with three names (`owl:sameAs`) has every statement three times in the closure, and statements that relate two
such things nine times. A reader who knows one name and the equations has lost nothing by the others' absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ckg.reason.lines import Triple
from ckg.reason.proofs.equality_proof import EqualityForest
from ckg.reason.rules.owl_terms import SAME_AS, TYPE


@dataclass(frozen=True, slots=True)
class Published:
    """The choice.

    `expanded` repeats what is inferred under every name of a thing; otherwise it is said under one of them, an IRI that
    begins with `base` where there is one. The equations between the names are all there, but of a thing with more than
    `ALL_EQUATIONS_OF` names only those with that one. `anonymous_types` keeps
    memberships in classes without a name: restrictions, unions and the like.
    """

    expanded: bool = True
    anonymous_types: bool = True
    base: str = ""

    def name(self, tokens: Iterable[str]) -> str:
        """Return the one of several names of a thing that its statements are published under.

        >>> Published(base="https://a.example/").name(["_:b", "<http://b.example/>", "<https://a.example/x>"])
        '<https://a.example/x>'
        """
        own = f"<{self.base}" if self.base else "<"
        return min(tokens, key=lambda token: (not token.startswith(own), "<_".find(token[0]) % 3, token))


EVERYTHING: Final = Published()

ALL_EQUATIONS_OF: Final = 16
"""Names of a thing up to which every two of them are said to be the same, where statements are said under one."""


def chosen(closure: Sequence[Triple], published: Published) -> list[Triple]:
    """Return the triples of a closure, trivia and asserted ones included, that the choice allows.

    >>> x, y, p = "<http://e.example/x>", "<http://e.example/y>", "<http://e.example/p>"
    >>> closure = [(x, SAME_AS, y), (y, SAME_AS, x), (x, p, x), (y, p, x), (x, p, y), (y, p, y)]
    >>> len(chosen(closure, Published())), len(chosen(closure, Published(expanded=False)))
    (6, 3)
    """
    given_up: set[str] = set()
    many: set[str] = set()
    if not published.expanded:
        numbers: dict[str, int] = {}
        pairs = [(s, o) for s, p, o in closure if p == SAME_AS and s != o]
        for pair in pairs:
            for token in pair:
                numbers.setdefault(token, len(numbers))
        equals = EqualityForest((numbers[s], numbers[o], 0) for s, o in pairs)
        tokens = list(numbers)
        for token, number in numbers.items():
            names = equals.members(number)
            if token != published.name(tokens[other] for other in names):
                given_up.add(token)
            if len(names) > ALL_EQUATIONS_OF:
                many.add(token)
    return [
        (s, p, o)
        for s, p, o in closure
        if (not (given_up >= {s, o} and s in many) if p == SAME_AS else given_up.isdisjoint((s, p, o)))
        and (published.anonymous_types or p != TYPE or o[0] != "_")
    ]
