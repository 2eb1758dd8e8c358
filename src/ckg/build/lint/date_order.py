"""Two dates of one thing that stand in the wrong order: an end before its start.

The pairs are those of the common vocabularies, and what `check.dates` of ckg.toml adds: two properties, the earlier one
first. Dates of different exactness are compared as far as both go: a day of 2025 is not before the year 2025.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from ckg.build.lint.pairs import pairs_of_properties
from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey, StatementLine
from ckg.errors import ProjectWarning
from ckg.model.vocabulary import DCTERMS_NS

_SCHEMA = [
    (f"{namespace}{earlier}", f"{namespace}{later}")
    for namespace in ("https://schema.org/", "http://schema.org/")
    for earlier, later in (
        ("startDate", "endDate"),
        ("birthDate", "deathDate"),
        ("foundingDate", "dissolutionDate"),
        ("validFrom", "validThrough"),
        ("dateCreated", "dateModified"),
        ("datePublished", "dateModified"),
    )
]
_PROV = "http://www.w3.org/ns/prov#"
_DCAT = "http://www.w3.org/ns/dcat#"
COMMON = (
    *_SCHEMA,
    (f"{DCTERMS_NS}created", f"{DCTERMS_NS}modified"),
    (f"{DCTERMS_NS}issued", f"{DCTERMS_NS}modified"),
    (f"{_PROV}startedAtTime", f"{_PROV}endedAtTime"),
    (f"{_PROV}generatedAtTime", f"{_PROV}invalidatedAtTime"),
    (f"{_DCAT}startDate", f"{_DCAT}endDate"),
)
"""Pairs of properties whose first date is not after the second."""

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T[\d:.]+)?)?)?(?:Z|[-+]\d\d:\d\d)?")


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield each pair of dates that is in the wrong order."""
    for earlier, later in (*COMMON, *pairs_of_properties(survey, "check.dates")):
        ends = survey.by_subject(later)
        for start in survey.statements(earlier):
            for end in ends.get(start.subject, ()):
                if is_before(_lexical(end), _lexical(start)):
                    yield ProjectWarning(
                        f"{survey.short(start.subject)} has {survey.short(end.predicate)} {_lexical(end)}, before its "
                        f"{survey.short(start.predicate)} {_lexical(start)}",
                        survey.place_of_value(end),
                        "Correct one of the two dates.",
                    )


def is_before(first: str, second: str) -> bool:
    """Say whether a date, month, year or time is before another, as far as both are exact.

    >>> is_before("2015-12-20", "2025-12-19"), is_before("2025", "2025-12-19"), is_before("soon", "2025")
    (True, False, False)
    >>> is_before("2025-12-20T01:00:00+09:00", "2025-12-19T17:00:00Z")
    True
    """
    if not _DATE.fullmatch(first) or not _DATE.fullmatch(second):
        return False
    if "T" in first and "T" in second:
        try:
            one, other = datetime.datetime.fromisoformat(first), datetime.datetime.fromisoformat(second)
        except ValueError:
            return False
        if (one.tzinfo is None) == (other.tzinfo is None):
            return one < other
    plain = [re.sub(r"(?<=\d)(?:Z|[-+]\d\d:\d\d)$", "", text).partition("T")[0] for text in (first, second)]
    length = min(map(len, plain))
    return plain[0][:length] < plain[1][:length]


def _lexical(statement: StatementLine) -> str:
    return statement.literal.value if statement.literal else ""


CHECK = ProjectCheck("date_order", find, tuple(sorted({iri for pair in COMMON for iri in pair})))
