"""Records of a class that no shape looks at: whatever is forgotten in them, nobody is told.

Looked at are classes in the project's own namespaces, where the project has shapes at all. A shape looks at a class if
it targets it or one above it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import TYPE, ProjectSurvey, iri_of, lines_of
from ckg.errors import ProjectWarning
from ckg.model.staged import Role
from ckg.model.vocabulary import OWL_NS, RDFS_NS, SH_NS

_SUBCLASS = f"<{RDFS_NS}subClassOf>".encode()
_TARGET = f"<{SH_NS}targetClass>".encode()
_CLASSES = frozenset(f"<{iri}>".encode() for iri in (f"{RDFS_NS}Class", f"{OWL_NS}Class"))


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield each class of the project that has members and no shape, with its first member."""
    shapes = survey.inputs.staging.of(Role.SHAPES)
    looked_at: set[bytes] = set()
    above: dict[bytes, set[bytes]] = {}
    for graph in survey.inputs.staging.of(Role.SHAPES, Role.ONTOLOGY, Role.DATA, Role.CONTEXT):
        for line in lines_of(graph.path):
            subject, predicate, rest = line.split(b" ", 2)
            value = rest.partition(b" ")[0]
            if predicate == _SUBCLASS:
                above.setdefault(subject, set()).add(value)
            elif graph in shapes and (predicate == _TARGET or (predicate == TYPE and value in _CLASSES)):
                looked_at.add(value if predicate == _TARGET else subject)
    if not looked_at:
        return
    ours = tuple(f"<{base}".encode() for base in survey.project.bases)
    for term, statement in sorted(survey.classes.items()):
        if term.startswith(ours) and not _upwards(term, above) & looked_at:
            yield ProjectWarning(
                f"no shape looks at {survey.short(term)}, the class of {survey.short(statement.subject)}",
                survey.place_of(statement.graph, iri_of(term)),
                "Write a shape for it in shapes/ (sh:targetClass), or put the class below one that has a shape.",
            )


def _upwards(term: bytes, above: dict[bytes, set[bytes]]) -> set[bytes]:
    found, front = {term}, [term]
    while front:
        for higher in above.get(front.pop(), set()) - found:
            found.add(higher)
            front.append(higher)
    return found


CHECK = ProjectCheck("shapeless_classes", find)
