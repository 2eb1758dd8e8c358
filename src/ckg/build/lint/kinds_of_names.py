"""Things whose name says another class than their type: an observation called `id/claim/…`.

The last folder of an IRI says a class where a class of the project is called like it, `claim` for `ckg:Claim` and
`river-bank` for `ex:RiverBank`. Members of classes below that one are called so as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import TYPE, ProjectSurvey, StatementLine, iri_of, lines_of, namespace_of
from ckg.errors import ProjectWarning
from ckg.model.iris import THING
from ckg.model.staged import Role
from ckg.model.vocabulary import RDFS_NS

_SUBCLASS = f"<{RDFS_NS}subClassOf>".encode()


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield each thing of the data that has types, and none of them is the class that its name says or one below."""
    below = _classes_below(survey)
    named = {_kebab(re.split(r"[/#]", iri_of(term))[-1]): term for term in below if term.startswith(_ours(survey))}
    for subject, types in _things(survey, named):
        kind = named[_kind(subject)]
        if not any(statement.object in below[kind] for statement in types):
            told = types[0]
            yield ProjectWarning(
                f"{survey.short(subject)} is called like a {survey.short(kind)}, and its type is "
                f"{survey.short(told.object)}",
                survey.place_of(told.graph, iri_of(subject)),
                "Correct the type, or give the thing a name below another folder.",
            )


def _things(survey: ProjectSurvey, named: dict[str, bytes]) -> Iterator[tuple[bytes, list[StatementLine]]]:
    found: dict[bytes, list[StatementLine]] = {}
    ours = tuple(base + THING.encode() for base in _ours(survey))
    for graph in survey.inputs.staging.of(Role.DATA):
        for line in lines_of(graph.path):
            if TYPE in line and line.startswith(ours):
                subject, predicate, rest = line.split(b" ", 2)
                if predicate == TYPE and _kind(subject) in named:
                    value = rest.partition(b" ")[0]
                    found.setdefault(subject, []).append(StatementLine(subject, predicate, value, graph))
    return iter(found.items())


def _classes_below(survey: ProjectSurvey) -> dict[bytes, set[bytes]]:
    """Return for each class that the ontology speaks of those that are below it, itself among them."""
    direct: dict[bytes, set[bytes]] = {}
    for graph in survey.inputs.staging.of(Role.ONTOLOGY):
        for line in lines_of(graph.path):
            subject, predicate, rest = line.split(b" ", 2)
            value = rest.partition(b" ")[0]
            if predicate == _SUBCLASS and value[:1] == subject[:1] == b"<":
                direct.setdefault(value, set()).add(subject)
                direct.setdefault(subject, set())
            elif predicate == TYPE and value.endswith(b"Class>") and subject[:1] == b"<":
                direct.setdefault(subject, set())
    below = {}
    for term in direct:
        found, front = {term}, [term]
        while front:
            for lower in direct[front.pop()] - found:
                found.add(lower)
                front.append(lower)
        below[term] = found
    return below


def _ours(survey: ProjectSurvey) -> tuple[bytes, ...]:
    return tuple(f"<{base}".encode() for base in survey.project.bases)


def _kind(subject: bytes) -> str:
    return namespace_of(iri_of(subject))[:-1].rpartition("/")[2]


def _kebab(name: str) -> str:
    """Return the name of a class as a folder is called.

    >>> _kebab("RiverBank"), _kebab("Claim")
    ('river-bank', 'claim')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


CHECK = ProjectCheck("kinds_of_names", find)
