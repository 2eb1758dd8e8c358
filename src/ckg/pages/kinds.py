"""Which page a thing gets: by its classes, the first row that fits; anything else gets the general page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from ckg.pages import actors, claims, commitments, concepts, documents, meetings, resources, sources, vocabulary
from ckg.pages.graph import Node
from ckg.pages.reader import Reader
from ckg.pages.terms import CKG, ORG, OWL, SCHEMA, SKOS

View = Callable[[Reader, Node], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page: the classes it is for, its template, and what fills it."""

    classes: tuple[NamedNode, ...]
    template: str
    view: View


def _nothing(_reader: Reader, _node: Node) -> dict[str, Any]:
    return {}


THING = Kind((), "thing.html", _nothing)

KINDS: tuple[Kind, ...] = (
    Kind((CKG.OutcomeDocument,), "declaration.html", documents.view),
    Kind((CKG.Clause,), "clause.html", documents.clause_view),
    Kind((CKG.Commitment, CKG.Principle), "commitment.html", commitments.view),
    Kind((CKG.Conflict,), "conflict.html", claims.conflict_view),
    Kind((CKG.Claim, CKG.Observation, CKG.Conversion, CKG.ResourceStatement), "claim.html", claims.view),
    Kind((CKG.Meeting,), "meeting.html", meetings.view),
    Kind((CKG.Resource,), "resource.html", resources.view),
    Kind((CKG.Corridor,), "corridor.html", resources.corridor_view),
    Kind((CKG.Source,), "source.html", sources.view),
    Kind((CKG.Quotation,), "quotation.html", sources.quotation_view),
    Kind((CKG.State, CKG.Region), "actor.html", actors.view),
    Kind((OWL.Ontology,), "ontology.html", vocabulary.ontology_view),
    Kind((SKOS.ConceptScheme,), "scheme.html", concepts.scheme_view),
    Kind((SCHEMA.Person, ORG.Post, SCHEMA.Organization, ORG.Organization), "actor.html", actors.view),
    Kind((SKOS.Concept,), "concept.html", concepts.concept_view),
)


def kind_of(reader: Reader, node: Node) -> Kind:
    """Return the kind of page for a thing."""
    for kind in KINDS:
        if reader.graph.is_a(node, *kind.classes):
            return kind
    return THING
