"""What is left out of the inferred graph: triples that are true of everything, or that RDF cannot hold.

A closure under OWL 2 RL/RDF is full of statements that no reader wants: everything is the same as itself, every class
is a subclass of itself and of owl:Thing, owl:Thing is a class. `is_trivial` is the only definition of them. It is
rendered twice, as a function of three tokens and as SQL over numbered terms (`trivial_sql`); a test holds the two
against each other.

A triple is trivia if one of these holds:

1. *It is not RDF.* The subject is a literal, or the predicate is anything but an IRI. The rules work on generalized
   RDF, where such triples exist on the way to others.
2. *It is reflexive*: subject and object are one term and the predicate is owl:sameAs, rdfs:subClassOf,
   rdfs:subPropertyOf, owl:equivalentClass or owl:equivalentProperty (eq-ref, scm-cls, scm-op, scm-dp).
3. *It says owl:Thing or rdfs:Resource*: as the object of rdf:type, rdfs:subClassOf, rdfs:domain or rdfs:range.
4. *Its subject is a term of RDF, RDFS, OWL or XML Schema*: the axiomatic triples (cls-thing, cls-nothing1, prp-ap,
   dt-type1) and what follows from them, such as owl:Nothing being a subclass of each class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from ckg.reason.rules.owl_terms import OWL_NS, RDF_NS, RDFS_NS, XSD_NS, term

REFLEXIVE: Final = frozenset(
    map(
        term,
        ("owl:sameAs", "rdfs:subClassOf", "rdfs:subPropertyOf", "owl:equivalentClass", "owl:equivalentProperty"),
    )
)
TOP: Final = frozenset(map(term, ("owl:Thing", "rdfs:Resource")))
TOPPED: Final = frozenset(map(term, ("rdf:type", "rdfs:subClassOf", "rdfs:domain", "rdfs:range")))
VOCABULARIES: Final = tuple(f"<{namespace}" for namespace in (RDF_NS, RDFS_NS, OWL_NS, XSD_NS))
"""How the terms begin of which nobody wants to read what follows; another list than the prefixes of the rules."""


class TermIds(Protocol):
    """How terms are numbered: in the order of their bytes, so that a kind or a namespace of terms is a range.

    `ids` has at least the terms that the definition names, `vocabularies` the first and last term of each vocabulary.
    """

    @property
    def ids(self) -> Mapping[str, int]:
        """The numbers of terms that are known by name."""

    @property
    def first_iri(self) -> int:
        """The number at which IRIs begin; literals are before."""

    @property
    def first_blank(self) -> int:
        """The number at which blank nodes begin."""

    @property
    def vocabularies(self) -> Sequence[tuple[int, int]]:
        """The ranges of the terms of RDF, RDFS, OWL and XML Schema."""


def is_trivial(subject: str, predicate: str, obj: str) -> bool:
    """Return whether a triple of N-Triples tokens is left out of the inferred graph.

    >>> a, b = "<http://example.org/a>", "<http://example.org/b>"
    >>> is_trivial(a, term("owl:sameAs"), a), is_trivial(a, term("owl:sameAs"), b)
    (True, False)
    >>> is_trivial('"1"', term("rdf:type"), b), is_trivial(a, term("rdf:type"), term("owl:Thing"))
    (True, True)
    """
    return (
        subject.startswith('"')
        or not predicate.startswith("<")
        or (subject == obj and predicate in REFLEXIVE)
        or (obj in TOP and predicate in TOPPED)
        or subject.startswith(VOCABULARIES)
    )


def trivial_sql(subject: str, predicate: str, obj: str, ids: TermIds) -> str:
    """Return the same condition as SQL over three columns of numbered terms."""

    def listed(tokens: frozenset[str]) -> str:
        return ", ".join(str(ids.ids[token]) for token in sorted(tokens) if token in ids.ids) or "NULL"

    vocabulary = "".join(f" OR {subject} BETWEEN {first} AND {last}" for first, last in ids.vocabularies)
    return (
        f"({subject} < {ids.first_iri} OR {predicate} < {ids.first_iri} OR {predicate} >= {ids.first_blank}"
        f" OR ({subject} = {obj} AND {predicate} IN ({listed(REFLEXIVE)}))"
        f" OR ({obj} IN ({listed(TOP)}) AND {predicate} IN ({listed(TOPPED)})){vocabulary})"
    )
