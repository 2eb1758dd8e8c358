"""Things that something refers to and nothing describes: `region:centralasia` for `region:central-asia`.

Looked at are IRIs below the project's base in namespaces where things are described: in others stand addresses of the
site, of versions and the like. `project.examples` of ckg.toml is looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ckg.build.lint.project_check import MOST_TOLD, ProjectCheck
from ckg.build.lint.survey import ProjectSurvey, iri_of, namespace_of
from ckg.build.lint.undefined_terms import did_you_mean
from ckg.errors import ProjectWarning, SourceLocation
from ckg.model import config
from ckg.model.iris import DOCUMENT, GRAPH
from ckg.model.vocabulary import DCTERMS_NS, OWL_NS

# What they lead to is another version, which need not be there any more.
_TO_VERSIONS = frozenset(
    f"<{iri}>".encode()
    for iri in (
        *(f"{OWL_NS}{name}" for name in ("versionIRI", "priorVersion", "incompatibleWith", "backwardCompatibleWith")),
        f"{DCTERMS_NS}replaces",
        f"{DCTERMS_NS}isVersionOf",
        f"{DCTERMS_NS}hasVersion",
    )
)


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield each IRI that is referred to and described nowhere, with the first statement that refers to it."""
    bases = survey.project.bases
    known = [iri for iri in map(iri_of, survey.described) if iri.startswith(bases)]
    namespaces = {namespace_of(iri) for iri in known}
    graphs = {f"<{graph.name}>".encode() for graph in survey.inputs.staging.graphs}  # what they hold describes them
    told = 0
    for term, statement in sorted(survey.referred.items()):
        iri = iri_of(term)
        if (
            term in survey.described
            or term in graphs
            or statement.predicate in _TO_VERSIONS
            or namespace_of(iri) not in namespaces
        ):
            continue
        if iri.startswith(tuple(base + path for base in bases for path in (GRAPH, DOCUMENT))):
            continue
        told += 1
        is_shown = told <= MOST_TOLD  # to find a place and a like name takes a while
        yield ProjectWarning(
            f"{survey.short(statement.subject)} refers with {survey.short(statement.predicate)} to "
            f"{survey.short(term)}, which no file describes",
            survey.place_of(statement.graph, iri) if is_shown else None,
            "Name a thing that is there, or describe this one in data/."
            + (did_you_mean(survey, iri, known) if is_shown else ""),
        )
    yield from _examples(survey)


def _examples(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    settings = survey.project.folder / config.FILE_NAME
    for text in survey.project.get("project.examples"):
        iri = text if ":" in text.partition("/")[0] else survey.project.base.iri + text
        if f"<{iri}>".encode() not in survey.described:
            yield ProjectWarning(
                f"`project.examples` names {text}, which no file says anything about",
                SourceLocation(settings, _line(settings, text)),
                "Name a thing that is there.",
            )


def _line(path: Path, text: str) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if f'"{text}"' in line), None)


CHECK = ProjectCheck("undescribed_things", find)
