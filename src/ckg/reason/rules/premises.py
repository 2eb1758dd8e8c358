"""Which premises of a rule speak of the ontology, and which of the data.

Premises about the ontology (the *schema*) are matched in memory before any SQL is made, the others are joined as data.
In the rules of OWL 2 RL the namespace decides: a premise whose predicate, or whose class, is a term of RDF, RDFS or OWL
speaks of the ontology, those few excepted that are said of any thing. In the rules of a project a premise speaks of the
ontology where it asks for what those rules keep of it (`PREDICATES`, `CLASSES`); everything else is data, whatever
constant stands in it.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from ckg.reason.rules.owl_terms import FIRST, NOTHING, OWL_NS, RDF_NS, RDFS_NS, REST, SAME_AS, TYPE, term
from ckg.reason.rules.table import OPERATORS, RULES, Pattern, Rule

_SCHEMA_NAMESPACES: Final = tuple(f"<{namespace}" for namespace in (RDF_NS, RDFS_NS, OWL_NS))
_OF_ANY_THING: Final = frozenset({TYPE, SAME_AS, term("owl:differentFrom")})
_DATA_OPERATORS: Final = frozenset({"in-all", "chain", "keyed"})


def speaks_of_ontology(pattern: Pattern) -> bool:
    """Return whether a premise of a rule of OWL 2 RL speaks of the ontology.

    >>> speaks_of_ontology(("?p", term("rdfs:domain"), "?c")), speaks_of_ontology(("?x", TYPE, "?c"))
    (True, False)
    >>> speaks_of_ontology(("?x", "<http://example.org/knows>", "?y"))
    False
    """
    if pattern[1] in OPERATORS:
        return pattern[1] not in _DATA_OPERATORS
    decides = pattern[2] if pattern[1] == TYPE else pattern[1]
    if decides in _OF_ANY_THING or decides == NOTHING:
        return False
    return decides.startswith(_SCHEMA_NAMESPACES)


_SCHEMA: Final = [p for rule in RULES for p in rule.body if p[1] not in OPERATORS and speaks_of_ontology(p)]
PREDICATES: Final = frozenset({p[1] for p in _SCHEMA if p[1] != TYPE}) | {FIRST, REST}
CLASSES: Final = frozenset({p[2] for p in _SCHEMA if p[1] == TYPE})


class Premises(NamedTuple):
    """The premises of a rule: those about the ontology, and those about the data."""

    schema: tuple[Pattern, ...]
    data: tuple[Pattern, ...]


@cache
def premises(rule: Rule) -> Premises:
    """Return the premises of a rule, told apart.

    Equality between two members of one list is decided with the ontology, as `?a same ?b`: equal terms have one
    representative.
    """
    schema = tuple(p for p in rule.body if p[1] in (*PREDICATES, *OPERATORS - _DATA_OPERATORS) or _of_class(p))
    known = {word for pattern in schema for word in pattern if word.startswith("?")}
    same = tuple(p for p in rule.body if p[1] == SAME_AS and known.issuperset((p[0], p[2])))
    data = tuple(p for p in rule.body if p not in schema and p not in same)
    return Premises((*schema, *((a, "same", b) for a, _, b in same)), data)


def _of_class(pattern: Pattern) -> bool:
    return pattern[1] == TYPE and pattern[2] in CLASSES
