"""Checks of a project that need no shapes: what a careless edit leaves in files that parse and conform.

Each check is one module with a `CHECK`, and one row of the settings: `check.<name>` is "error", "warning" or "off". To
add a check, add both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckg.build.inputs import Inputs, code
from ckg.build.lint import (
    coordinates,
    date_order,
    graph_rows,
    kinds_of_names,
    kinds_of_values,
    numbers,
    scripts,
    shapeless_classes,
    shared_fragments,
    undefined_terms,
    undescribed_things,
    whole_sentences,
)
from ckg.build.lint.pairs import read_pairs
from ckg.build.lint.project_check import MOST_TOLD
from ckg.build.lint.survey import ProjectSurvey
from ckg.build.stage_cache import StageCache, key
from ckg.errors import ChecksFailed, ProjectWarning, SourceLocation
from ckg.model.config import FILE_NAME, Project

CHECKS = (
    undefined_terms.CHECK,
    undescribed_things.CHECK,
    kinds_of_values.CHECK,
    kinds_of_names.CHECK,
    graph_rows.CHECK,
    shapeless_classes.CHECK,
    numbers.CHECK,
    date_order.CHECK,
    coordinates.CHECK,
    scripts.CHECK,
    whole_sentences.CHECK,
    shared_fragments.CHECK,
)
_FILE = "findings.json"
_MOST_OF_GUESSED = 3
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


def run(project: Project, inputs: Inputs, cache: StageCache) -> LintFindings:
    """Run every check that is not off, or take what it found before in the same files.

    Raises `ConfigError` for a setting of a check that cannot be used.
    """
    settings = {name: value for name, value in project.values.items() if name.startswith("check.")}
    named = (
        project.get("project.examples"),
        project.get("build.quoted_percent"),
        project.bases,
        project.folder,
        project.guessed,
    )
    stamp = key(
        code("build", "model"), inputs.digest, sorted(inputs.prefixes.items()), sorted(settings.items()), *named
    )
    made = cache.make("lint", stamp, lambda into: _write(into, _run(project, inputs)))
    rows = json.loads((made / _FILE).read_text(encoding="utf-8"))
    errors, warnings = (tuple(map(_finding, rows[severity])) for severity in ("error", "warning"))
    return LintFindings(errors, (*inputs.warnings, *warnings))


def _run(project: Project, inputs: Inputs) -> dict[str, list[ProjectWarning]]:
    pairs = [pair for key in ("check.numbers", "check.dates") for pair in read_pairs(project, inputs, key)]
    wanted = {iri for pair in pairs for iri in pair} | {iri for check in CHECKS for iri in check.predicates}
    survey = ProjectSurvey.of(project, inputs, wanted)
    found: dict[str, list[ProjectWarning]] = {"error": [], "warning": []}
    for check in CHECKS:
        severity = str(project.get(f"check.{check.name}"))
        if severity == "off":
            continue
        if project.guessed:  # nobody has said yet what is meant
            severity = "warning"
        told = list(check.find(survey))
        most = _MOST_OF_GUESSED if project.guessed else MOST_TOLD
        found[severity] += told[:most]
        if len(told) > most:
            more = f"and {len(told) - most:,} more of this kind"
            hint = f"The setting check.{check.name} decides whether they are errors."
            place = None if project.guessed else SourceLocation(project.folder / FILE_NAME)
            found[severity].append(ProjectWarning(more, place, hint))
    return found


def _write(into: Path, found: dict[str, list[ProjectWarning]]) -> None:
    rows = {
        severity: [
            [finding.message, finding.hint, *([str(finding.place.file), finding.place.line] if finding.place else [])]
            for finding in findings
        ]
        for severity, findings in found.items()
    }
    (into / _FILE).write_text(json.dumps(rows), encoding="utf-8")


def _finding(row: list[Any]) -> ProjectWarning:
    message, hint, *place = row
    return ProjectWarning(message, SourceLocation(Path(place[0]), place[1]) if place else None, hint)
