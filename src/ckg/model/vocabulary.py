"""The namespaces of the vocabularies that the package speaks of, and the properties that name and describe things."""

from __future__ import annotations

from typing import Final

RDF_NS: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS_NS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL_NS: Final = "http://www.w3.org/2002/07/owl#"
XSD_NS: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS_NS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS_NS: Final = "http://purl.org/dc/terms/"
SH_NS: Final = "http://www.w3.org/ns/shacl#"
_SCHEMA = ("https://schema.org/", "http://schema.org/")

SKOSXL_NS: Final = "http://www.w3.org/2008/05/skos-xl#"

OTHER_NAMES: Final = (
    "http://purl.org/dc/elements/1.1/title",
    "http://xmlns.com/foaf/0.1/name",
    "http://www.w3.org/2006/vcard/ns#fn",
    "http://www.w3.org/2006/vcard/ns#organization-name",
    "http://www.geonames.org/ontology#name",
    "https://www.ica.org/standards/RiC/ontology#title",
    "https://www.ica.org/standards/RiC/ontology#name",
    "http://usefulinc.com/ns/doap#name",
)
"""Properties of widely used vocabularies whose value is the name of a thing."""

LABELS: Final = (
    f"{SKOS_NS}prefLabel",
    f"{SKOSXL_NS}prefLabel",
    f"{RDFS_NS}label",
    *(f"{namespace}name" for namespace in _SCHEMA),
    f"{DCTERMS_NS}title",
    *OTHER_NAMES,
    f"{SH_NS}name",
    f"{SKOS_NS}notation",
)
"""Properties whose value is the name of a thing, the most telling first."""

WIKIBASE_ROLES: Final = tuple(
    f"http://wikiba.se/ontology#{name}"
    for name in ("directClaim", "directClaimNormalized", "claim", "statementProperty", "qualifier", "reference")
)
"""Properties that lead from a property of a Wikibase, which has a name, to those that its statements are made with."""

DEFINITIONS: Final = (
    f"{SKOS_NS}definition",
    "http://purl.obolibrary.org/obo/IAO_0000115",
    f"{DCTERMS_NS}description",
    f"{RDFS_NS}comment",
    *(f"{namespace}description" for namespace in _SCHEMA),
)
"""Properties whose value says what a thing is, the most telling first."""
