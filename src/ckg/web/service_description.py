"""What the endpoint says of itself: SPARQL 1.1 Service Description, with the statistics of the catalogue (VoID)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import pyoxigraph as ox

from ckg.formats import ANSWER_FORMATS, Format, GraphFormat
from ckg.model.vocabulary import DCTERMS_NS, RDF_NS
from ckg.query.limits import QueryLimits
from ckg.web.document_rdf import Fact, formats_of, graph
from ckg.web.open_release import OpenRelease

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_VOID: Final = "http://rdfs.org/ns/void#"
_SIMPLE: Final = "http://www.w3.org/ns/entailment/Simple"
_INTEGER: Final = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def render(serving: OpenRelease, endpoint: str, wanted: GraphFormat) -> bytes:
    """Return the description of the endpoint at the address `endpoint`, in a graph format."""
    prefixes = {"sd": _SD, "void": _VOID, "dcterms": DCTERMS_NS} | dict(serving.release.prefixes)
    return graph(_facts(serving, endpoint), prefixes, wanted, name=f"{serving.release.base.iri}sparql")


def formats(serving: OpenRelease, endpoint: str) -> tuple[Format, ...]:
    """Return the formats that the description can be written in."""
    return formats_of(partial(render, serving, endpoint))


def _facts(serving: OpenRelease, endpoint: str) -> Iterator[Fact]:
    release = serving.release
    service = ox.NamedNode(f"{release.base.iri}void#sparql")
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    yield service, f"{RDF_NS}type", ox.NamedNode(f"{_SD}Service")
    yield service, f"{_SD}endpoint", ox.NamedNode(endpoint)
    yield service, f"{_SD}supportedLanguage", ox.NamedNode(f"{_SD}SPARQL11Query")
    for offered in ANSWER_FORMATS:
        if offered.iri:
            yield service, f"{_SD}resultFormat", ox.NamedNode(offered.iri)
    yield service, f"{_SD}defaultEntailmentRegime", ox.NamedNode(_SIMPLE)
    if release.about.license:
        yield service, f"{DCTERMS_NS}license", ox.NamedNode(release.about.license)
    yield service, f"{DCTERMS_NS}description", ox.Literal(_bounds(serving.pool.limits), language="en")
    yield service, f"{_SD}defaultDataset", dataset
    yield dataset, f"{RDF_NS}type", ox.NamedNode(f"{_SD}Dataset")
    yield dataset, f"{_SD}defaultGraph", default
    yield default, f"{RDF_NS}type", ox.NamedNode(f"{_SD}Graph")
    yield (
        default,
        f"{DCTERMS_NS}description",
        ox.Literal(
            "Ontology, data and what was inferred from them. The graphs of VoID and of the example queries are no part"
            " of it, but for a query that names a term of VoID or sh:SPARQLExecutable and no dataset.",
            language="en",
        ),
    )
    graphs = [(staged.name, staged.triples) for staged in release.staging.graphs]
    for number, (name, triples) in enumerate((*graphs, *release.description_graphs.items())):
        named, content = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        yield dataset, f"{_SD}namedGraph", named
        yield named, f"{RDF_NS}type", ox.NamedNode(f"{_SD}NamedGraph")
        yield named, f"{_SD}name", ox.NamedNode(name)
        yield named, f"{_SD}graph", content
        yield content, f"{RDF_NS}type", ox.NamedNode(f"{_SD}Graph")
        yield content, f"{_VOID}triples", ox.Literal(str(triples), datatype=_INTEGER)
    if release.void.is_file():
        for quad in ox.parse(path=release.void, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            if isinstance(quad.subject, ox.NamedNode | ox.BlankNode):
                yield quad.subject, quad.predicate.value, quad.object


def _bounds(limits: QueryLimits) -> str:
    """Return the limits in words."""
    return (
        f"A query may have {limits.text} bytes, nest {limits.depth} deep and join {limits.patterns} patterns in a"
        f" group; it may take {limits.seconds:g} seconds and {limits.memory} MB of memory, and its answer may have"
        f" {limits.rows} rows and {limits.bytes} bytes. Beyond a bound there is no answer, never a part of one."
        " SERVICE and updates are not offered. The prefixes of the data set need no declaration."
    )
