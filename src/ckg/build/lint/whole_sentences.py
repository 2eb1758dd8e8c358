"""Quotations that are whole sentences by themselves, told by their words alone: the source text need not be at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey
from ckg.errors import ProjectWarning
from ckg.model import evidence_terms as terms

_FEWEST_LETTERS = 40  # shorter ones are headings, names, dates; the check against source texts counts so as well


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield the quotations that begin like a sentence and end like one."""
    if survey.project.get("build.quoted_percent") == 100:
        return
    for statement in survey.statements(terms.EXACT):
        text = statement.literal.value if statement.literal else ""
        if is_sentence(text):
            yield ProjectWarning(
                f"the quotation {text[:60]!r} is a whole sentence",
                survey.place_of_value(statement),
                "Quote the fewest words that carry the fact; `ckg quote FILE WORDS` prints the selectors.",
            )


def is_sentence(text: str) -> bool:
    """Say whether a text begins and ends like a sentence and is long enough to be one.

    >>> is_sentence("The leaders agreed on a fund for the bridge across the river.")
    True
    >>> is_sentence("agreed on a fund for the bridge across the river.")
    False
    """
    words = text.strip()
    long_enough = sum(letter.isalnum() for letter in words) >= _FEWEST_LETTERS // (1 if words.isascii() else 2)
    begins = words[:1].isupper() or (words[:1].isalpha() and words[:1].lower() == words[:1].upper())
    return (
        long_enough
        and begins
        and re.search(r"[.!?\u3002\uff01\uff1f][\"'\u201d\u2019\xbb\u300d\u300f)]*\Z", words) is not None
    )


CHECK = ProjectCheck("whole_sentences", find, (terms.EXACT,))
