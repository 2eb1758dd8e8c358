"""Things that several files name by a fragment alone, such as <#me>: there they are one thing."""

from __future__ import annotations

from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey, iri_of, lines_of
from ckg.errors import ProjectWarning, SourceLocation
from ckg.model.staged import Role

_MOST_SHARED = 3


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield the first of them, each with the files that name it."""
    base = survey.project.base.iri
    beginning = f"<{base}#".encode()
    files: dict[bytes, dict[str, None]] = {}
    for graph in survey.inputs.staging.of(Role.DATA):
        for line in lines_of(graph.path):
            if line.startswith(beginning):
                files.setdefault(line.partition(b" ")[0], {}).update(dict.fromkeys(graph.sources[:1]))
    shared = {term: list(names) for term, names in files.items() if len(names) > 1}
    for term in sorted(shared)[:_MOST_SHARED]:
        yield ProjectWarning(
            f"<{iri_of(term)[len(base) :]}> in {', '.join(shared[term][:3])} is one thing, {iri_of(term)}",
            SourceLocation(survey.project.folder / shared[term][0]),
            'Where each file means its own, write relative_iris = "file" in the section [build] of ckg.toml.',
        )


CHECK = ProjectCheck("shared_fragments", find)
