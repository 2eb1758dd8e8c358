"""What is known of the numbers of terms, and which terms every dictionary has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckg.reason.rules.owl_terms import FIRST, NIL, NOTHING, REST, SAME_AS, THING, TYPE, term
from ckg.reason.rules.table import AXIOMS, DATATYPES_OF_RL, RULES, Rule
from ckg.reason.rules.trivial import REFLEXIVE, TOP, TOPPED


@dataclass(frozen=True, slots=True)
class NumberedTerms:
    """What is known of the numbers of terms.

    `ids` are those of the terms that rules name, `first_iri` and `first_blank` where IRIs and blank nodes begin,
    `vocabularies` the first and last number of each built-in vocabulary.
    """

    ids: Mapping[str, int]
    first_iri: int
    first_blank: int
    vocabularies: tuple[tuple[int, int], ...]


def named_terms(rules: Iterable[Rule] = RULES) -> tuple[str, ...]:
    """Return the tokens that rules, axioms and datatypes name, sorted: they are in every dictionary."""
    words = {
        word for rule in rules for pattern in (*rule.body, *([rule.head] if rule.head else [])) for word in pattern
    }
    words |= {token for _, triple in AXIOMS for token in triple}
    words |= {
        *TOP,
        *TOPPED,
        *REFLEXIVE,
        TYPE,
        SAME_AS,
        THING,
        NOTHING,
        FIRST,
        REST,
        NIL,
        *map(term, (*DATATYPES_OF_RL, "xsd:date", "xsd:time")),
    }
    return tuple(sorted(word for word in words if word.startswith(("<", '"'))))
