"""Texts where a property leads to things, and things where it takes texts: `ex:builtBy "the town"`."""

from __future__ import annotations

from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey
from ckg.errors import ProjectWarning


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield each statement whose object is not of the kind that the ontology declares the property for."""
    for statement in survey.odd_values:
        is_text = statement.object[:1] == b'"'
        value = statement.literal.value if statement.literal else survey.short(statement.object)
        yield ProjectWarning(
            f"{survey.short(statement.subject)} has {survey.short(statement.predicate)} {value[:60]!r}, "
            + ("a text; the property leads to things" if is_text else "a thing; the property takes texts and numbers"),
            survey.place_of_value(statement)
            if is_text
            else survey.place_of(statement.graph, statement.predicate[1:-1].decode()),
            "Name a thing by its IRI." if is_text else "Write the text or number itself, or use another property.",
        )


CHECK = ProjectCheck("kinds_of_values", find)
