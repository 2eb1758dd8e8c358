"""Documents in RDF: the statements of a document and what it says about itself, in any graph format.

In a format that has named graphs (TriG, N-Quads) every statement stands in its graphs, and in the default graph, which
is their union. The other formats hold
triples, so what was inferred and not asserted is told apart there by a reified statement each, said to be part of the
graph of inferences.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from ckg.errors import NotExpressible
from ckg.formats import DOCUMENT_FORMATS, DatasetFormat, Format, GraphFormat
from ckg.formats.statement_lines import Lines, used_prefixes
from ckg.model.staged import Role
from ckg.model.vocabulary import DCTERMS_NS, RDF_NS, RDFS_NS, XSD_NS
from ckg.query.document import Document, node_of
from ckg.query.lookup import Node, Term
from ckg.release import dumps, merge
from ckg.release.layout import DUMPS, Release
from ckg.web.addresses import Address

_FOAF = "http://xmlns.com/foaf/0.1/"
_XHV = "http://www.w3.org/1999/xhtml/vocab#"
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"

OWN_PREFIXES: Final = {"rdf": RDF_NS, "dcterms": DCTERMS_NS, "foaf": _FOAF, "xhv": _XHV, "void": _VOID, "dcat": _DCAT}

Fact = tuple[Node, str, Term]


@dataclass(frozen=True, slots=True)
class DocumentMetadata:
    """A document, its address, the IRI of the data set it is part of, and the formats it can be written in."""

    document: Document
    address: Address
    release: Release
    data_set: str
    formats: tuple[Format, ...] = DOCUMENT_FORMATS

    @property
    def iri(self) -> str:
        """The IRI of this page of the document."""
        return self.page_iri(self.document.page)

    def page_iri(self, number: int) -> str:
        """Return the IRI of a page of the document; the first one is the document itself."""
        iri = self.address.document(self.release.base)
        mark = "&" if "?" in iri else "?"
        return iri if number == 1 else f"{iri}{mark}page={number}"

    @property
    def citation(self) -> str:
        """How to cite the document, in one line."""
        about = self.release.about
        parts = (about.publisher, about.title, f"version {about.version}", about.issued, self.document.about)
        return ", ".join(part for part in parts if part) + "."


def facts(about: DocumentMetadata) -> Iterator[Fact]:
    """Yield what a document says of itself: topic, data set, licence, version, how to cite, formats, other pages."""
    said, page = about.release.about, NamedNode(about.iri)
    document = about.document
    yield page, f"{RDF_NS}type", NamedNode(f"{_FOAF}Document")
    yield page, f"{_FOAF}primaryTopic", node_of(document.about)
    yield page, f"{_VOID}inDataset", NamedNode(about.data_set)
    if said.license:
        yield page, f"{DCTERMS_NS}license", NamedNode(said.license)
    yield page, f"{_DCAT}version", Literal(said.version)
    yield page, f"{DCTERMS_NS}identifier", Literal(about.release.id)
    yield page, f"{DCTERMS_NS}bibliographicCitation", Literal(about.citation)
    if said.issued:
        yield page, f"{DCTERMS_NS}issued", Literal(said.issued, datatype=NamedNode(f"{XSD_NS}date"))
    if said.publisher:
        yield page, f"{DCTERMS_NS}publisher", Literal(said.publisher)
    if document.page == 1:
        for offered in about.formats:
            yield page, f"{DCTERMS_NS}hasFormat", NamedNode(about.address.document(about.release.base, offered))
    if document.page > 1:
        yield page, f"{_XHV}prev", NamedNode(about.page_iri(document.page - 1))
    if document.following is not None:
        yield page, f"{_XHV}next", NamedNode(about.page_iri(document.following))
    for node in document.elsewhere:
        name = node.value if isinstance(node, NamedNode) else str(node)
        rest = Address("", subject=name, about=about.address.about).document(about.release.base)
        yield node, f"{RDFS_NS}seeAlso", NamedNode(rest)


def inferences(about: DocumentMetadata) -> Iterator[Fact]:
    """Yield a reified statement for each statement of the thing that was inferred and is not asserted."""
    graph = NamedNode(about.release.base.inferred_graph)
    inferred = [row for row in (*about.document.said, *about.document.pointing) if row.inferred]
    for number, row in enumerate(inferred, 1):
        node = NamedNode(f"{about.iri}#inferred-{number}")
        yield node, f"{RDF_NS}type", NamedNode(f"{RDF_NS}Statement")
        yield node, f"{RDF_NS}subject", row.subject
        yield node, f"{RDF_NS}predicate", row.predicate
        yield node, f"{RDF_NS}object", row.object
        yield node, f"{DCTERMS_NS}isPartOf", graph


def render(about: DocumentMetadata, wanted: GraphFormat) -> bytes:
    """Return the document in an RDF format.

    Raises `ckg.errors.NotExpressible` where the format has no form for one of its triples.
    """
    own = list(facts(about))
    if isinstance(wanted, DatasetFormat):
        return _dataset(about, own, wanted)
    rows: list[Fact] = [(row.subject, row.predicate.value, row.object) for row in about.document.said]
    rows += own
    rest = (*about.document.pointing, *about.document.context)
    rows += [(row.subject, row.predicate.value, row.object) for row in rest]
    rows += inferences(about)
    return graph(rows, about.release.prefixes, wanted, name=about.iri)


def formats_of(
    write: Callable[[GraphFormat], object], formats: tuple[Format, ...] = DOCUMENT_FORMATS
) -> tuple[Format, ...]:
    """Return those of the formats that a document can be written in: not all have a form for every triple.

    `write` writes it in a format, or raises `ckg.errors.NotExpressible`.
    """
    return tuple(f for f in formats if not isinstance(f, GraphFormat) or _can_write(write, f))


def is_expressible(release: Release) -> bool:
    """Say whether every statement of a release has a form in every format, so that no document need be tried.

    The dumps tell it of what is published, and the shapes are written once.
    """
    shapes = release.staging.of(Role.SHAPES)
    for wanted in DOCUMENT_FORMATS:
        if not isinstance(wanted, GraphFormat) or not wanted.may_refuse:
            continue
        whole = (dump for dump in dumps.read(release.folder / DUMPS) if dump.format == wanted and not dump.part)
        if all(dump.omitted for dump in whole):
            return False
        if not _can_write(lambda form: deque(form.document(merge.triples(shapes), {}), maxlen=0), wanted):
            return False
    return True


def _can_write(write: Callable[[GraphFormat], object], wanted: GraphFormat) -> bool:
    if wanted.may_refuse:
        try:
            write(wanted)
        except NotExpressible:
            return False
    return True


def graph(rows: Iterable[Fact], prefixes: Mapping[str, str], wanted: GraphFormat, *, name: str) -> bytes:
    """Return triples in an RDF format; those that have named graphs give them the graph `name` too.

    Raises `ckg.errors.NotExpressible` where the format has no form for one of them.
    """
    lines = _lines(rows)
    if isinstance(wanted, DatasetFormat):
        return _graphs({name: lines}, prefixes, wanted)
    return b"".join(wanted.whole(lines, _used(prefixes, lines, wanted)))


def _dataset(about: DocumentMetadata, own: list[Fact], wanted: DatasetFormat) -> bytes:
    graphs: dict[str, list[Fact]] = {about.iri: own}
    for row in about.document.statements:
        for name in row.graphs:
            graphs.setdefault(name, []).append((row.subject, row.predicate.value, row.object))
    return _graphs({name: _lines(rows) for name, rows in sorted(graphs.items())}, about.release.prefixes, wanted)


def _graphs(blocks: Mapping[str, Lines], prefixes: Mapping[str, str], wanted: DatasetFormat) -> bytes:
    # As at the endpoint, the default graph is the union: clients that ask for quads first query nothing else.
    union = sorted({line for lines in blocks.values() for line in lines})
    everything = union + [f"<{name}>".encode() for name in blocks]
    graphs = ((name, [lines]) for name, lines in (("", union), *blocks.items()))
    return b"".join(wanted.dataset(graphs, _used(prefixes, everything, wanted)))


def _lines(rows: Iterable[Fact]) -> Lines:
    """Return N-Triples lines: subjects in the order in which they come, sorted below a subject, none twice."""
    subjects: dict[Node, set[bytes]] = {}
    for subject, predicate, value in rows:
        subjects.setdefault(subject, set()).add(f"{subject} <{predicate}> {value} .\n".encode())
    return [line for lines in subjects.values() for line in sorted(lines)]


def _used(prefixes: Mapping[str, str], lines: Lines, wanted: GraphFormat) -> dict[str, str]:
    """Return the prefixes, the project's before ours, whose namespace occurs in the lines."""
    if not wanted.groups_subjects:
        return {}
    taken = set(prefixes.values())
    return used_prefixes(
        {**{prefix: iri for prefix, iri in OWN_PREFIXES.items() if iri not in taken}, **prefixes}, lines
    )
