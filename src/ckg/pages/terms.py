"""The vocabularies that the pages of the core know: a project that uses these terms gets the pages made for them."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ckg.model import evidence_terms, vocabulary
from ckg.model.vocabulary import DCTERMS_NS, OWL_NS, RDF_NS, RDFS_NS, SH_NS, SKOS_NS, XSD_NS


class Namespace:
    """A namespace whose attributes are its terms.

    >>> SKOS.Concept
    <NamedNode value=http://www.w3.org/2004/02/skos/core#Concept>
    """

    def __init__(self, iri: str) -> None:
        self.iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)


class ClosedNamespace(Namespace):
    """A namespace of which only some terms may be named here.

    >>> EVIDENCE.restsOn
    <NamedNode value=https://w3id.org/ckg/ontology#restsOn>
    >>> hasattr(EVIDENCE, "reachesTo")
    False
    """

    def __init__(self, iri: str, terms: frozenset[str]) -> None:
        super().__init__(iri)
        self._terms = terms

    def __getattr__(self, name: str) -> NamedNode:
        if name not in self._terms:
            raise AttributeError(f"{name} is no term of {self.iri} that is known here")
        return NamedNode(self.iri + name)


EVIDENCE = ClosedNamespace(evidence_terms.NAMESPACE, evidence_terms.TERMS)
STANDING = ClosedNamespace(evidence_terms.STANDINGS, frozenset(evidence_terms.STANDING_NAMES))
SCHEMA = Namespace("https://schema.org/")
SCHEMA_HTTP = Namespace("http://schema.org/")
WGS84 = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
RDF = Namespace(RDF_NS)
RDFS = Namespace(RDFS_NS)
OWL = Namespace(OWL_NS)
XSD = Namespace(XSD_NS)
SKOS = Namespace(SKOS_NS)
SKOSXL = Namespace(vocabulary.SKOSXL_NS)
DCTERMS = Namespace(DCTERMS_NS)
PROV = Namespace("http://www.w3.org/ns/prov#")
OA = Namespace("http://www.w3.org/ns/oa#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
SH = Namespace(SH_NS)
VANN = Namespace("http://purl.org/vocab/vann/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
VOID = Namespace("http://rdfs.org/ns/void#")
DCMITYPE = Namespace("http://purl.org/dc/dcmitype/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")

LABELS = tuple(map(NamedNode, vocabulary.LABELS))
DEFINITIONS = tuple(map(NamedNode, vocabulary.DEFINITIONS))
WIKIBASE_ROLES = tuple(map(NamedNode, vocabulary.WIKIBASE_ROLES))
