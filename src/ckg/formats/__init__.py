"""The formats, one module each; what is offered where is computed from what they can do.

A module of this package with a `FORMAT` is a format: adding one needs no other change. See `base` for what a format can
be, and docs/architecture.md.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Final

from ckg.formats.base import (
    BooleanFormat,
    DatasetFormat,
    Format,
    GraphFormat,
    InputFormat,
    ResultFormat,
    by_key,
)
from ckg.formats.json_ld import FORMAT as JSON_LD
from ckg.formats.media import HTML, MARKDOWN
from ckg.formats.n_quads import FORMAT as N_QUADS
from ckg.formats.n_triples import FORMAT as N_TRIPLES
from ckg.formats.rdf_xml import FORMAT as RDF_XML
from ckg.formats.sparql_csv import FORMAT as CSV
from ckg.formats.sparql_json import FORMAT as SPARQL_JSON
from ckg.formats.sparql_tsv import FORMAT as TSV
from ckg.formats.sparql_xml import FORMAT as SPARQL_XML
from ckg.formats.trig import FORMAT as TRIG
from ckg.formats.turtle import FORMAT as TURTLE

__all__ = [
    "ANSWER_FORMATS",
    "BOOLEAN_FORMATS",
    "CATALOGUE_FORMATS",
    "CSV",
    "DOCUMENT_FORMATS",
    "DUMP_FORMATS",
    "FORMATS",
    "GRAPH_FORMATS",
    "HTML",
    "INPUT_FORMATS",
    "JSON_LD",
    "MARKDOWN",
    "N_QUADS",
    "N_TRIPLES",
    "RDF_XML",
    "RESULT_FORMATS",
    "SPARQL_JSON",
    "SPARQL_XML",
    "TRIG",
    "TSV",
    "TURTLE",
    "BooleanFormat",
    "DatasetFormat",
    "Format",
    "GraphFormat",
    "InputFormat",
    "ResultFormat",
    "by_key",
]


def _found() -> tuple[Format, ...]:
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    formats = (module.FORMAT for module in modules if hasattr(module, "FORMAT"))
    return tuple(sorted((f for f in formats if f.available), key=lambda f: (f.rank, f.key)))


FORMATS: Final = _found()
"""Every format that this installation has, in the order in which it is offered."""

INPUT_FORMATS: Final = tuple(f for f in FORMATS if isinstance(f, InputFormat))
"""What the files of a project may be in."""

GRAPH_FORMATS: Final = tuple(f for f in FORMATS if isinstance(f, GraphFormat))
"""What graphs are answered in: documents, CONSTRUCT, DESCRIBE, the service description."""

DUMP_FORMATS: Final = tuple(f for f in GRAPH_FORMATS if f.is_dump)
"""What the whole data set is written in."""

RESULT_FORMATS: Final = tuple(f for f in FORMATS if isinstance(f, ResultFormat))
"""What SELECT is answered in."""

BOOLEAN_FORMATS: Final = tuple(f for f in FORMATS if isinstance(f, BooleanFormat))
"""What ASK is answered in."""

ANSWER_FORMATS: Final[tuple[Format, ...]] = tuple(dict.fromkeys((*RESULT_FORMATS, *BOOLEAN_FORMATS, *GRAPH_FORMATS)))
"""What a query may be answered in."""

DOCUMENT_FORMATS: Final[tuple[Format, ...]] = (HTML, *GRAPH_FORMATS, MARKDOWN)
"""What a document is offered in, and what its address can end in."""

CATALOGUE_FORMATS: Final[tuple[Format, ...]] = (HTML, *GRAPH_FORMATS)
"""What the documents about the whole are offered in: `/void`, `/catalog`, `/report`."""
