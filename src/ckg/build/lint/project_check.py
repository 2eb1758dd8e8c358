"""What a check of a project is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ckg.build.lint.survey import ProjectSurvey
from ckg.errors import ProjectWarning

MOST_TOLD: Final = 20
"""Findings of a check that are told, with their places; the others are counted."""


@dataclass(frozen=True, slots=True)
class ProjectCheck:
    """One check: `name` is the key of its setting in `[check]`; `find` yields what is wrong, in the order of the files.

    `predicates` are the IRIs of the properties whose statements the check reads (`ProjectSurvey.statements`), beside
    those that a setting names.
    """

    name: str
    find: Callable[[ProjectSurvey], Iterator[ProjectWarning]]
    predicates: tuple[str, ...] = ()
