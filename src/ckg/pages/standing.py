"""How a statement stands: asserted by the parties, reported, attributed to somebody, curated by us, or inferred."""

from __future__ import annotations

from dataclasses import dataclass

from ckg.pages.graph import Graph, Node
from ckg.pages.messages import marked
from ckg.pages.terms import EVIDENCE, STANDING


@dataclass(frozen=True, slots=True)
class Standing:
    """A badge: a key that is also its style (which gives it a sign and a border), words, and what they mean."""

    key: str
    words: str
    meaning: str


ASSERTED = Standing("asserted", marked("asserted"), marked("Stated by the parties themselves"))
REPORTED = Standing("reported", marked("reported"), marked("Reported by a source as a fact"))
ATTRIBUTED = Standing(
    "attributed", marked("attributed claim"), marked("Claimed by somebody; not a statement of the parties")
)
CURATED = Standing(
    "curated", marked("curated"), marked("Written by the editors of this data set: names, codes, how things are coded")
)
INFERRED = Standing(
    "inferred", marked("inferred"), marked("Follows from other statements by a rule; no source states it")
)

ALL = (ASSERTED, REPORTED, ATTRIBUTED, CURATED, INFERRED)

_BY_CONCEPT = {
    STANDING.asserted: ASSERTED,
    STANDING.reported: REPORTED,
    STANDING.attributed: ATTRIBUTED,
    STANDING.curated: CURATED,
    STANDING.inferred: INFERRED,
}


def of(graph: Graph, subject: Node) -> Standing | None:
    """Return the standing that a record or a named graph is given; a claim without one is an attributed claim."""
    for term in graph.named(subject, EVIDENCE.standing):
        if term in _BY_CONCEPT:
            return _BY_CONCEPT[term]
    return ATTRIBUTED if graph.is_a(subject, EVIDENCE.Claim) else None
