"""Checks of a project that need no shapes: what a careless edit leaves in files that parse and conform.

Each check is one module with a `CHECK`, and one row of the settings: `check.<name>` is "error", "warning" or "off". To
add a check, add both.
"""

from __future__ import annotations

from dataclasses import dataclass

from ckg.build.inputs import Inputs
from ckg.build.lint import (
    coordinates,
    date_order,
    graph_rows,
    kinds_of_values,
    numbers,
    scripts,
    shapeless_classes,
    undefined_terms,
    undescribed_things,
    whole_sentences,
)
from ckg.build.lint.pairs import read_pairs
from ckg.build.lint.survey import Survey
from ckg.errors import ChecksFailed, ProjectWarning
from ckg.model.config import Project

CHECKS = (
    undefined_terms.CHECK,
    undescribed_things.CHECK,
    kinds_of_values.CHECK,
    graph_rows.CHECK,
    shapeless_classes.CHECK,
    numbers.CHECK,
    date_order.CHECK,
    coordinates.CHECK,
    scripts.CHECK,
    whole_sentences.CHECK,
)
_MOST = 20
"""How many findings of one check are told; the rest are counted."""


@dataclass(frozen=True, slots=True)
class LintFindings:
    """What the checks found: what keeps the project from being published, and what does not."""

    errors: tuple[ProjectWarning, ...]
    warnings: tuple[ProjectWarning, ...]

    def raise_for_errors(self) -> None:
        """Raise `ChecksFailed`, which tells them all, where there are any."""
        if self.errors:
            count = len(self.errors)
            told = "\n".join(f"  {error}\n    {error.hint}" for error in self.errors)
            raise ChecksFailed(
                f"the data have {count} fault{'' if count == 1 else 's'}:\n{told}",
                hint="A check can be turned into a warning in ckg.toml, section [check].",
            )


def run(project: Project, inputs: Inputs) -> LintFindings:
    """Run every check that is not off. Raises `ConfigError` for a setting of a check that cannot be used."""
    pairs = [pair for key in ("check.numbers", "check.dates") for pair in read_pairs(project, inputs, key)]
    wanted = {iri for pair in pairs for iri in pair} | {iri for check in CHECKS for iri in check.predicates}
    survey = Survey.of(project, inputs, wanted)
    found: dict[str, list[ProjectWarning]] = {"error": [], "warning": []}
    for check in CHECKS:
        severity = str(project.get(f"check.{check.name}"))
        if severity != "off":
            told = list(check.find(survey))
            found[severity] += told[:_MOST]
            if len(told) > _MOST:
                left = len(told) - _MOST
                found[severity].append(ProjectWarning(f"and {left:,} more of this kind ({check.name})"))
    return LintFindings(tuple(found["error"]), tuple(found["warning"]))
