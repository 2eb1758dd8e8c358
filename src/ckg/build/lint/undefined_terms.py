"""Terms in the project's own namespaces that are used and defined nowhere: `ex:bulitBy` for `ex:builtBy`.

Used is what stands as a property or class in data and ontology, or is named by a shape or a ready query. A namespace is
the project's own where its ontology defines terms in it; without an ontology a term is defined by its use.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ckg.build.lint.project_check import MOST_TOLD, ProjectCheck
from ckg.build.lint.survey import ProjectSurvey, iri_of, lines_of, namespace_of
from ckg.errors import ProjectWarning
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, StagedGraph
from ckg.model.vocabulary import SH_NS

_QUERIES = tuple(f"<{SH_NS}{name}> ".encode() for name in ("select", "ask", "construct"))
_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|(?<!\S)#[^\n]*', re.DOTALL
)
_IN_QUERY = re.compile(r"<([^<>\s]*)>|(?<![\w.-])([A-Za-z][\w-]*)?:([A-Za-z_][\w-]*(?:\.[\w-]+)*)")


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield every use of an undefined term: once for data and ontology, and for each file of shapes or queries."""
    staging = survey.inputs.staging
    defined = {iri_of(line.partition(b" ")[0]) for graph in _defining(survey) for line in _named(graph.path)}
    ontology = {
        namespace_of(iri_of(line.partition(b" ")[0]))
        for graph in staging.of(Role.ONTOLOGY)
        for line in _named(graph.path)
    }
    base = survey.project.base
    ours = {namespace for namespace in ontology if namespace.startswith(survey.project.bases)} | {base.terms}
    if staging.of(Role.ONTOLOGY):
        yield from _in_use(survey, defined, ours)
    named = _named_elsewhere(survey)
    missing = {iri for iri in named.keys() - defined if namespace_of(iri) in ours and namespace_of(iri) != iri}
    used = set() if staging.of(Role.ONTOLOGY) else {*survey.predicates, *survey.classes}
    missing -= {iri_of(term) for term in survey.described | used if term[:1] == b"<"}
    for iri in sorted(missing):
        for graph, what in dict.fromkeys(named[iri]):
            yield ProjectWarning(
                f"{what} name{'' if what == 'shapes' else 's'} <{iri}>, which is defined nowhere",
                survey.place_of(graph, iri),
                "Define the term in ontology/, or name another one here: nothing can fit what is not there."
                + did_you_mean(survey, iri, defined),
            )


def _in_use(survey: ProjectSurvey, defined: set[str], ours: set[str]) -> Iterator[ProjectWarning]:
    told = 0
    for what, terms in (("property", survey.predicates), ("class", survey.classes)):
        for term, statement in sorted(terms.items()):
            iri = iri_of(term) if term[:1] == b"<" else ""
            if iri in defined or namespace_of(iri) not in ours or not iri:
                continue
            told += 1
            is_shown = told <= MOST_TOLD
            yield ProjectWarning(
                f"the {what} {survey.short(term)} is used and defined nowhere",
                survey.place_of(statement.graph, iri) if is_shown else None,
                "Use a term that is there, or define this one in ontology/."
                + (did_you_mean(survey, iri, defined) if is_shown else ""),
            )


def did_you_mean(survey: ProjectSurvey, iri: str, known: Iterable[str]) -> str:
    """Return a sentence that names the most similar IRI of the same namespace, or nothing.

    The spellings are compared without regard to capitals, hyphens and underscores.
    """
    namespace = namespace_of(iri)
    by_name = {_plain(other[len(namespace) :]): other for other in known if namespace_of(other) == namespace}
    close = difflib.get_close_matches(_plain(iri[len(namespace) :]), sorted(by_name), n=1, cutoff=0.75)
    return f" Did you mean {survey.short(f'<{by_name[close[0]]}>'.encode())}?" if close else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_]", "", name).lower()


def _defining(survey: ProjectSurvey) -> tuple[StagedGraph, ...]:
    return survey.inputs.staging.of(Role.ONTOLOGY, Role.SHAPES, Role.CONTEXT)


def _named(path: Path) -> Iterator[bytes]:
    return (line for line in lines_of(path) if line[:1] == b"<")


def _named_elsewhere(survey: ProjectSurvey) -> dict[str, list[tuple[StagedGraph, str]]]:
    """Return what shapes and ready queries name, with the graph that does, and what it is called in messages."""
    staging = survey.inputs.staging
    named: dict[str, list[tuple[StagedGraph, str]]] = {}
    for graph in staging.of(Role.SHAPES):
        for quad in parse(path=graph.path, format=RdfFormat.N_QUADS, lenient=True):
            if isinstance(quad.object, NamedNode):
                named.setdefault(quad.object.value, []).append((graph, "shapes"))
    for graph in staging.of(Role.SHAPES, Role.DATA):
        what = "shapes" if graph.role is Role.SHAPES else "a ready query"
        for text in _query_texts(graph.path):
            for iri in _iris_of_query(text, survey.inputs.prefixes):
                named.setdefault(iri, []).append((graph, what))
    return named


def _query_texts(path: Path) -> Iterator[str]:
    lines = b"".join(line for line in lines_of(path) if any(name in line for name in _QUERIES))
    for quad in parse(lines, format=RdfFormat.N_QUADS, lenient=True):
        if isinstance(quad.object, Literal):
            yield quad.object.value


def _iris_of_query(text: str, prefixes: Prefixes) -> Iterator[str]:
    own = dict(re.findall(r"(?i)\bPREFIX\s+([\w-]*):\s*<([^<>\s]*)>", text))
    for whole, prefix, local in _IN_QUERY.findall(_STRING_OR_COMMENT.sub(" ", text)):
        if whole:
            yield whole
        elif namespace := own.get(prefix, prefixes.get(prefix)):
            yield namespace + local


CHECK = ProjectCheck("undefined_terms", find)
