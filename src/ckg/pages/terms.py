"""The vocabularies that pages know: a project that uses these terms gets the pages made for them."""

from __future__ import annotations

from pyoxigraph import NamedNode


class Namespace:
    """A namespace whose attributes are its terms.

    >>> CKG.Claim
    <NamedNode value=https://w3id.org/ckg/ontology#Claim>
    """

    def __init__(self, iri: str) -> None:
        self.iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)


CKG = Namespace("https://w3id.org/ckg/ontology#")
STANDING = Namespace("https://w3id.org/ckg/id/standing/")
ROLE = Namespace("https://w3id.org/ckg/id/role/")
SCHEMA = Namespace("https://schema.org/")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
PROV = Namespace("http://www.w3.org/ns/prov#")
OA = Namespace("http://www.w3.org/ns/oa#")
ORG = Namespace("http://www.w3.org/ns/org#")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
TIME = Namespace("http://www.w3.org/2006/time#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
SH = Namespace("http://www.w3.org/ns/shacl#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")

LABELS = (
    SKOS.prefLabel,
    RDFS.label,
    SCHEMA.name,
    DCTERMS.title,
    FOAF.name,
    NamedNode("http://schema.org/name"),
)
DEFINITIONS = (SKOS.definition, DCTERMS.description, RDFS.comment, SCHEMA.description)
