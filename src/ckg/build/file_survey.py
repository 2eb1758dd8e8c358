"""What a file of RDF is about, by its first statements: terms, shapes or data; its title; its names and languages."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ckg.build.parsing import parsed
from ckg.build.project_files import SourceFile
from ckg.errors import SourceSyntaxError
from ckg.formats import InputFormat
from ckg.model.iris import Base
from ckg.model.staged import Role
from ckg.model.vocabulary import DCTERMS_NS, LABELS, OWL_NS, RDF_NS, RDFS_NS, SH_NS, SKOS_NS

PLACEHOLDER: Final = "https://relative.invalid/"
"""What relative IRIs are resolved against, to tell them from others."""

_MOST_STATEMENTS = 100_000
_BEGINNING_BYTES = 64 << 10
_CONTEXT = re.compile(rb'"@context"\s*:\s*(?:\[\s*)?"')  # by its address, as data have it
_TYPE = f"{RDF_NS}type"
_DC_NS = "http://purl.org/dc/elements/1.1/"
_SCHEMA = ("https://schema.org/", "http://schema.org/")

HEADERS: Final = (
    "http://www.w3.org/ns/dcat#Catalog",
    f"{SKOS_NS}ConceptScheme",
    f"{OWL_NS}Ontology",
    "http://www.w3.org/ns/dcat#Dataset",
    "http://rdfs.org/ns/void#Dataset",
    *(f"{namespace}Dataset" for namespace in _SCHEMA),
)
"""Classes of what says what a whole is called, the most telling first."""

_TERM_TYPES = frozenset(
    {
        *(f"{OWL_NS}{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
        *(f"{OWL_NS}{name}" for name in ("Ontology", "FunctionalProperty", "TransitiveProperty", "SymmetricProperty")),
        *(f"{OWL_NS}{name}" for name in ("Restriction", "AllDisjointClasses", "Axiom", "InverseFunctionalProperty")),
        f"{RDFS_NS}Class",
        f"{RDFS_NS}Datatype",
        f"{RDF_NS}Property",
    }
)
_SHAPE_TYPES = frozenset({f"{SH_NS}NodeShape", f"{SH_NS}PropertyShape"})
_TITLES = (
    f"{DCTERMS_NS}title",
    f"{_DC_NS}title",
    f"{SKOS_NS}prefLabel",
    f"{RDFS_NS}label",
    *(f"{namespace}name" for namespace in _SCHEMA),
)
_DESCRIPTIONS = (
    f"{DCTERMS_NS}description",
    f"{DCTERMS_NS}abstract",
    f"{_DC_NS}description",
    f"{RDFS_NS}comment",
    f"{SKOS_NS}definition",
    *(f"{namespace}description" for namespace in _SCHEMA),
)
_LICENCES = (
    f"{DCTERMS_NS}license",
    "http://creativecommons.org/ns#license",
    *(f"{namespace}license" for namespace in _SCHEMA),
    f"{DCTERMS_NS}rights",
)
_NAMES = frozenset({*LABELS, f"{_DC_NS}title", "http://www.w3.org/2008/05/skos-xl#literalForm"})


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of a whole: an ontology, a concept scheme, a data set, a catalogue."""

    iri: str
    kind: str
    title: str = ""
    description: str = ""
    license: str = ""
    version: str = ""


@dataclass(slots=True)
class FileSurvey:
    """What a file holds, by its first statements."""

    subjects: set[str] = field(default_factory=set)
    headers: dict[str, Header] = field(default_factory=dict)
    types: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    has_graphs: bool = False

    @property
    def role(self) -> Role:
        """What the file is for: most of its typed subjects are shapes, terms, or something else."""
        total = sum(self.types.values())
        shapes = sum(self.types[name] for name in _SHAPE_TYPES)
        terms = sum(self.types[name] for name in _TERM_TYPES)
        if self.has_graphs:
            return Role.DATA
        if shapes and shapes * 2 >= total - terms:
            return Role.SHAPES
        return Role.ONTOLOGY if terms and terms * 2 >= total else Role.DATA


def survey(path: Path, form: InputFormat, project: Path) -> FileSurvey | None:
    """Read the first statements of a file of a project folder; None for XML and JSON that hold no RDF at all.

    What else is wrong with a file is left to the build, which says where.
    """
    found = FileSurvey()
    told: dict[str, dict[str, list[ox.Literal | ox.NamedNode]]] = {}
    wanted = {*_TITLES, *_DESCRIPTIONS, *_LICENCES, f"{OWL_NS}versionInfo", f"{DCTERMS_NS}hasVersion"}
    try:
        gzipped = path.suffix.lower() == ".gz"
        source = SourceFile(path, path.name, Role.DATA, form, PLACEHOLDER, gzipped, PLACEHOLDER, project)
        with parsed(source, Base(PLACEHOLDER)) as quads:
            for quad in islice(quads, _MOST_STATEMENTS):
                _count(found, quad)
                subject, predicate, value = quad.subject, quad.predicate.value, quad.object
                if isinstance(subject, ox.NamedNode) and predicate in wanted and not isinstance(value, ox.Triple):
                    told.setdefault(subject.value, {}).setdefault(predicate, []).append(value)  # type: ignore[arg-type]
    except (SourceSyntaxError, OSError):
        pass
    if not found.subjects and not found.types and _may_be_other(path):
        return None
    for iri, header in found.headers.items():
        said = told.get(iri, {})
        found.headers[iri] = replace(
            header,
            title=_text(said, _TITLES),
            description=_text(said, _DESCRIPTIONS),
            license=_iri(said, _LICENCES),
            version=_text(said, (f"{OWL_NS}versionInfo", f"{DCTERMS_NS}hasVersion")),
        )
    return found


def _count(found: FileSurvey, quad: ox.Quad) -> None:
    subject, predicate, value = quad.subject, quad.predicate.value, quad.object
    if isinstance(subject, ox.NamedNode):
        found.subjects.add(subject.value)
    if isinstance(quad.graph_name, ox.NamedNode):
        found.has_graphs = True
    if predicate == _TYPE and isinstance(value, ox.NamedNode):
        found.types[value.value] += 1
        if value.value in HEADERS and isinstance(subject, ox.NamedNode):
            before = found.headers.get(subject.value)
            if before is None or HEADERS.index(value.value) < HEADERS.index(before.kind):
                found.headers[subject.value] = Header(subject.value, value.value)
    elif isinstance(value, ox.Literal) and predicate in _NAMES:
        found.labels[predicate] += 1
        if value.language:
            found.languages[value.language] += 1


def _may_be_other(path: Path) -> bool:
    """Whether files of this suffix are as often no RDF, and nothing in this one says that it is JSON-LD.

    One whose context is not at hand has no statements as yet: the build says where to put the context.
    """
    if not any(suffix.lower() in (".xml", ".json") for suffix in path.suffixes[-2:]):
        return False
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            return _CONTEXT.search(file.read(_BEGINNING_BYTES)) is None
    except (OSError, EOFError):
        return True


def _text(said: dict[str, list[ox.Literal | ox.NamedNode]], properties: tuple[str, ...]) -> str:
    for name in properties:
        texts = [value for value in said.get(name, ()) if isinstance(value, ox.Literal) and value.value.strip()]
        if texts:
            best = min(texts, key=lambda value: (value.language or "").partition("-")[0] not in ("en", ""))
            return " ".join(best.value.split())
    return ""


def _iri(said: dict[str, list[ox.Literal | ox.NamedNode]], properties: tuple[str, ...]) -> str:
    for name in properties:
        for value in said.get(name, ()):
            text = value.value.strip()
            if text.startswith(("http://", "https://")) and not set(text) & set(' <>"{}|\\^`'):
                return text
    return ""
