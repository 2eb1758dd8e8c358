"""What is different in the terms of an ontology from the version before, where the project has that version's files.

`ontology_changes.json` lists the classes and properties that are new, are gone, or have statements that are. An object
is written as N-Triples has it; one without a name as what is said of it, so that labels of blank nodes do not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ckg.build import project_files
from ckg.build.fingerprints import Fingerprints
from ckg.build.inputs import Inputs, code
from ckg.build.parsing import parsed
from ckg.build.project_files import SourceFile
from ckg.build.stage_cache import StageCache, key
from ckg.errors import ConfigError, SourceLocation
from ckg.model.config import FILE_NAME, Project, line_of
from ckg.model.staged import Role
from ckg.model.vocabulary import OWL_NS, RDF_NS, RDFS_NS

NAME: Final = "ontology_changes.json"
_SETTING = "build.previous_ontology"
_TYPE = ox.NamedNode(f"{RDF_NS}type")
_TERMS = frozenset(
    ox.NamedNode(iri)
    for iri in (
        f"{RDFS_NS}Class",
        f"{RDF_NS}Property",
        *(f"{OWL_NS}{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    )
)
_DEEP = 12  # nodes without a name inside each other

BySubject = dict[object, list[tuple[ox.NamedNode, object]]]
Described = dict[str, set[tuple[str, str]]]
"""Property and object of each statement about a term, by its IRI."""


def find(project: Project, inputs: Inputs, cache: StageCache, work: Path) -> bytes:
    """Return what `ontology_changes.json` holds, empty where no version before is named.

    `work` is the folder that remembers hashes of files. Raises `ConfigError` for a file that is none of RDF,
    `SourceSyntaxError` for one that cannot be read.
    """
    paths = [_file(project, name) for name in project.get(_SETTING)]
    if not paths:
        return b""
    fingerprints = Fingerprints(work / "fingerprints.json")
    after = inputs.staging.of(Role.ONTOLOGY)
    stamp = key(
        code("build", "model"),
        [(path.name, fingerprints.of(path)) for path in paths],
        [graph.sha256 for graph in after],
        project.base.iri,
    )
    fingerprints.save()

    def make(into: Path) -> None:
        before = _terms(_quads(project, path) for path in paths)
        now = _terms(ox.parse(path=graph.path, format=ox.RdfFormat.N_QUADS, lenient=True) for graph in after)
        rows = [row for iri in sorted({*before, *now}) if (row := _row(iri, before.get(iri), now.get(iri)))]
        (into / NAME).write_text(json.dumps({"terms": rows}, ensure_ascii=False) + "\n", encoding="utf-8")

    return (cache.make("changes", stamp, make) / NAME).read_bytes()


def _file(project: Project, name: str) -> Path:
    path = project.folder / name
    if not path.is_file() or project_files.format_of(path) is None:
        settings = project.folder / FILE_NAME
        raise ConfigError(
            f"`{_SETTING}` has {name!r}, "
            + ("which is no RDF by its suffix" if path.is_file() else "which is no file"),
            key=_SETTING,
            place=SourceLocation(settings, line_of(settings, _SETTING)),
            hint="Name the files of the ontology as it was, relative to the project.",
        )
    return path


def _quads(project: Project, path: Path) -> Iterator[ox.Quad]:
    form = project_files.format_of(path)
    assert form is not None
    base, gzipped = project.base.iri, path.suffix.lower() == ".gz"
    source = SourceFile(path, path.name, Role.ONTOLOGY, form, base, gzipped, base, project.folder)
    with parsed(source, project.base) as quads:
        yield from quads


def _terms(files: Iterable[Iterable[ox.Quad]]) -> Described:
    """Return what the statements of some files say of classes and properties."""
    by_subject: BySubject = {}
    for number, quads in enumerate(files):

        def own(term: object, number: int = number) -> object:
            """Return a term, a blank node with a label that no other file has."""
            return ox.BlankNode(f"f{number}x{term.value}") if isinstance(term, ox.BlankNode) else term

        for quad in quads:
            by_subject.setdefault(own(quad.subject), []).append((quad.predicate, own(quad.object)))
    return {
        subject.value: {(predicate.value, _written(term, by_subject, ())) for predicate, term in rows}
        for subject, rows in by_subject.items()
        if isinstance(subject, ox.NamedNode) and any(p == _TYPE and term in _TERMS for p, term in rows)
    }


def _written(term: object, by_subject: BySubject, way: tuple[object, ...]) -> str:
    if not isinstance(term, ox.BlankNode):
        return str(term)
    if term in way or len(way) >= _DEEP:
        return "[]"
    inner = (f"<{p.value}> {_written(value, by_subject, (*way, term))}" for p, value in by_subject.get(term, ()))
    return f"[ {' ; '.join(sorted(inner))} ]"


def _row(iri: str, before: set[tuple[str, str]] | None, now: set[tuple[str, str]] | None) -> dict[str, object] | None:
    """Return what is different of a term; None where nothing is."""
    removed, added = (before or set()) - (now or set()), (now or set()) - (before or set())
    if not removed and not added:
        return None
    kind = "changed" if before and now else "new" if now else "gone"
    return {"iri": iri, "kind": kind, "removed": sorted(removed), "added": sorted(added) if before else []}
