"""Which rules a project is reasoned over by: none, those of RDF Schema, those of OWL 2 RL.

`rdfs` are the rules rdfs2, 3, 5, 7, 9 and 11 of RDF 1.1 Semantics, section 9.2.1, under the names that OWL 2 RL has for
the same rules: domains, ranges, subproperties and subclasses. The axiomatic triples of RDFS and what follows from them
alone are left out, as nobody wants to read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from ckg.reason.rules.table import RULES, Rule

ProfileName = Literal["none", "rdfs", "owl-rl"]

_OF_RDFS: Final = frozenset({"prp-dom", "prp-rng", "prp-spo1", "cax-sco", "scm-sco", "scm-spo"})

PROFILES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "none": (),
    "rdfs": tuple(rule for rule in RULES if rule.name in _OF_RDFS),
    "owl-rl": RULES,
}
"""The rules of each profile."""

EQUALITY: Final = frozenset({"owl-rl"})
"""The profiles in which owl:sameAs means what OWL says, literals have types, and rules may conclude false."""
