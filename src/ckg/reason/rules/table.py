"""The rules of OWL 2 RL/RDF as data: tables 4 to 9 of OWL 2 Web Ontology Language Profiles, section 4.3.

A rule has the standard's name, premises and a conclusion, written like the standard's triple patterns: `?x` is a
variable, everything else a built-in term. `ckg.reason.engine.schema` matches the premises that speak of the ontology,
`ckg.reason.engine.compile` turns the others into SQL with the constants so found. Beside triple patterns a premise may
be:

    ?l has ?m           ?m is some member of the list ?l
    ?l two ?a ?b        ?a and ?b are members of the list ?l at different places, ?a before ?b
    ?y in-all ?l        ?y has each member of the list ?l as a type
    ?x chain ?l ?y      a path leads from ?x to ?y along the properties of the list ?l
    ?x keyed ?l ?y      ?x and ?y have a value in common for each property of the list ?l
    ?n = 0, ?n = 1      ?n is a literal of that number

`false` as conclusion means that ontology and data contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ckg.reason.rules.owl_terms import PREFIXES, term

FALSE: Final = "false"
OPERATORS: Final = frozenset({"has", "two", "in-all", "chain", "keyed", "="})

Pattern = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name in the standard, its premises, its conclusion (None for false)."""

    name: str
    body: tuple[Pattern, ...]
    head: Pattern | None


def _token(word: str) -> str:
    return term(word) if word.partition(":")[0] in PREFIXES else word


def _rule(name: str, body: str, head: str) -> Rule:
    patterns = tuple(tuple(_token(word) for word in premise.split()) for premise in body.split(","))
    return Rule(name, patterns, None if head == FALSE else tuple(_token(word) for word in head.split()))


EQUALITY: Final = ("eq-ref", "eq-sym", "eq-trans", "eq-rep-s", "eq-rep-p", "eq-rep-o")
"""Rules that have no row below: equal terms share a representative (`ckg.reason.engine.equality`)."""

DATATYPES: Final = ("dt-type2", "dt-eq", "dt-diff", "dt-not-type")
"""Rules that have no row below: they speak of the values of literals (`ckg.reason.rules.datatypes`)."""

RULES: Final = tuple(
    _rule(*row)
    for row in (
        # Table 4, the semantics of equality
        ("eq-diff1", "?x owl:sameAs ?y, ?x owl:differentFrom ?y", "false"),
        ("eq-diff2", "?d rdf:type owl:AllDifferent, ?d owl:members ?l, ?l two ?a ?b, ?a owl:sameAs ?b", "false"),
        (
            "eq-diff3",
            "?d rdf:type owl:AllDifferent, ?d owl:distinctMembers ?l, ?l two ?a ?b, ?a owl:sameAs ?b",
            "false",
        ),
        # Table 5, the semantics of axioms about properties
        ("prp-dom", "?p rdfs:domain ?c, ?x ?p ?y", "?x rdf:type ?c"),
        ("prp-rng", "?p rdfs:range ?c, ?x ?p ?y", "?y rdf:type ?c"),
        ("prp-fp", "?p rdf:type owl:FunctionalProperty, ?x ?p ?y1, ?x ?p ?y2", "?y1 owl:sameAs ?y2"),
        ("prp-ifp", "?p rdf:type owl:InverseFunctionalProperty, ?x1 ?p ?y, ?x2 ?p ?y", "?x1 owl:sameAs ?x2"),
        ("prp-irp", "?p rdf:type owl:IrreflexiveProperty, ?x ?p ?x", "false"),
        ("prp-symp", "?p rdf:type owl:SymmetricProperty, ?x ?p ?y", "?y ?p ?x"),
        ("prp-asyp", "?p rdf:type owl:AsymmetricProperty, ?x ?p ?y, ?y ?p ?x", "false"),
        ("prp-trp", "?p rdf:type owl:TransitiveProperty, ?x ?p ?y, ?y ?p ?z", "?x ?p ?z"),
        ("prp-spo1", "?p1 rdfs:subPropertyOf ?p2, ?x ?p1 ?y", "?x ?p2 ?y"),
        ("prp-spo2", "?p owl:propertyChainAxiom ?l, ?x chain ?l ?y", "?x ?p ?y"),
        ("prp-eqp1", "?p1 owl:equivalentProperty ?p2, ?x ?p1 ?y", "?x ?p2 ?y"),
        ("prp-eqp2", "?p1 owl:equivalentProperty ?p2, ?x ?p2 ?y", "?x ?p1 ?y"),
        ("prp-pdw", "?p1 owl:propertyDisjointWith ?p2, ?x ?p1 ?y, ?x ?p2 ?y", "false"),
        (
            "prp-adp",
            "?d rdf:type owl:AllDisjointProperties, ?d owl:members ?l, ?l two ?p1 ?p2, ?x ?p1 ?y, ?x ?p2 ?y",
            "false",
        ),
        ("prp-inv1", "?p1 owl:inverseOf ?p2, ?x ?p1 ?y", "?y ?p2 ?x"),
        ("prp-inv2", "?p1 owl:inverseOf ?p2, ?x ?p2 ?y", "?y ?p1 ?x"),
        ("prp-key", "?c owl:hasKey ?l, ?x rdf:type ?c, ?y rdf:type ?c, ?x keyed ?l ?y", "?x owl:sameAs ?y"),
        (
            "prp-npa1",
            "?n owl:sourceIndividual ?x, ?n owl:assertionProperty ?p, ?n owl:targetIndividual ?y, ?x ?p ?y",
            "false",
        ),
        (
            "prp-npa2",
            "?n owl:sourceIndividual ?x, ?n owl:assertionProperty ?p, ?n owl:targetValue ?y, ?x ?p ?y",
            "false",
        ),
        # Table 6, the semantics of classes
        ("cls-nothing2", "?x rdf:type owl:Nothing", "false"),
        ("cls-int1", "?c owl:intersectionOf ?l, ?y in-all ?l", "?y rdf:type ?c"),
        ("cls-int2", "?c owl:intersectionOf ?l, ?l has ?m, ?y rdf:type ?c", "?y rdf:type ?m"),
        ("cls-uni", "?c owl:unionOf ?l, ?l has ?m, ?y rdf:type ?m", "?y rdf:type ?c"),
        ("cls-com", "?c1 owl:complementOf ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2", "false"),
        ("cls-svf1", "?r owl:someValuesFrom ?c, ?r owl:onProperty ?p, ?u ?p ?v, ?v rdf:type ?c", "?u rdf:type ?r"),
        ("cls-svf2", "?r owl:someValuesFrom owl:Thing, ?r owl:onProperty ?p, ?u ?p ?v", "?u rdf:type ?r"),
        ("cls-avf", "?r owl:allValuesFrom ?c, ?r owl:onProperty ?p, ?u rdf:type ?r, ?u ?p ?v", "?v rdf:type ?c"),
        ("cls-hv1", "?r owl:hasValue ?y, ?r owl:onProperty ?p, ?u rdf:type ?r", "?u ?p ?y"),
        ("cls-hv2", "?r owl:hasValue ?y, ?r owl:onProperty ?p, ?u ?p ?y", "?u rdf:type ?r"),
        ("cls-maxc1", "?r owl:maxCardinality ?n, ?n = 0, ?r owl:onProperty ?p, ?u rdf:type ?r, ?u ?p ?y", "false"),
        (
            "cls-maxc2",
            "?r owl:maxCardinality ?n, ?n = 1, ?r owl:onProperty ?p, ?u rdf:type ?r, ?u ?p ?y1, ?u ?p ?y2",
            "?y1 owl:sameAs ?y2",
        ),
        (
            "cls-maxqc1",
            "?r owl:maxQualifiedCardinality ?n, ?n = 0, ?r owl:onProperty ?p, ?r owl:onClass ?c, ?u rdf:type ?r, "
            "?u ?p ?y, ?y rdf:type ?c",
            "false",
        ),
        (
            "cls-maxqc2",
            "?r owl:maxQualifiedCardinality ?n, ?n = 0, ?r owl:onProperty ?p, ?r owl:onClass owl:Thing, "
            "?u rdf:type ?r, ?u ?p ?y",
            "false",
        ),
        (
            "cls-maxqc3",
            "?r owl:maxQualifiedCardinality ?n, ?n = 1, ?r owl:onProperty ?p, ?r owl:onClass ?c, ?u rdf:type ?r, "
            "?u ?p ?y1, ?y1 rdf:type ?c, ?u ?p ?y2, ?y2 rdf:type ?c",
            "?y1 owl:sameAs ?y2",
        ),
        (
            "cls-maxqc4",
            "?r owl:maxQualifiedCardinality ?n, ?n = 1, ?r owl:onProperty ?p, ?r owl:onClass owl:Thing, "
            "?u rdf:type ?r, ?u ?p ?y1, ?u ?p ?y2",
            "?y1 owl:sameAs ?y2",
        ),
        ("cls-oo", "?c owl:oneOf ?l, ?l has ?m", "?m rdf:type ?c"),
        # Table 7, the semantics of class axioms
        ("cax-sco", "?c1 rdfs:subClassOf ?c2, ?x rdf:type ?c1", "?x rdf:type ?c2"),
        ("cax-eqc1", "?c1 owl:equivalentClass ?c2, ?x rdf:type ?c1", "?x rdf:type ?c2"),
        ("cax-eqc2", "?c1 owl:equivalentClass ?c2, ?x rdf:type ?c2", "?x rdf:type ?c1"),
        ("cax-dw", "?c1 owl:disjointWith ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2", "false"),
        (
            "cax-adc",
            "?d rdf:type owl:AllDisjointClasses, ?d owl:members ?l, ?l two ?c1 ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2",
            "false",
        ),
        # Table 9, the semantics of schema vocabulary
        ("scm-cls", "?c rdf:type owl:Class", "?c rdfs:subClassOf ?c"),
        ("scm-cls", "?c rdf:type owl:Class", "?c owl:equivalentClass ?c"),
        ("scm-cls", "?c rdf:type owl:Class", "?c rdfs:subClassOf owl:Thing"),
        ("scm-cls", "?c rdf:type owl:Class", "owl:Nothing rdfs:subClassOf ?c"),
        ("scm-sco", "?c1 rdfs:subClassOf ?c2, ?c2 rdfs:subClassOf ?c3", "?c1 rdfs:subClassOf ?c3"),
        ("scm-eqc1", "?c1 owl:equivalentClass ?c2", "?c1 rdfs:subClassOf ?c2"),
        ("scm-eqc1", "?c1 owl:equivalentClass ?c2", "?c2 rdfs:subClassOf ?c1"),
        ("scm-eqc2", "?c1 rdfs:subClassOf ?c2, ?c2 rdfs:subClassOf ?c1", "?c1 owl:equivalentClass ?c2"),
        ("scm-op", "?p rdf:type owl:ObjectProperty", "?p rdfs:subPropertyOf ?p"),
        ("scm-op", "?p rdf:type owl:ObjectProperty", "?p owl:equivalentProperty ?p"),
        ("scm-dp", "?p rdf:type owl:DatatypeProperty", "?p rdfs:subPropertyOf ?p"),
        ("scm-dp", "?p rdf:type owl:DatatypeProperty", "?p owl:equivalentProperty ?p"),
        ("scm-spo", "?p1 rdfs:subPropertyOf ?p2, ?p2 rdfs:subPropertyOf ?p3", "?p1 rdfs:subPropertyOf ?p3"),
        ("scm-eqp1", "?p1 owl:equivalentProperty ?p2", "?p1 rdfs:subPropertyOf ?p2"),
        ("scm-eqp1", "?p1 owl:equivalentProperty ?p2", "?p2 rdfs:subPropertyOf ?p1"),
        ("scm-eqp2", "?p1 rdfs:subPropertyOf ?p2, ?p2 rdfs:subPropertyOf ?p1", "?p1 owl:equivalentProperty ?p2"),
        ("scm-dom1", "?p rdfs:domain ?c1, ?c1 rdfs:subClassOf ?c2", "?p rdfs:domain ?c2"),
        ("scm-dom2", "?p2 rdfs:domain ?c, ?p1 rdfs:subPropertyOf ?p2", "?p1 rdfs:domain ?c"),
        ("scm-rng1", "?p rdfs:range ?c1, ?c1 rdfs:subClassOf ?c2", "?p rdfs:range ?c2"),
        ("scm-rng2", "?p2 rdfs:range ?c, ?p1 rdfs:subPropertyOf ?p2", "?p1 rdfs:range ?c"),
        (
            "scm-hv",
            "?c1 owl:hasValue ?i, ?c1 owl:onProperty ?p1, ?c2 owl:hasValue ?i, ?c2 owl:onProperty ?p2, "
            "?p1 rdfs:subPropertyOf ?p2",
            "?c1 rdfs:subClassOf ?c2",
        ),
        (
            "scm-svf1",
            "?c1 owl:someValuesFrom ?y1, ?c1 owl:onProperty ?p, ?c2 owl:someValuesFrom ?y2, ?c2 owl:onProperty ?p, "
            "?y1 rdfs:subClassOf ?y2",
            "?c1 rdfs:subClassOf ?c2",
        ),
        (
            "scm-svf2",
            "?c1 owl:someValuesFrom ?y, ?c1 owl:onProperty ?p1, ?c2 owl:someValuesFrom ?y, ?c2 owl:onProperty ?p2, "
            "?p1 rdfs:subPropertyOf ?p2",
            "?c1 rdfs:subClassOf ?c2",
        ),
        (
            "scm-avf1",
            "?c1 owl:allValuesFrom ?y1, ?c1 owl:onProperty ?p, ?c2 owl:allValuesFrom ?y2, ?c2 owl:onProperty ?p, "
            "?y1 rdfs:subClassOf ?y2",
            "?c1 rdfs:subClassOf ?c2",
        ),
        (
            "scm-avf2",
            "?c1 owl:allValuesFrom ?y, ?c1 owl:onProperty ?p1, ?c2 owl:allValuesFrom ?y, ?c2 owl:onProperty ?p2, "
            "?p1 rdfs:subPropertyOf ?p2",
            "?c2 rdfs:subClassOf ?c1",
        ),
        ("scm-int", "?c owl:intersectionOf ?l, ?l has ?m", "?c rdfs:subClassOf ?m"),
        ("scm-uni", "?c owl:unionOf ?l, ?l has ?m", "?m rdfs:subClassOf ?c"),
    )
)

# fmt: off
DATATYPES_OF_RL: Final = (
    "xsd:decimal", "xsd:integer", "xsd:nonNegativeInteger", "xsd:nonPositiveInteger", "xsd:positiveInteger",
    "xsd:negativeInteger", "xsd:long", "xsd:int", "xsd:short", "xsd:byte", "xsd:unsignedLong", "xsd:unsignedInt",
    "xsd:unsignedShort", "xsd:unsignedByte", "xsd:float", "xsd:double", "xsd:string", "xsd:normalizedString",
    "xsd:token", "xsd:language", "xsd:Name", "xsd:NCName", "xsd:NMTOKEN", "xsd:boolean", "xsd:hexBinary",
    "xsd:base64Binary", "xsd:anyURI", "xsd:dateTime", "xsd:dateTimeStamp", "rdf:PlainLiteral", "rdf:XMLLiteral",
    "rdfs:Literal",
)
# fmt: on
"""The datatypes of OWL 2 RL (Profiles, section 4.2)."""

AXIOMS: Final = tuple(
    (name, (term(subject), term("rdf:type"), term(kind)))
    for name, subjects, kind in (
        ("cls-thing", ("owl:Thing",), "owl:Class"),
        ("cls-nothing1", ("owl:Nothing",), "owl:Class"),
        (
            "prp-ap",
            (
                "rdfs:label",
                "rdfs:comment",
                "rdfs:seeAlso",
                "rdfs:isDefinedBy",
                "owl:deprecated",
                "owl:versionInfo",
                "owl:priorVersion",
                "owl:backwardCompatibleWith",
                "owl:incompatibleWith",
            ),
            "owl:AnnotationProperty",
        ),
        (
            "dt-type1",
            (*DATATYPES_OF_RL, "xsd:date", "xsd:time", "rdf:langString", "rdf:HTML"),
            "rdfs:Datatype",
        ),
    )
    for subject in subjects
)
"""Rules without premises: name and triple (tables 5, 6 and 8); RDF 1.1 and owlrl know four more datatypes."""
