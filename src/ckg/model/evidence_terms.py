"""The terms by which the software finds evidence in any project's data (Web Annotation Data Model, section 4.2)."""

from __future__ import annotations

OA = "http://www.w3.org/ns/oa#"
CKG = "https://w3id.org/ckg/ontology#"

HAS_SELECTOR = OA + "hasSelector"
HAS_SOURCE = OA + "hasSource"
EXACT = OA + "exact"
PREFIX = OA + "prefix"
SUFFIX = OA + "suffix"
START = OA + "start"
END = OA + "end"

SOURCE_TEXT_SHA256 = CKG + "sourceTextSha256"
RESTS_ON = CKG + "restsOn"
STANDING = CKG + "standing"

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
