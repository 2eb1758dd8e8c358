"""Pairs of properties that a project gives in ckg.toml, such as "schema:value ex:asWritten"."""

from __future__ import annotations

from ckg.build.inputs import Inputs
from ckg.build.lint.survey import ProjectSurvey
from ckg.errors import ConfigError, SourceLocation
from ckg.model.config import FILE_NAME, Project, line_of


def pairs_of_properties(survey: ProjectSurvey, key: str) -> list[tuple[str, str]]:
    """Return the pairs of IRIs that a setting lists. Raises `ConfigError` for what is no pair of known names."""
    return read_pairs(survey.project, survey.inputs, key)


def read_pairs(project: Project, inputs: Inputs, key: str) -> list[tuple[str, str]]:
    """Return the pairs of IRIs that a setting lists. Raises `ConfigError` for what is no pair of known names."""
    pairs = []
    for text in project.get(key):
        iris = [inputs.prefixes.expand(name) for name in text.split()]
        if len(iris) != 2 or None in iris:
            settings = project.folder / FILE_NAME
            raise ConfigError(
                f"`{key}` has {text!r}, which is no pair of properties",
                key=key,
                place=SourceLocation(settings, line_of(settings, key)),
                hint='Write two properties with prefixes that are declared in ontology/, as in "schema:startDate '
                'schema:endDate".',
            )
        pairs.append((str(iris[0]), str(iris[1])))
    return pairs
