"""What validation says of the shapes themselves, with file and line: warnings, or with `validate.strict` an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ckg.build.places import place
from ckg.errors import ProjectWarning, ShapesNotUnderstood, StatementError, UnusableShape
from ckg.model.report_json import read_head
from ckg.model.staged import Role, Staging

_HINT = "It asks nothing of the data as it is: mend it, take it out, or say `sh:deactivated true`."


def warnings(folder: Path, staging: Staging, base: str, rows: Iterable[Mapping[str, str]]) -> list[ProjectWarning]:
    """Return a warning for each row of what is not evaluated (`ckg.validate.unevaluated`), in the order of files.

    `folder` is that of the project, `base` the base of its IRIs.
    """
    sources = [name for graph in staging.of(Role.SHAPES) for name in graph.sources]
    ontology = [name for graph in staging.of(Role.ONTOLOGY) for name in graph.sources]
    found = []
    for row in rows:
        where = place(folder, [*sources, *ontology], row["term"], base, after=row["shape"])
        found.append(ProjectWarning(row["message"], where, _HINT))
    return sorted(found, key=lambda warning: (str(warning.place.file) if warning.place else "", _line(warning)))


def of_report(folder: Path, staging: Staging, base: str, report: Path) -> list[ProjectWarning]:
    """Return the warnings for what a report says that is not evaluated."""
    return warnings(folder, staging, base, read_head(report).get("unevaluated", ()))


def refuse(found: Iterable[ProjectWarning]) -> None:
    """Raise ShapesNotUnderstood with all of the warnings, if there are any."""
    lines = [str(warning) for warning in found]
    if lines:
        counted = "one thing" if len(lines) == 1 else f"{len(lines)} things"
        raise ShapesNotUnderstood(
            "\n".join(
                [f"the shapes have {counted} that no validation evaluates, and `validate.strict` is set:", *lines]
            ),
            hint=_HINT,
        )


def placed(error: StatementError, folder: Path, staging: Staging, base: str) -> StatementError:
    """Return the error with the place of what it names: a shape, or else an axiom."""
    roles = (Role.SHAPES,) if isinstance(error, UnusableShape) else (Role.ONTOLOGY, Role.DATA, Role.CONTEXT)
    sources = [name for graph in staging.of(*roles) for name in graph.sources]
    if error.place is None and error.iri:
        error.place = place(folder, sources, error.iri, base)
    return error


def _line(warning: ProjectWarning) -> tuple[int, str]:
    return (warning.place.line or 0) if warning.place else 0, warning.message
