"""The terms by which the software finds evidence in any project's data: quotation, source, claim, conflict, standing.

Selectors are those of the Web Annotation Data Model (section 4.2). The other terms are the evidence vocabulary of ckg,
which `ckg/evidence/` carries as Turtle, so that a project can publish it with its own ontology.
"""

from __future__ import annotations

from typing import Final

OA: Final = "http://www.w3.org/ns/oa#"
NAMESPACE: Final = "https://w3id.org/ckg/ontology#"
STANDINGS: Final = "https://w3id.org/ckg/id/standing/"

HAS_SELECTOR: Final = OA + "hasSelector"
HAS_SOURCE: Final = OA + "hasSource"
EXACT: Final = OA + "exact"
PREFIX: Final = OA + "prefix"
SUFFIX: Final = OA + "suffix"
START: Final = OA + "start"
END: Final = OA + "end"

SOURCE_TEXT_SHA256: Final = NAMESPACE + "sourceTextSha256"
RESTS_ON: Final = NAMESPACE + "restsOn"
STATED_IN: Final = NAMESPACE + "statedIn"
STANDING: Final = NAMESPACE + "standing"

TERMS: Final = frozenset(
    {"Claim", "Conflict", "DisputedStatement", "NamedGraph", "Observation", "Quotation", "QuotedRecord", "Record"}
    | {"SecondarySource", "Source", "Statement", "Translation"}
    | {"about", "assertedBy", "asserts", "between", "claimKind", "codingNote", "conflictKind", "conflictOn"}
    | {"context", "position", "touchedBy"}
    | {"byMeansOf", "codebookVersion", "codedBy", "codedOn", "name", "onGround", "toEnd", "words"}
    | {"discussedIn", "grade", "inConflict", "over", "repeats", "reportedBy", "restsOn", "sourceTextSha256"}
    | {"primarySourceUnknown", "standing", "statedIn", "states", "supports", "tracesTo"}
)
"""The local names of every class and property of the evidence vocabulary."""

STANDING_NAMES: Final = ("asserted", "reported", "attributed", "curated", "inferred")
"""The local names of the concepts of the scheme of standings."""
