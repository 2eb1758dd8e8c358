"""What editors and language models ask an endpoint about itself by SPARQL: VoID, example queries, prefixes.

Two named graphs of the store hold it: that of the VoID document, and `.well-known/sparql-examples` below the base,
after the endpoints of the Swiss Institute of Bioinformatics (https://github.com/sib-swiss/sparql-examples). They are no
part of the default graph, so that nobody counts them among the data; and what the data say themselves is left out of
them, so that both together are a merge. An example has an IRI of its own there and names the query of the data that it
is, its `dcterms:source`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ckg.model.iris import Base
from ckg.model.vocabulary import DCTERMS_NS, RDF_NS, RDFS_NS, SH_NS, XSD_NS
from ckg.release.writing import write_bytes

_SPEX: Final = "https://purl.expasy.org/sparql-examples/ontology#"
_FORMS: Final = (
    ("SPARQLSelectExecutable", f"{SH_NS}select"),
    ("SPARQLAskExecutable", f"{SH_NS}ask"),
    ("SPARQLConstructExecutable", f"{SH_NS}construct"),
    ("SPARQLDescribeExecutable", f"{_SPEX}describe"),
)
_TYPE: Final = ox.NamedNode(f"{RDF_NS}type")
_LABEL, _COMMENT = ox.NamedNode(f"{RDFS_NS}label"), ox.NamedNode(f"{RDFS_NS}comment")
_EXAMPLE: Final = ox.NamedNode(f"{SH_NS}SPARQLExecutable")
_UNION: Final = ox.DefaultGraph()


def write(store: Path, void: Path, base: Base, prefixes: Mapping[str, str], path: Path) -> int:
    """Write both graphs as sorted N-Quads; return how many statements they have.

    `store` is the folder of a finished store, `void` the VoID document. Raises `StageFailed`.
    """
    data = ox.Store.read_only(str(store))
    lines = {f"{quad} .\n".encode() for quad in _quads(data, void, base, prefixes)}
    write_bytes(path, sorted(lines))
    return len(lines)


def _quads(data: ox.Store, void: Path, base: Base, prefixes: Mapping[str, str]) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(base.void_graph)
    for quad in ox.parse(path=void, format=ox.RdfFormat.TURTLE):
        if ox.Quad(quad.subject, quad.predicate, quad.object, _UNION) not in data:
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
    examples = ox.NamedNode(base.examples_graph)
    declared = ox.NamedNode(f"{base.examples_graph}#prefixes")
    for prefix, namespace in prefixes.items():
        row = ox.NamedNode(f"{base.examples_graph}#prefix-{prefix}")
        yield ox.Quad(declared, ox.NamedNode(f"{SH_NS}declare"), row, examples)
        yield ox.Quad(row, ox.NamedNode(f"{SH_NS}prefix"), ox.Literal(prefix), examples)
        iri = ox.Literal(namespace, datatype=ox.NamedNode(f"{XSD_NS}anyURI"))
        yield ox.Quad(row, ox.NamedNode(f"{SH_NS}namespace"), iri, examples)
    for number, (query, kind, form, text) in enumerate(_found(data), 1):
        node = ox.NamedNode(f"{base.examples_graph}#query-{number}")
        for name in ("SPARQLExecutable", kind):
            yield ox.Quad(node, _TYPE, ox.NamedNode(SH_NS + name), examples)
        yield ox.Quad(node, form, text, examples)
        yield ox.Quad(node, ox.NamedNode(f"{SH_NS}prefixes"), declared, examples)
        yield ox.Quad(node, ox.NamedNode("https://schema.org/target"), ox.NamedNode(f"{base.iri}sparql"), examples)
        yield ox.Quad(node, ox.NamedNode(f"{DCTERMS_NS}source"), query, examples)
        labels, comments = (_values(data, query, predicate) for predicate in (_LABEL, _COMMENT))
        yield from (ox.Quad(node, _LABEL, value, examples) for value in labels)
        yield from (ox.Quad(node, _COMMENT, value, examples) for value in comments or labels)


def _found(data: ox.Store) -> list[tuple[ox.NamedNode, str, ox.NamedNode, ox.Literal]]:
    """Return the queries of the data: IRI, class, the property of their text, and the text."""
    rows: dict[tuple[str, str], tuple[ox.NamedNode, str, ox.NamedNode, ox.Literal]] = {}
    for kind, name in _FORMS:
        form = ox.NamedNode(name)
        for class_ in (ox.NamedNode(SH_NS + kind), _EXAMPLE):
            for quad in data.quads_for_pattern(None, _TYPE, class_, _UNION):
                for text in _values(data, quad.subject, form):
                    if isinstance(quad.subject, ox.NamedNode):
                        rows[quad.subject.value, text.value] = quad.subject, kind, form, text
    return [rows[key] for key in sorted(rows)]


def _values(
    data: ox.Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple, predicate: ox.NamedNode
) -> list[ox.Literal]:
    found = (quad.object for quad in data.quads_for_pattern(subject, predicate, None, _UNION))
    return [value for value in found if isinstance(value, ox.Literal)]
