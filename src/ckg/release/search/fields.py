"""What of a thing can be searched: which predicates hold its names, its quotations, its definitions."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from ckg.formats.statements import RDF


class Field(IntEnum):
    """Where a text comes from; a smaller number ranks higher."""

    LABEL = 0
    OTHER_LABEL = 1
    QUOTATION = 2
    DEFINITION = 3


_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TERMS = "http://purl.org/dc/terms/"
_ELEMENTS = "http://purl.org/dc/elements/1.1/"
_SCHEMA = ("https://schema.org/", "http://schema.org/")
_OA = "http://www.w3.org/ns/oa#"

TYPE: Final = f"{RDF}type"
SUBCLASS: Final = f"{_RDFS}subClassOf"
SAME_AS: Final = "http://www.w3.org/2002/07/owl#sameAs"
HAS_SELECTOR: Final = f"{_OA}hasSelector"

FIELDS: Final[dict[str, Field]] = {
    f"{_RDFS}label": Field.LABEL,
    f"{_SKOS}prefLabel": Field.LABEL,
    f"{_TERMS}title": Field.LABEL,
    f"{_ELEMENTS}title": Field.LABEL,
    "http://xmlns.com/foaf/0.1/name": Field.LABEL,
    **{f"{schema}name": Field.LABEL for schema in _SCHEMA},
    f"{_SKOS}altLabel": Field.OTHER_LABEL,
    f"{_SKOS}hiddenLabel": Field.OTHER_LABEL,
    f"{_TERMS}alternative": Field.OTHER_LABEL,
    **{f"{schema}alternateName": Field.OTHER_LABEL for schema in _SCHEMA},
    f"{_OA}exact": Field.QUOTATION,
    f"{_SKOS}definition": Field.DEFINITION,
    f"{_SKOS}scopeNote": Field.DEFINITION,
    f"{_TERMS}description": Field.DEFINITION,
    f"{_ELEMENTS}description": Field.DEFINITION,
    f"{_RDFS}comment": Field.DEFINITION,
    **{f"{schema}description": Field.DEFINITION for schema in _SCHEMA},
}
