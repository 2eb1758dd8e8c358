"""The rules of OWL 2 RL/RDF as data: tables 4 to 9 of OWL 2 Web Ontology Language Profiles, section 4.3.

A row is all that is known of a rule: the standard's name, premises, a conclusion, and words for people. Premises and
conclusion are written like the standard's triple patterns: `?x` is a variable, everything else a built-in term. Which
premises speak of the ontology, and whether the rule makes terms equal that have something in common, is computed from
the row (`ckg.reason.rules.premises`). A project's own rules are made of the same `Rule`
(`ckg.reason.rules.project_rules`). Beside triple patterns a premise may be:

    ?l has ?m           ?m is some member of the list ?l
    ?l two ?a ?b        ?a and ?b are members of the list ?l at different places, ?a before ?b
    ?y in-all ?l        ?y has each member of the list ?l as a type
    ?x chain ?l ?y      a path leads from ?x to ?y along the properties of the list ?l
    ?x keyed ?l ?y      ?x and ?y have a value in common for each property of the list ?l
    ?n = 0, ?n = 1      ?n is a literal of that number

`false` as conclusion means that ontology and data contradict each other; the words then say how.
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
    """One rule: its name, its premises, its conclusion (None for false), and what it is about, in words."""

    name: str
    body: tuple[Pattern, ...]
    head: Pattern | None
    words: str = ""


def _token(word: str) -> str:
    return term(word) if word.partition(":")[0] in PREFIXES else word


def _rule(name: str, body: str, head: str, words: str) -> Rule:
    patterns = tuple(tuple(_token(word) for word in premise.split()) for premise in body.split(","))
    return Rule(name, patterns, None if head == FALSE else tuple(_token(word) for word in head.split()), words)


EQUALITY: Final = {
    "eq-ref": "everything is the same as itself",
    "eq-sym": "sameness is mutual",
    "eq-trans": "sameness carries on",
    "eq-rep-s": "the same thing",
    "eq-rep-p": "the same thing",
    "eq-rep-o": "the same thing",
}
"""Rules that have no row below, with words: equal terms share a representative (`ckg.reason.engine.equality`)."""

DATATYPES: Final = ("dt-type2", "dt-eq", "dt-diff", "dt-not-type")
"""Rules that have no row below: they speak of the values of literals (`ckg.reason.rules.datatypes`)."""

RULES: Final = tuple(
    _rule(*row)
    for row in (
        # Table 4, the semantics of equality
        ("eq-diff1", "?x owl:sameAs ?y, ?x owl:differentFrom ?y", "false", "what is the same cannot be different"),
        (
            "eq-diff2",
            "?d rdf:type owl:AllDifferent, ?d owl:members ?l, ?l two ?a ?b, ?a owl:sameAs ?b",
            "false",
            "a list of different things names one thing twice",
        ),
        (
            "eq-diff3",
            "?d rdf:type owl:AllDifferent, ?d owl:distinctMembers ?l, ?l two ?a ?b, ?a owl:sameAs ?b",
            "false",
            "a list of different things names one thing twice",
        ),
        # Table 5, the semantics of axioms about properties
        ("prp-dom", "?p rdfs:domain ?c, ?x ?p ?y", "?x rdf:type ?c", "domain of a property"),
        ("prp-rng", "?p rdfs:range ?c, ?x ?p ?y", "?y rdf:type ?c", "range of a property"),
        (
            "prp-fp",
            "?p rdf:type owl:FunctionalProperty, ?x ?p ?y1, ?x ?p ?y2",
            "?y1 owl:sameAs ?y2",
            "functional property",
        ),
        (
            "prp-ifp",
            "?p rdf:type owl:InverseFunctionalProperty, ?x1 ?p ?y, ?x2 ?p ?y",
            "?x1 owl:sameAs ?x2",
            "inverse functional property",
        ),
        (
            "prp-irp",
            "?p rdf:type owl:IrreflexiveProperty, ?x ?p ?x",
            "false",
            "an irreflexive property relates a thing to itself",
        ),
        ("prp-symp", "?p rdf:type owl:SymmetricProperty, ?x ?p ?y", "?y ?p ?x", "symmetric property"),
        (
            "prp-asyp",
            "?p rdf:type owl:AsymmetricProperty, ?x ?p ?y, ?y ?p ?x",
            "false",
            "an asymmetric property holds in both directions",
        ),
        ("prp-trp", "?p rdf:type owl:TransitiveProperty, ?x ?p ?y, ?y ?p ?z", "?x ?p ?z", "transitive property"),
        ("prp-spo1", "?p1 rdfs:subPropertyOf ?p2, ?x ?p1 ?y", "?x ?p2 ?y", "a property that is a kind of another"),
        ("prp-spo2", "?p owl:propertyChainAxiom ?l, ?x chain ?l ?y", "?x ?p ?y", "chain of properties"),
        ("prp-eqp1", "?p1 owl:equivalentProperty ?p2, ?x ?p1 ?y", "?x ?p2 ?y", "equivalent properties"),
        ("prp-eqp2", "?p1 owl:equivalentProperty ?p2, ?x ?p2 ?y", "?x ?p1 ?y", "equivalent properties"),
        (
            "prp-pdw",
            "?p1 owl:propertyDisjointWith ?p2, ?x ?p1 ?y, ?x ?p2 ?y",
            "false",
            "disjoint properties relate the same two things",
        ),
        (
            "prp-adp",
            "?d rdf:type owl:AllDisjointProperties, ?d owl:members ?l, ?l two ?p1 ?p2, ?x ?p1 ?y, ?x ?p2 ?y",
            "false",
            "disjoint properties relate the same two things",
        ),
        ("prp-inv1", "?p1 owl:inverseOf ?p2, ?x ?p1 ?y", "?y ?p2 ?x", "inverse property"),
        ("prp-inv2", "?p1 owl:inverseOf ?p2, ?x ?p2 ?y", "?y ?p1 ?x", "inverse property"),
        (
            "prp-key",
            "?c owl:hasKey ?l, ?x rdf:type ?c, ?y rdf:type ?c, ?x keyed ?l ?y",
            "?x owl:sameAs ?y",
            "key of a class",
        ),
        (
            "prp-npa1",
            "?n owl:sourceIndividual ?x, ?n owl:assertionProperty ?p, ?n owl:targetIndividual ?y, ?x ?p ?y",
            "false",
            "a negative property assertion is contradicted",
        ),
        (
            "prp-npa2",
            "?n owl:sourceIndividual ?x, ?n owl:assertionProperty ?p, ?n owl:targetValue ?y, ?x ?p ?y",
            "false",
            "a negative property assertion is contradicted",
        ),
        # Table 6, the semantics of classes
        ("cls-nothing2", "?x rdf:type owl:Nothing", "false", "a thing is an owl:Nothing, of which there are none"),
        (
            "cls-int1",
            "?c owl:intersectionOf ?l, ?y in-all ?l",
            "?y rdf:type ?c",
            "member of every class of an intersection",
        ),
        (
            "cls-int2",
            "?c owl:intersectionOf ?l, ?l has ?m, ?y rdf:type ?c",
            "?y rdf:type ?m",
            "member of an intersection",
        ),
        ("cls-uni", "?c owl:unionOf ?l, ?l has ?m, ?y rdf:type ?m", "?y rdf:type ?c", "member of a union"),
        (
            "cls-com",
            "?c1 owl:complementOf ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2",
            "false",
            "a thing is in a class and in its complement",
        ),
        (
            "cls-svf1",
            "?r owl:someValuesFrom ?c, ?r owl:onProperty ?p, ?u ?p ?v, ?v rdf:type ?c",
            "?u rdf:type ?r",
            "has a value of a class",
        ),
        (
            "cls-svf2",
            "?r owl:someValuesFrom owl:Thing, ?r owl:onProperty ?p, ?u ?p ?v",
            "?u rdf:type ?r",
            "has a value",
        ),
        (
            "cls-avf",
            "?r owl:allValuesFrom ?c, ?r owl:onProperty ?p, ?u rdf:type ?r, ?u ?p ?v",
            "?v rdf:type ?c",
            "all values of a class",
        ),
        ("cls-hv1", "?r owl:hasValue ?y, ?r owl:onProperty ?p, ?u rdf:type ?r", "?u ?p ?y", "value that a class fixes"),
        (
            "cls-hv2",
            "?r owl:hasValue ?y, ?r owl:onProperty ?p, ?u ?p ?y",
            "?u rdf:type ?r",
            "has the value that defines a class",
        ),
        (
            "cls-maxc1",
            "?r owl:maxCardinality ?n, ?n = 0, ?r owl:onProperty ?p, ?u rdf:type ?r, ?u ?p ?y",
            "false",
            "a property is used that must have no value",
        ),
        (
            "cls-maxc2",
            "?r owl:maxCardinality ?n, ?n = 1, ?r owl:onProperty ?p, ?u rdf:type ?r, ?u ?p ?y1, ?u ?p ?y2",
            "?y1 owl:sameAs ?y2",
            "a class whose members have at most one value",
        ),
        (
            "cls-maxqc1",
            "?r owl:maxQualifiedCardinality ?n, ?n = 0, ?r owl:onProperty ?p, ?r owl:onClass ?c, ?u rdf:type ?r, "
            "?u ?p ?y, ?y rdf:type ?c",
            "false",
            "a property is used that must have no value of this class",
        ),
        (
            "cls-maxqc2",
            "?r owl:maxQualifiedCardinality ?n, ?n = 0, ?r owl:onProperty ?p, ?r owl:onClass owl:Thing, "
            "?u rdf:type ?r, ?u ?p ?y",
            "false",
            "a property is used that must have no value",
        ),
        (
            "cls-maxqc3",
            "?r owl:maxQualifiedCardinality ?n, ?n = 1, ?r owl:onProperty ?p, ?r owl:onClass ?c, ?u rdf:type ?r, "
            "?u ?p ?y1, ?y1 rdf:type ?c, ?u ?p ?y2, ?y2 rdf:type ?c",
            "?y1 owl:sameAs ?y2",
            "a class whose members have at most one value of a class",
        ),
        (
            "cls-maxqc4",
            "?r owl:maxQualifiedCardinality ?n, ?n = 1, ?r owl:onProperty ?p, ?r owl:onClass owl:Thing, "
            "?u rdf:type ?r, ?u ?p ?y1, ?u ?p ?y2",
            "?y1 owl:sameAs ?y2",
            "a class whose members have at most one value",
        ),
        ("cls-oo", "?c owl:oneOf ?l, ?l has ?m", "?m rdf:type ?c", "listed as a member of a class"),
        # Table 7, the semantics of class axioms
        ("cax-sco", "?c1 rdfs:subClassOf ?c2, ?x rdf:type ?c1", "?x rdf:type ?c2", "a class that is a kind of another"),
        ("cax-eqc1", "?c1 owl:equivalentClass ?c2, ?x rdf:type ?c1", "?x rdf:type ?c2", "equivalent classes"),
        ("cax-eqc2", "?c1 owl:equivalentClass ?c2, ?x rdf:type ?c2", "?x rdf:type ?c1", "equivalent classes"),
        (
            "cax-dw",
            "?c1 owl:disjointWith ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2",
            "false",
            "a thing is in two disjoint classes",
        ),
        (
            "cax-adc",
            "?d rdf:type owl:AllDisjointClasses, ?d owl:members ?l, ?l two ?c1 ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2",
            "false",
            "a thing is in two disjoint classes",
        ),
        # Table 9, the semantics of schema vocabulary
        ("scm-cls", "?c rdf:type owl:Class", "?c rdfs:subClassOf ?c", "a class and what holds of every class"),
        ("scm-cls", "?c rdf:type owl:Class", "?c owl:equivalentClass ?c", "a class and what holds of every class"),
        ("scm-cls", "?c rdf:type owl:Class", "?c rdfs:subClassOf owl:Thing", "a class and what holds of every class"),
        ("scm-cls", "?c rdf:type owl:Class", "owl:Nothing rdfs:subClassOf ?c", "a class and what holds of every class"),
        ("scm-sco", "?c1 rdfs:subClassOf ?c2, ?c2 rdfs:subClassOf ?c3", "?c1 rdfs:subClassOf ?c3", "a kind of a kind"),
        (
            "scm-eqc1",
            "?c1 owl:equivalentClass ?c2",
            "?c1 rdfs:subClassOf ?c2",
            "equivalent classes are kinds of each other",
        ),
        (
            "scm-eqc1",
            "?c1 owl:equivalentClass ?c2",
            "?c2 rdfs:subClassOf ?c1",
            "equivalent classes are kinds of each other",
        ),
        (
            "scm-eqc2",
            "?c1 rdfs:subClassOf ?c2, ?c2 rdfs:subClassOf ?c1",
            "?c1 owl:equivalentClass ?c2",
            "classes that are kinds of each other are equivalent",
        ),
        (
            "scm-op",
            "?p rdf:type owl:ObjectProperty",
            "?p rdfs:subPropertyOf ?p",
            "a property and what holds of every property",
        ),
        (
            "scm-op",
            "?p rdf:type owl:ObjectProperty",
            "?p owl:equivalentProperty ?p",
            "a property and what holds of every property",
        ),
        (
            "scm-dp",
            "?p rdf:type owl:DatatypeProperty",
            "?p rdfs:subPropertyOf ?p",
            "a property and what holds of every property",
        ),
        (
            "scm-dp",
            "?p rdf:type owl:DatatypeProperty",
            "?p owl:equivalentProperty ?p",
            "a property and what holds of every property",
        ),
        (
            "scm-spo",
            "?p1 rdfs:subPropertyOf ?p2, ?p2 rdfs:subPropertyOf ?p3",
            "?p1 rdfs:subPropertyOf ?p3",
            "a kind of a kind",
        ),
        (
            "scm-eqp1",
            "?p1 owl:equivalentProperty ?p2",
            "?p1 rdfs:subPropertyOf ?p2",
            "equivalent properties are kinds of each other",
        ),
        (
            "scm-eqp1",
            "?p1 owl:equivalentProperty ?p2",
            "?p2 rdfs:subPropertyOf ?p1",
            "equivalent properties are kinds of each other",
        ),
        (
            "scm-eqp2",
            "?p1 rdfs:subPropertyOf ?p2, ?p2 rdfs:subPropertyOf ?p1",
            "?p1 owl:equivalentProperty ?p2",
            "properties that are kinds of each other are equivalent",
        ),
        (
            "scm-dom1",
            "?p rdfs:domain ?c1, ?c1 rdfs:subClassOf ?c2",
            "?p rdfs:domain ?c2",
            "a domain's superclass is a domain",
        ),
        (
            "scm-dom2",
            "?p2 rdfs:domain ?c, ?p1 rdfs:subPropertyOf ?p2",
            "?p1 rdfs:domain ?c",
            "a property has the domain of the one it is a kind of",
        ),
        (
            "scm-rng1",
            "?p rdfs:range ?c1, ?c1 rdfs:subClassOf ?c2",
            "?p rdfs:range ?c2",
            "a range's superclass is a range",
        ),
        (
            "scm-rng2",
            "?p2 rdfs:range ?c, ?p1 rdfs:subPropertyOf ?p2",
            "?p1 rdfs:range ?c",
            "a property has the range of the one it is a kind of",
        ),
        (
            "scm-hv",
            "?c1 owl:hasValue ?i, ?c1 owl:onProperty ?p1, ?c2 owl:hasValue ?i, ?c2 owl:onProperty ?p2, "
            "?p1 rdfs:subPropertyOf ?p2",
            "?c1 rdfs:subClassOf ?c2",
            "restrictions to one value",
        ),
        (
            "scm-svf1",
            "?c1 owl:someValuesFrom ?y1, ?c1 owl:onProperty ?p, ?c2 owl:someValuesFrom ?y2, ?c2 owl:onProperty ?p, "
            "?y1 rdfs:subClassOf ?y2",
            "?c1 rdfs:subClassOf ?c2",
            "restrictions to some value",
        ),
        (
            "scm-svf2",
            "?c1 owl:someValuesFrom ?y, ?c1 owl:onProperty ?p1, ?c2 owl:someValuesFrom ?y, ?c2 owl:onProperty ?p2, "
            "?p1 rdfs:subPropertyOf ?p2",
            "?c1 rdfs:subClassOf ?c2",
            "restrictions to some value",
        ),
        (
            "scm-avf1",
            "?c1 owl:allValuesFrom ?y1, ?c1 owl:onProperty ?p, ?c2 owl:allValuesFrom ?y2, ?c2 owl:onProperty ?p, "
            "?y1 rdfs:subClassOf ?y2",
            "?c1 rdfs:subClassOf ?c2",
            "restrictions to all values",
        ),
        (
            "scm-avf2",
            "?c1 owl:allValuesFrom ?y, ?c1 owl:onProperty ?p1, ?c2 owl:allValuesFrom ?y, ?c2 owl:onProperty ?p2, "
            "?p1 rdfs:subPropertyOf ?p2",
            "?c2 rdfs:subClassOf ?c1",
            "restrictions to all values",
        ),
        (
            "scm-int",
            "?c owl:intersectionOf ?l, ?l has ?m",
            "?c rdfs:subClassOf ?m",
            "an intersection is a kind of each of its classes",
        ),
        ("scm-uni", "?c owl:unionOf ?l, ?l has ?m", "?m rdfs:subClassOf ?c", "each class of a union is a kind of it"),
    )
)

WORDS: Final = {**{rule.name: rule.words for rule in RULES}, **EQUALITY}
"""What each rule is about, in words, by its name in the standard."""

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
