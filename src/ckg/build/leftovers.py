"""What a change has left behind: statements about graphs that no file makes, names of terms that are defined no more.

None of it keeps a project from being published; each is a `ProjectWarning` that names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ckg.build.inputs import Inputs
from ckg.build.places import place
from ckg.errors import ProjectWarning, SourceLocation
from ckg.model import config
from ckg.model.config import Project
from ckg.model.iris import GRAPH
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, StagedGraph
from ckg.model.vocabulary import SH_NS

_QUERIES = tuple(f"<{SH_NS}{name}> ".encode() for name in ("select", "ask", "construct"))
_BLOCK_BYTES = 8 << 20
_MOST = 20
_MOST_SHARED = 3
_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|(?<!\S)#[^\n]*', re.DOTALL
)
_IN_QUERY = re.compile(r"<([^<>\s]*)>|(?<![\w.-])([A-Za-z][\w-]*)?:([A-Za-z_][\w-]*(?:\.[\w-]+)*)")


def warnings(project: Project, inputs: Inputs) -> tuple[ProjectWarning, ...]:
    """Return what the files of a project say of graphs, terms and examples that are not there."""
    found = [
        *inputs.warnings,
        *_shared_names(project, inputs),
        *_graphs(project, inputs),
        *_terms(project, inputs),
        *_examples(project, inputs),
    ]
    if len(found) > _MOST:
        return (*found[:_MOST], ProjectWarning(f"and {len(found) - _MOST:,} more warnings of this kind"))
    return tuple(found)


def below(inputs: Inputs, *bases: str) -> tuple[int, ...]:
    """Return how many subjects of the data have an IRI, and how many of them one below each of the bases."""
    terms: set[bytes] = set()
    for graph in inputs.staging.of(Role.DATA):
        terms.update(line.partition(b" ")[0] for block in _blocks(graph.path) for line in block if line[:1] == b"<")
    return len(terms), *(sum(term.startswith(f"<{base}".encode()) for term in terms) for base in bases)


def _shared_names(project: Project, inputs: Inputs) -> Iterator[ProjectWarning]:
    """Yield the things that several files name by a fragment alone, such as <#me>: there they are one thing."""
    beginning = f"<{project.base.iri}#".encode()
    files: dict[bytes, list[str]] = {}
    for graph in inputs.staging.of(Role.DATA):
        for term in _subjects(graph.path, beginning):
            files.setdefault(term, []).extend(graph.sources[:1])
    shared = {term: names for term, names in files.items() if len(names) > 1}
    for term in sorted(shared)[:_MOST_SHARED]:
        fragment = _iri(term)[len(project.base.iri) :]
        yield ProjectWarning(
            f"<{fragment}> in {', '.join(shared[term][:3])} is one thing, {_iri(term)}",
            SourceLocation(project.folder / shared[term][0]),
            'Where each file means its own, write relative_iris = "file" in the section [build] of ckg.toml.',
        )


def _graphs(project: Project, inputs: Inputs) -> Iterator[ProjectWarning]:
    """Yield what is wrong with the statements about named graphs, such as those of `data/graphs.ttl`."""
    base = project.base
    made = {graph.name: graph for graph in inputs.staging.graphs}
    reserved = {base.ontology_graph, base.shapes_graph, base.inferred_graph}
    beginning = f"<{base.iri}{GRAPH}".encode()
    described: dict[str, StagedGraph] = {}
    for graph in inputs.staging.of(Role.DATA, Role.ONTOLOGY):
        for term in _subjects(graph.path, beginning):
            described.setdefault(_iri(term), graph)
    for name in sorted(described.keys() - made.keys() - reserved):
        yield ProjectWarning(
            f"there are statements about the graph <{name}>, but no file makes it",
            _place(project, [described[name]], name),
            "A file that is renamed has another graph: let the statements name it, or take them out.",
        )
    files = {graph.name: graph for graph in inputs.staging.of(Role.DATA)}
    with_row = files.keys() & described.keys()
    if not with_row:
        return
    teller = described[min(with_row)]
    for name in sorted(files.keys() - described.keys()):
        yield ProjectWarning(
            f"nothing is said about the graph <{name}> of this file, while {', '.join(teller.sources[:1])} describes "
            f"{len(with_row):,} others",
            SourceLocation(project.folder / files[name].sources[0]),
            f"Say in {teller.sources[0]} what the graph holds.",
        )


def _terms(project: Project, inputs: Inputs) -> Iterator[ProjectWarning]:
    """Yield the terms of the project that shapes and ready queries name and no file defines."""
    staging = inputs.staging
    defined = {_iri(term) for graph in staging.of(Role.ONTOLOGY, Role.SHAPES) for term in _subjects(graph.path, b"<")}
    ours = {
        _namespace(iri) for iri in _defined_by_ontology(staging.of(Role.ONTOLOGY)) if iri.startswith(project.base.iri)
    }
    ours.add(project.base.terms)
    named: dict[str, list[tuple[StagedGraph, str]]] = {}
    for graph in staging.of(Role.SHAPES):
        for iri in _objects(graph.path):
            named.setdefault(iri, []).append((graph, "shapes"))
    for graph in staging.of(Role.SHAPES, Role.DATA):
        what = "shapes" if graph.role is Role.SHAPES else "a ready query"
        for text in _query_texts(graph.path):
            for iri in _iris_of_query(text, inputs.prefixes):
                named.setdefault(iri, []).append((graph, what))
    missing = {iri for iri in named.keys() - defined if _namespace(iri) in ours and _namespace(iri) != iri}
    if not missing:
        return
    # A project without an ontology has its terms in the data alone: there, a term that is used is defined.
    declared = bool(staging.of(Role.ONTOLOGY))
    missing -= _in_data(staging.of(Role.DATA), missing, used=not declared)
    for iri in sorted(missing):
        for graph, what in dict.fromkeys(named[iri]):
            yield ProjectWarning(
                f"{what} name{'' if what == 'shapes' else 's'} <{iri}>, which is defined nowhere",
                _place(project, [graph], iri),
                "Define the term in ontology/, or name another one here: nothing can fit what is not there.",
            )


def _examples(project: Project, inputs: Inputs) -> Iterator[ProjectWarning]:
    """Yield the things in `project.examples` that no file says anything about."""
    given = {
        (text if ":" in text.partition("/")[0] else project.base.iri + text): text
        for text in project.get("project.examples")
    }
    there = _in_data(inputs.staging.of(Role.DATA, Role.ONTOLOGY), set(given), used=False)
    for iri in sorted(given.keys() - there):
        yield ProjectWarning(
            f"`project.examples` names {given[iri]}, which no file says anything about",
            SourceLocation(project.folder / config.FILE_NAME, _line(project.folder / config.FILE_NAME, given[iri])),
            "Name a thing that is there.",
        )


def _in_data(graphs: Iterable[StagedGraph], iris: set[str], *, used: bool) -> set[str]:
    """Return those that are subjects in some graph, or, with `used`, predicates or classes."""
    left = {f"<{iri}>".encode() for iri in iris}
    found: set[bytes] = set()
    for graph in graphs:
        for block in _blocks(graph.path) if left else ():
            whole = b"".join(block)
            if not any(term in whole for term in left):
                continue
            for line in block:
                subject, predicate, rest = line.split(b" ", 2)
                found.update({subject, predicate, rest.partition(b" ")[0]} & left if used else {subject} & left)
            left -= found
    return {_iri(term) for term in found}


def _subjects(path: Path, beginning: bytes) -> Iterator[bytes]:
    """Yield the subjects of a sorted file that begin so."""
    last = b""
    for block in _blocks(path):
        if block[-1] < beginning:
            continue
        if block[0] > beginning and not block[0].startswith(beginning):
            return
        for line in block:
            if line.startswith(beginning):
                term = line.partition(b" ")[0]
                if term != last:
                    yield term
                last = term


def _blocks(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        while block := file.readlines(_BLOCK_BYTES):
            yield block


def _objects(path: Path) -> Iterator[str]:
    for quad in parse(path=path, format=RdfFormat.N_QUADS, lenient=True):
        if isinstance(quad.object, NamedNode):
            yield quad.object.value


def _defined_by_ontology(graphs: Iterable[StagedGraph]) -> Iterator[str]:
    for graph in graphs:
        yield from (_iri(term) for term in _subjects(graph.path, b"<"))


def _query_texts(path: Path) -> Iterator[str]:
    for block in _blocks(path):
        whole = b"".join(block)
        if any(name in whole for name in _QUERIES):
            lines = b"".join(line for line in block if any(name in line for name in _QUERIES))
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


def _place(project: Project, graphs: Iterable[StagedGraph], iri: str) -> SourceLocation | None:
    return place(project.folder, [name for graph in graphs for name in graph.sources], iri, project.base.iri)


def _line(path: Path, text: str) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if f'"{text}"' in line), None)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _iri(term: bytes) -> str:
    return term[1:-1].decode()
