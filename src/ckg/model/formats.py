"""The format table: the one place that knows how RDF and SPARQL results are called.

The command line, `Accept`, `?format=`, `Link` headers, dumps, the service description and the catalogue derive from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a format can hold."""

    GRAPH = "graph"
    DATASET = "dataset"
    RESULTS = "results"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Format:
    """One concrete syntax.

    `key` is what people write in `?format=` and on the command line and is also the file extension; `media_type` is
    sent in `Content-Type`; `aliases` are other media types accepted for it; `iri` is the W3C's name for the format;
    `rdflib` and `oxigraph` are the names the two libraries use (empty where a library has none).
    """

    key: str
    name: str
    media_type: str
    iri: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    charset: bool = False
    boolean: bool = True
    rdflib: str = ""

    @property
    def content_type(self) -> str:
        """The value of the `Content-Type` header.

        >>> TURTLE.content_type
        'text/turtle; charset=utf-8'
        """
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media type and its aliases, the preferred one first."""
        return (self.media_type, *self.aliases)


_FORMATS = "http://www.w3.org/ns/formats/"

TURTLE = Format(
    "ttl",
    "Turtle",
    "text/turtle",
    _FORMATS + "Turtle",
    Kind.GRAPH,
    ("application/x-turtle", "application/turtle"),
    ("turtle",),
    charset=True,
    rdflib="turtle",
)
JSON_LD = Format(
    "jsonld",
    "JSON-LD",
    "application/ld+json",
    _FORMATS + "JSON-LD",
    Kind.DATASET,
    ("application/json",),
    ("json-ld", "json"),
    rdflib="json-ld",
)
N_TRIPLES = Format(
    "nt",
    "N-Triples",
    "application/n-triples",
    _FORMATS + "N-Triples",
    Kind.GRAPH,
    ("text/plain",),
    ("ntriples", "n-triples"),
    rdflib="nt",
)
RDF_XML = Format(
    "rdf",
    "RDF/XML",
    "application/rdf+xml",
    _FORMATS + "RDF_XML",
    Kind.GRAPH,
    ("application/xml", "text/xml"),
    ("xml", "rdfxml", "owl"),
    rdflib="xml",
)
N_QUADS = Format(
    "nq",
    "N-Quads",
    "application/n-quads",
    _FORMATS + "N-Quads",
    Kind.DATASET,
    ("text/x-nquads",),
    ("nquads", "n-quads"),
    rdflib="nquads",
)
TRIG = Format(
    "trig",
    "TriG",
    "application/trig",
    _FORMATS + "TriG",
    Kind.DATASET,
    ("application/x-trig",),
    ("trig",),
    charset=False,
    rdflib="trig",
)

SPARQL_JSON = Format(
    "srj",
    "SPARQL results in JSON",
    "application/sparql-results+json",
    _FORMATS + "SPARQL_Results_JSON",
    Kind.RESULTS,
    ("application/json",),
    ("json",),
)
SPARQL_XML = Format(
    "srx",
    "SPARQL results in XML",
    "application/sparql-results+xml",
    _FORMATS + "SPARQL_Results_XML",
    Kind.RESULTS,
    ("application/xml", "text/xml"),
    ("xml",),
)
CSV = Format(
    "csv",
    "CSV",
    "text/csv",
    _FORMATS + "SPARQL_Results_CSV",
    Kind.RESULTS,
    charset=True,
    boolean=False,
)
TSV = Format(
    "tsv",
    "TSV",
    "text/tab-separated-values",
    _FORMATS + "SPARQL_Results_TSV",
    Kind.RESULTS,
    charset=True,
    boolean=False,
)

HTML = Format(
    "html",
    "HTML",
    "text/html",
    "http://www.w3.org/ns/formats/HTML",
    Kind.PAGE,
    ("application/xhtml+xml",),
    charset=True,
)

GRAPH_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
RESULT_FORMATS = (SPARQL_JSON, SPARQL_XML, CSV, TSV)
DUMP_FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
DOCUMENT_FORMATS = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG)


def by_key(key: str, offered: tuple[Format, ...]) -> Format | None:
    """Return the offered format that a person calls `key`: its key, a word for it, or a media type.

    >>> by_key("json", RESULT_FORMATS).name
    'SPARQL results in JSON'
    >>> by_key("JSON-LD", GRAPH_FORMATS).key
    'jsonld'
    >>> by_key("text/turtle", GRAPH_FORMATS).key
    'ttl'
    """
    wanted = key.strip().lower()
    for names in (lambda f: (f.key,), lambda f: f.words, lambda f: f.media_types):
        for candidate in offered:
            if wanted in names(candidate):
                return candidate
    return None
