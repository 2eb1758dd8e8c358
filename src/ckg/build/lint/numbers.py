"""Numbers that are not what the words beside them say: 3,000,000,000 as "¥3 trillion".

`check.numbers` of ckg.toml lists pairs of properties: one with the number, one with the words it was taken from.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from ckg.build.lint.number_words import numbers_in
from ckg.build.lint.pairs import pairs_of_properties
from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey
from ckg.errors import ProjectWarning


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield each number that none of the words of the same subject state."""
    for number, words in pairs_of_properties(survey, "check.numbers"):
        stated = survey.by_subject(words)
        for statement in survey.statements(number):
            texts = [said.literal.value for said in stated.get(statement.subject, ()) if said.literal]
            value = _decimal(statement.literal.value if statement.literal else "")
            read = {found for text in texts for found in numbers_in(text)}
            if value is None or not texts or value in read:
                continue
            said = " and ".join(
                f"{found:,f}".rstrip("0").rstrip(".") if found % 1 else f"{found:,.0f}" for found in sorted(read)
            )
            yield ProjectWarning(
                f"{survey.short(statement.subject)} has {survey.short(statement.predicate)} {value:,f}, and "
                f"{texts[0]!r} says {said or 'no number'}",
                survey.place_of_value(statement),
                "Correct the number, or the words: one of the two is wrong.",
            )


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


CHECK = ProjectCheck("numbers_in_words", find)
