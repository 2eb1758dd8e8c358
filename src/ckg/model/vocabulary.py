"""The properties by which any data set names and describes its things, the most telling first."""

from __future__ import annotations

from typing import Final

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_DCTERMS = "http://purl.org/dc/terms/"
_SCHEMA = ("https://schema.org/", "http://schema.org/")

LABELS: Final = (
    f"{_SKOS}prefLabel",
    f"{_RDFS}label",
    *(f"{namespace}name" for namespace in _SCHEMA),
    f"{_DCTERMS}title",
    "http://xmlns.com/foaf/0.1/name",
    "http://www.w3.org/ns/shacl#name",
)
"""Properties whose value is the name of a thing."""

DEFINITIONS: Final = (
    f"{_SKOS}definition",
    f"{_DCTERMS}description",
    f"{_RDFS}comment",
    *(f"{namespace}description" for namespace in _SCHEMA),
)
"""Properties whose value says what a thing is."""
