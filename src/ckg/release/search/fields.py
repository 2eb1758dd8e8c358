"""What of a thing can be searched: which predicates hold its names, its quotations, its definitions."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from ckg.formats.statement_lines import RDF
from ckg.model.evidence_terms import NAMESPACE
from ckg.model.vocabulary import DCTERMS_NS, OTHER_NAMES, OWL_NS, RDFS_NS, SH_NS, SKOS_NS, SKOSXL_NS


class Field(IntEnum):
    """Where a text comes from; a smaller number ranks higher. A local name stands for the label of what has none."""

    LABEL = 0
    OTHER_LABEL = 1
    QUOTATION = 2
    DEFINITION = 3
    LOCAL_NAME = 4


_TERMS = DCTERMS_NS
_ELEMENTS = "http://purl.org/dc/elements/1.1/"
_SCHEMA = ("https://schema.org/", "http://schema.org/")
_DCAT = "http://www.w3.org/ns/dcat#"
_SERVICE = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_OA = "http://www.w3.org/ns/oa#"

TYPE: Final = f"{RDF}type"
SUBCLASS: Final = f"{RDFS_NS}subClassOf"
SAME_AS: Final = "http://www.w3.org/2002/07/owl#sameAs"
DESCRIBING_CLASSES: Final = (
    OWL_NS + "Class",
    RDFS_NS + "Class",
    RDF + "Property",
    *(f"{OWL_NS}{kind}Property" for kind in ("Object", "Datatype", "Annotation")),
    OWL_NS + "Ontology",
    SKOS_NS + "ConceptScheme",
    *(f"{SH_NS}{kind}" for kind in ("NodeShape", "PropertyShape")),
    *(f"{SH_NS}SPARQL{form}Executable" for form in ("Select", "Ask", "Construct")),
    _VOID + "Dataset",
    *(f"{_DCAT}{kind}" for kind in ("Dataset", "Distribution", "Catalog")),
    *(f"{_SERVICE}{kind}" for kind in ("Graph", "NamedGraph")),
    NAMESPACE + "NamedGraph",
)
"""Classes of what describes or holds data: terms, vocabularies, shapes, graphs. A reader looks for things first."""

HAS_SELECTOR: Final = f"{_OA}hasSelector"
HAS_LABEL: Final = f"{SKOSXL_NS}prefLabel"
CARRIERS: Final = (HAS_SELECTOR, HAS_LABEL)
"""Properties whose value carries a text of the thing: the selector of a quotation, a label of SKOS-XL."""

FIELDS: Final[dict[str, Field]] = {
    f"{RDFS_NS}label": Field.LABEL,
    f"{SKOS_NS}prefLabel": Field.LABEL,
    f"{_TERMS}title": Field.LABEL,
    **{f"{schema}name": Field.LABEL for schema in _SCHEMA},
    **dict.fromkeys(OTHER_NAMES, Field.LABEL),
    f"{SKOSXL_NS}literalForm": Field.LABEL,
    f"{SKOS_NS}notation": Field.OTHER_LABEL,
    f"{SKOS_NS}altLabel": Field.OTHER_LABEL,
    f"{SKOS_NS}hiddenLabel": Field.OTHER_LABEL,
    f"{_TERMS}alternative": Field.OTHER_LABEL,
    **{f"{schema}alternateName": Field.OTHER_LABEL for schema in _SCHEMA},
    f"{_OA}exact": Field.QUOTATION,
    f"{SKOS_NS}definition": Field.DEFINITION,
    f"{SKOS_NS}scopeNote": Field.DEFINITION,
    f"{_TERMS}description": Field.DEFINITION,
    f"{_ELEMENTS}description": Field.DEFINITION,
    f"{RDFS_NS}comment": Field.DEFINITION,
    **{f"{schema}description": Field.DEFINITION for schema in _SCHEMA},
}
