"""The catalogue: what the data set is, where its files and its endpoint are, and what it holds, in one Turtle file.

DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/) for data set, distributions and endpoint; VoID (https://www.w3.org/TR/void/)
for counts, partitions, named graphs and linksets; SPDX for checksums. Every address is below the project's base.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from ckg.formats import TURTLE
from ckg.model.iris import Base
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.model.vocabulary import DCTERMS_NS, RDF_NS, RDFS_NS, XSD_NS
from ckg.release import layout
from ckg.release.counts import Counts
from ckg.release.dumps import ASSERTED, PARTS, Dump
from ckg.release.layout import ProjectMetadata
from ckg.release.writing import write_bytes

_DCAT = "http://www.w3.org/ns/dcat#"
_VOID = "http://rdfs.org/ns/void#"
_FOAF = "http://xmlns.com/foaf/0.1/"
_SPDX = "http://spdx.org/rdf/terms#"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"
_PREFIXES = {
    "dcat": _DCAT,
    "dcterms": DCTERMS_NS,
    "foaf": _FOAF,
    "rdfs": RDFS_NS,
    "spdx": _SPDX,
    "void": _VOID,
    "xsd": XSD_NS,
}
_EXAMPLES = 5
_CLASSES_IN_DETAIL = 250
_MAX_LINKSETS = 500

Node = ox.NamedNode | ox.BlankNode
Value = Node | ox.Literal


def write(about: ProjectMetadata, staging: Staging, dumps: Sequence[Dump], counts: Counts, into: Path) -> None:
    """Write void.ttl into the folder `into`.

    `dumps` is the result of `dumps.finish`, `counts` that of `counts.count` for the union. The same values give the
    same bytes: the date is that of the project's version, never that of the build. Raises `StageFailed`.
    """
    catalogue = _Catalogue(about)
    catalogue.dataset(counts)
    catalogue.endpoint()
    for dump in dumps:
        if not dump.omitted:
            catalogue.distribution(dump, staging.of(Role.SHAPES))
    catalogue.graphs(staging)
    catalogue.partitions(counts)
    catalogue.links(counts)
    write_bytes(into / layout.VOID, TURTLE.document([catalogue.lines()], {**about.prefixes, **_PREFIXES}))


class _Catalogue:
    """Collects the statements."""

    def __init__(self, about: ProjectMetadata) -> None:
        self._about = about
        self._base = Base(about.base)
        self._triples: list[ox.Triple] = []
        self._nodes = 0
        self._document = ox.NamedNode(f"{about.base}void")
        self._catalog = ox.NamedNode(f"{about.base}void#catalog")
        self._dataset = ox.NamedNode(f"{about.base}void#dataset")
        self._endpoint = ox.NamedNode(f"{about.base}void#sparql")
        self._publisher = ox.NamedNode(f"{about.base}void#publisher")

    def lines(self) -> list[bytes]:
        """Return the statements as sorted lines of N-Triples."""
        return sorted({f"{triple} .\n".encode() for triple in self._triples})

    def dataset(self, counts: Counts) -> None:
        """Describe the document, the catalogue and the data set as a whole."""
        about = self._about
        self._say(self._document, f"{RDF_NS}type", _named(f"{_VOID}DatasetDescription"), _named(f"{_FOAF}Document"))
        self._say(self._document, f"{_FOAF}primaryTopic", self._dataset)
        self._say(self._catalog, f"{RDF_NS}type", _named(f"{_DCAT}Catalog"))
        self._say(self._catalog, f"{_DCAT}dataset", self._dataset)
        self._say(self._catalog, f"{_DCAT}service", self._endpoint)
        self._say(self._dataset, f"{RDF_NS}type", _named(f"{_DCAT}Dataset"), _named(f"{_VOID}Dataset"))
        for node in (self._document, self._catalog, self._dataset):
            self._say(node, f"{DCTERMS_NS}title", ox.Literal(about.title, language=_main(about.languages)))
        if about.description:
            description = ox.Literal(about.description, language=_main(about.languages))
            self._say(self._dataset, f"{DCTERMS_NS}description", description)
        self._say(self._dataset, f"{_DCAT}version", ox.Literal(about.version))
        if about.issued:
            self._say(self._dataset, f"{DCTERMS_NS}issued", _typed(about.issued, "date"))
        if about.publisher:
            self._say(self._publisher, f"{RDF_NS}type", _named(f"{_FOAF}Agent"))
            self._say(self._publisher, f"{_FOAF}name", ox.Literal(about.publisher))
            self._say(self._dataset, f"{DCTERMS_NS}publisher", self._publisher)
        if about.homepage:
            self._say(self._dataset, f"{_DCAT}landingPage", _named(about.homepage))
        if about.license:
            self._say(self._dataset, f"{DCTERMS_NS}license", _named(about.license))
        for tag in about.languages:
            if re.fullmatch(r"[a-z]{2}", tag):
                self._say(self._dataset, f"{DCTERMS_NS}language", _named(f"{_LANGUAGES}{tag}"))
        self._say(self._dataset, f"{_VOID}uriSpace", ox.Literal(about.base))
        for example in about.examples[:_EXAMPLES]:
            self._say(self._dataset, f"{_VOID}exampleResource", _named(_absolute(example, about.base)))
        for namespace in _vocabularies((*counts.properties, *counts.classes)):
            self._say(self._dataset, f"{_VOID}vocabulary", _named(namespace))
        self._count(self._dataset, "triples", counts.triples)
        self._count(self._dataset, "entities", counts.entities)
        self._count(self._dataset, "classes", len(counts.classes))
        self._count(self._dataset, "properties", len(counts.properties))
        self._count(self._dataset, "distinctSubjects", counts.subjects)
        self._count(self._dataset, "distinctObjects", counts.objects)

    def endpoint(self) -> None:
        """Describe the SPARQL endpoint."""
        address = _named(f"{self._about.base}sparql")
        self._say(self._dataset, f"{_VOID}sparqlEndpoint", address)
        self._say(self._endpoint, f"{RDF_NS}type", _named(f"{_DCAT}DataService"))
        self._say(self._endpoint, f"{DCTERMS_NS}title", ox.Literal(f"SPARQL endpoint of {self._about.title}"))
        self._say(self._endpoint, f"{DCTERMS_NS}conformsTo", _named("https://www.w3.org/TR/sparql11-protocol/"))
        self._say(self._endpoint, f"{_DCAT}endpointURL", address)
        self._say(self._endpoint, f"{_DCAT}endpointDescription", address)
        self._say(self._endpoint, f"{_DCAT}servesDataset", self._dataset)

    def distribution(self, dump: Dump, shapes: Sequence[StagedGraph]) -> None:
        """Describe one file of the dumps."""
        node = _named(f"{self._about.base}void#{dump.path.name}")
        address = _named(f"{self._about.base}dump/{dump.path.name}")
        what = next((part.title for part in PARTS if part.key == dump.part), self._about.title)
        self._say(self._dataset, f"{_DCAT}distribution", node)
        self._say(node, f"{RDF_NS}type", _named(f"{_DCAT}Distribution"))
        self._say(node, f"{DCTERMS_NS}title", ox.Literal(f"{what} ({dump.format.name})"))
        if self._about.license:
            self._say(node, f"{DCTERMS_NS}license", _named(self._about.license))
        if "/x-" not in dump.format.media_type:  # such a one is registered nowhere (RFC 6838, section 3.4)
            self._say(node, f"{_DCAT}mediaType", _named(f"{_MEDIA_TYPES}{dump.format.media_type}"))
        self._say(node, f"{_DCAT}accessURL", address)
        self._say(node, f"{_DCAT}downloadURL", address)
        self._say(node, f"{_DCAT}byteSize", _typed(dump.bytes, "nonNegativeInteger"))
        checksum = self._node()
        self._say(node, f"{_SPDX}checksum", checksum)
        self._say(checksum, f"{RDF_NS}type", _named(f"{_SPDX}Checksum"))
        self._say(checksum, f"{_SPDX}algorithm", _named(f"{_SPDX}checksumAlgorithm_sha256"))
        self._say(checksum, f"{_SPDX}checksumValue", _typed(dump.sha256, "hexBinary"))
        self._say(node, f"{DCTERMS_NS}description", ox.Literal(f"Holds {dump.holds}.", language="en"))
        if dump.part == ASSERTED.key:
            self._say(node, f"{DCTERMS_NS}conformsTo", *(_named(graph.name) for graph in shapes))
        if not dump.part:
            self._say(self._dataset, f"{_VOID}dataDump", address)
            if dump.format.iri:
                self._say(self._dataset, f"{_VOID}feature", _named(dump.format.iri))

    def graphs(self, staging: Staging) -> None:
        """Describe the named graphs."""
        for graph in staging.graphs:
            node = _named(graph.name)
            self._say(node, f"{RDF_NS}type", _named(f"{_VOID}Dataset"))
            label = graph.name.removeprefix(self._base.graph(""))
            self._say(node, f"{DCTERMS_NS}title", ox.Literal(f"Graph {label}"))
            self._count(node, "triples", graph.triples)
            if graph.role is not Role.SHAPES:
                self._say(self._dataset, f"{_VOID}subset", node)

    def partitions(self, counts: Counts) -> None:
        """Describe how many things there are of each class, and how often each property is used.

        Which properties things have is said of the largest classes only, so that thousands of classes stay readable.
        """
        by_size = sorted(counts.classes, key=lambda name: (-counts.classes[name].entities, name))
        largest = frozenset(by_size[:_CLASSES_IN_DETAIL])
        for name, of in counts.classes.items():
            node = self._node()
            self._say(self._dataset, f"{_VOID}classPartition", node)
            self._say(node, f"{_VOID}class", _named(name))
            self._count(node, "entities", of.entities)
            for predicate, (triples, subjects) in of.properties.items() if name in largest else ():
                part = self._node()
                self._say(node, f"{_VOID}propertyPartition", part)
                self._say(part, f"{_VOID}property", _named(predicate))
                self._count(part, "triples", triples)
                self._count(part, "distinctSubjects", subjects)
        for name, uses in counts.properties.items():
            node = self._node()
            self._say(self._dataset, f"{_VOID}propertyPartition", node)
            self._say(node, f"{_VOID}property", _named(name))
            self._count(node, "triples", uses.triples)
            self._count(node, "distinctSubjects", uses.subjects)
            self._count(node, "distinctObjects", uses.objects)

    def links(self, counts: Counts) -> None:
        """Describe the links to other sites, one linkset for each of them and each predicate."""
        most = sorted(counts.links.items(), key=lambda row: (-row[1], row[0]))[:_MAX_LINKSETS]
        for (predicate, site), triples in sorted(most):
            if self._about.base.startswith(site):
                continue
            node, target = self._node(), self._node()
            self._say(self._dataset, f"{_VOID}subset", node)
            self._say(node, f"{RDF_NS}type", _named(f"{_VOID}Linkset"))
            self._say(node, f"{_VOID}linkPredicate", _named(predicate))
            self._say(node, f"{_VOID}subjectsTarget", self._dataset)
            self._say(node, f"{_VOID}objectsTarget", target)
            self._say(target, f"{RDF_NS}type", _named(f"{_VOID}Dataset"))
            self._say(target, f"{_VOID}uriSpace", ox.Literal(site))
            self._count(node, "triples", triples)

    def _say(self, subject: Node, predicate: str, *values: Value) -> None:
        self._triples.extend(ox.Triple(subject, _named(predicate), value) for value in values)

    def _count(self, subject: Node, name: str, number: int) -> None:
        self._say(subject, f"{_VOID}{name}", _typed(number, "integer"))

    def _node(self) -> ox.BlankNode:
        self._nodes += 1
        return ox.BlankNode(f"n{self._nodes:06d}")


def _named(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _typed(value: object, kind: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(f"{XSD_NS}{kind}"))


def _main(languages: Sequence[str]) -> str:
    return languages[0].lower()


def _absolute(name: str, base: str) -> str:
    return name if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", name) else base + name.lstrip("/")


def _vocabularies(iris: Iterable[str]) -> list[str]:
    return sorted({iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in iris if "#" in iri or "/" in iri})
