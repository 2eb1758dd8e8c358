"""The law: on any ontology and data the DuckDB engine infers what owlrl infers, trivia aside.

Every kind of axiom that a rule reads occurs, alone and with others, over few names, so that rules meet. Literals have
one datatype each per test where owlrl's own treatment of datatypes differs from the standard (see docs/reasoning.md).
"""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ckg import reason
from ckg.errors import Inconsistent
from ckg.model.staged import Role, Staging
from ckg.reason.lines import read
from ckg.reason.proofs.explainer import open_explainer
from ckg.reason.proofs.explainer import term as parsed

INFERRED = "http://example.org/graph/inferred"
PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def token(word):
    """Spell `:a`, `owl:Thing`, `_:b`, `a` (rdf:type) and literals as N-Triples tokens."""
    if word == "a":
        word = "rdf:type"
    if word.startswith('"') and "^^" in word:
        lexical, _, datatype = word.rpartition("^^")
        return f"{lexical}^^{token(datatype)}"
    if word.startswith(('"', "_:")):
        return word
    prefix, _, local = word.partition(":")
    return f"<{PREFIXES.get(prefix, 'http://example.org/')}{local}>"


CLASSES = st.sampled_from([":A", ":B", ":C", ":D"])
TOPS = st.sampled_from([":A", ":B", ":C", ":D", ":A", ":B", "owl:Thing", "owl:Nothing"])
PROPERTIES = st.sampled_from([":p", ":q", ":r"])
INDIVIDUALS = st.sampled_from([":i", ":j", ":k", ":l", "_:m"])
LITERALS = st.sampled_from(['"1"^^xsd:integer', '"two"', '"deux"@fr'])
VALUES = st.one_of(INDIVIDUALS, INDIVIDUALS, LITERALS)
LABELS = st.integers(0, 999).map(lambda n: f"_:n{n}")
RESTRICTIONS = st.sampled_from(["_:x1", "_:x2", ":A", ":B"])


def listed(head, members):
    triples, cell = [], head
    for i, member in enumerate(members):
        following = "rdf:nil" if i == len(members) - 1 else f"{head}x{i}"
        triples += [(cell, "rdf:first", member), (cell, "rdf:rest", following)]
        cell = following
    return triples


@st.composite
def with_list(draw, subject, predicate, members, kind=None, least=1, most=3):
    s, found = draw(subject), draw(st.lists(members, min_size=least, max_size=most))
    # The label says what is in the list: two axioms share a list only if it is the same, so none branches.
    head = "_:l" + "".join(word.rpartition(":")[2] for word in found)
    typed = [(s, "a", kind)] if kind else []
    return [(s, predicate, head), *typed, *listed(head, found)]


@st.composite
def restriction(draw, predicate, filler, *, on_class=False):
    r = draw(RESTRICTIONS)
    triples = [(r, "owl:onProperty", draw(PROPERTIES)), (r, predicate, draw(filler))]
    if on_class:
        triples.append((r, "owl:onClass", draw(TOPS)))
    side = draw(st.sampled_from(["sub", "super", "equivalent", "none"]))
    if side == "sub":
        triples.append((r, "rdfs:subClassOf", draw(CLASSES)))
    elif side == "super":
        triples.append((draw(CLASSES), "rdfs:subClassOf", r))
    elif side == "equivalent":
        triples.append((draw(CLASSES), "owl:equivalentClass", r))
    return triples


def axiom(subject, predicate, obj):
    return st.tuples(subject, st.just(predicate) if isinstance(predicate, str) else predicate, obj).map(
        lambda triple: [triple]
    )


def kind(of, *names):
    return axiom(of, "a", st.sampled_from(names))


NUMBERS = st.sampled_from(['"0"^^xsd:nonNegativeInteger', '"1"^^xsd:nonNegativeInteger', '"2"^^xsd:nonNegativeInteger'])


@st.composite
def negative(draw, target, values):
    n = draw(LABELS)
    return [
        (n, "owl:sourceIndividual", draw(INDIVIDUALS)),
        (n, "owl:assertionProperty", draw(PROPERTIES)),
        (n, target, draw(values)),
    ]


AXIOMS = {
    "class": kind(CLASSES, "owl:Class"),
    "property": kind(PROPERTIES, "owl:ObjectProperty", "owl:DatatypeProperty"),
    "subclass": axiom(TOPS, "rdfs:subClassOf", TOPS),
    "equivalent classes": axiom(CLASSES, "owl:equivalentClass", TOPS),
    "disjoint": axiom(CLASSES, "owl:disjointWith", CLASSES),
    "complement": axiom(CLASSES, "owl:complementOf", CLASSES),
    "subproperty": axiom(PROPERTIES, "rdfs:subPropertyOf", PROPERTIES),
    "equivalent properties": axiom(PROPERTIES, "owl:equivalentProperty", PROPERTIES),
    "inverse": axiom(PROPERTIES, "owl:inverseOf", PROPERTIES),
    "disjoint properties": axiom(PROPERTIES, "owl:propertyDisjointWith", PROPERTIES),
    "domain": axiom(PROPERTIES, "rdfs:domain", TOPS),
    "range": axiom(PROPERTIES, "rdfs:range", TOPS),
    "functional": kind(PROPERTIES, "owl:FunctionalProperty"),
    "inverse functional": kind(PROPERTIES, "owl:InverseFunctionalProperty"),
    "transitive, symmetric": kind(PROPERTIES, "owl:TransitiveProperty", "owl:SymmetricProperty"),
    "asymmetric, irreflexive": kind(PROPERTIES, "owl:AsymmetricProperty", "owl:IrreflexiveProperty"),
    "chain": with_list(PROPERTIES, "owl:propertyChainAxiom", PROPERTIES),
    "key": with_list(CLASSES, "owl:hasKey", PROPERTIES),
    "intersection": with_list(CLASSES, "owl:intersectionOf", TOPS),
    "union": with_list(CLASSES, "owl:unionOf", TOPS),
    "enumeration": with_list(CLASSES, "owl:oneOf", INDIVIDUALS),
    "all different": with_list(LABELS, "owl:distinctMembers", INDIVIDUALS, "owl:AllDifferent", 2),
    "all different (members)": with_list(LABELS, "owl:members", INDIVIDUALS, "owl:AllDifferent", 2),
    "all disjoint classes": with_list(LABELS, "owl:members", CLASSES, "owl:AllDisjointClasses", 2),
    "all disjoint properties": with_list(LABELS, "owl:members", PROPERTIES, "owl:AllDisjointProperties", 2),
    "some": restriction("owl:someValuesFrom", TOPS),
    "some (literals)": restriction("owl:someValuesFrom", st.just("xsd:integer")),
    "all": restriction("owl:allValuesFrom", TOPS),
    "value": restriction("owl:hasValue", VALUES),
    "at most": restriction("owl:maxCardinality", NUMBERS),
    "at most of": restriction("owl:maxQualifiedCardinality", NUMBERS, on_class=True),
    "not this": negative("owl:targetIndividual", INDIVIDUALS),
    "not this value": negative("owl:targetValue", LITERALS),
    "same individuals": axiom(INDIVIDUALS, "owl:sameAs", INDIVIDUALS),
    "same terms": axiom(st.one_of(CLASSES, PROPERTIES), "owl:sameAs", st.one_of(CLASSES, PROPERTIES)),
    "different": axiom(INDIVIDUALS, "owl:differentFrom", INDIVIDUALS),
    "rules about rules": axiom(
        st.sampled_from(["rdf:type", "owl:sameAs", "rdfs:subClassOf", "rdfs:domain", "owl:inverseOf", ":p"]),
        "rdfs:subPropertyOf",
        st.sampled_from([":p", ":q", "rdf:type", "owl:sameAs", "rdfs:subClassOf", "owl:equivalentClass"]),
    ),
    "domains of built-in terms": axiom(
        st.sampled_from(["rdf:type", "owl:sameAs", "rdfs:subClassOf"]),
        st.sampled_from(["rdfs:domain", "rdfs:range"]),
        CLASSES,
    ),
    "built-in classes": axiom(
        CLASSES, "rdfs:subClassOf", st.sampled_from(["owl:FunctionalProperty", "owl:TransitiveProperty", "owl:Class"])
    ),
}

FACTS = st.lists(
    st.one_of(
        st.tuples(INDIVIDUALS, PROPERTIES, VALUES),
        st.tuples(INDIVIDUALS, PROPERTIES, INDIVIDUALS),
        st.tuples(INDIVIDUALS, st.just("a"), CLASSES),
        st.tuples(st.one_of(CLASSES, PROPERTIES), st.just("a"), CLASSES),
    ),
    min_size=1,
    max_size=10,
)

# Rules that owlrl does not have (docs/reasoning.md, "Where owlrl differs"): a contradiction that only they find.
ONLY_HERE = {"dt-diff", "dt-not-type"}


CHOICES = st.builds(
    reason.Published,
    expanded=st.booleans(),
    anonymous_types=st.booleans(),
    base=st.sampled_from(["", "http://example.org/k", "http://nowhere.example/"]),
)


def outcome(staging, folder, engine, published=reason.Published()):  # noqa: B008 - it has no state
    """Return the inferred triples, or the names of the rules that concluded false."""
    try:
        closure = reason.close(staging, folder, engine=engine, inferred_graph=INFERRED, threads=1, published=published)
        graph = closure.graph
    except Inconsistent as error:
        lines = error.message.splitlines()[1:]
        return {line.split(":")[0].strip() for line in lines if line.startswith("  ") and line[2] != " "}, error.message
    return None, {" ".join(triple) for triple in read(graph)}


def agree(stage_lines, ontology, facts, published=reason.Published()):  # noqa: B008 - it has no state
    """Compare the engines on triples given as words; return whether there was a closure to compare."""
    with tempfile.TemporaryDirectory() as folder:
        staging = Staging(
            (
                stage_lines([" ".join(map(token, t)) for t in ontology], Path(folder), "ontology", Role.ONTOLOGY),
                stage_lines([" ".join(map(token, t)) for t in facts], Path(folder), "data", Role.DATA),
            )
        )
        expected_clash, expected = outcome(staging, Path(folder) / "owlrl", "owlrl", published)
        clash, found = outcome(staging, Path(folder) / "duckdb", "duckdb", published)
    if expected_clash or clash:
        assert clash, ([" ".join(t) for t in (*ontology, *facts)], expected)
        assert expected_clash or "dt-diff" in found or clash <= ONLY_HERE, (
            [" ".join(t) for t in (*ontology, *facts)],
            found,
        )
        return False
    assert found == expected, "; ".join(" ".join(t) for t in (*ontology, *facts))
    return True


# The suite tries a few examples of each; CKG_EXAMPLES=100 in the environment tries a hundred times as many.
MORE = int(os.environ.get("CKG_EXAMPLES", "1"))
PHASES = [phase for phase in Phase if MORE == 1 or phase is not Phase.shrink]
SETTINGS = settings(deadline=None, phases=PHASES, max_examples=4 * MORE, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", AXIOMS)
def test_one_kind_of_axiom(name, stage_lines):
    @SETTINGS
    @given(axioms=st.lists(AXIOMS[name], min_size=1, max_size=3), facts=FACTS)
    def law(axioms, facts):
        agree(stage_lines, [triple for triples in axioms for triple in triples], facts)

    law()


ANY = st.one_of(*AXIOMS.values())


@settings(SETTINGS, max_examples=25 * MORE)
@given(axioms=st.lists(ANY, min_size=2, max_size=8), facts=FACTS, published=CHOICES)
def test_any_ontology(stage_lines, axioms, facts, published):
    agree(stage_lines, [triple for triples in axioms for triple in triples], facts, published)


EQUATIONS = st.lists(st.tuples(INDIVIDUALS, st.just("owl:sameAs"), INDIVIDUALS), min_size=1, max_size=4)


@SETTINGS
@given(axioms=st.lists(ANY, min_size=1, max_size=3), facts=FACTS, equations=EQUATIONS, published=CHOICES)
def test_one_name_for_things_that_are_the_same(stage_lines, axioms, facts, equations, published):
    published = replace(published, expanded=False)
    agree(stage_lines, [triple for triples in axioms for triple in triples], facts + equations, published)


def added(stage_lines, ontology, before, after):
    """Close the ontology and some facts, go on with more of both, and compare with the closure of everything.

    `ontology` holds the triples of each axiom: a list of one is in the same part as the axiom.
    """
    some, others = ([triple for axiom in part for triple in axiom] for part in (ontology[::2], ontology[1::2]))
    words = [[" ".join(map(token, triple)) for triple in part] for part in (some, before, others, after)]
    names = ["ontology", "before", "more", "after"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graphs = [stage_lines(w, folder, n, Role.DATA) for w, n in zip(words, names, strict=True)]
        clash, _ = outcome(Staging(tuple(graphs[:2])), folder / "earlier", "duckdb")
        if clash:
            return
        expected = outcome(Staging(tuple(graphs)), folder / "whole", "duckdb")
        try:
            closure = reason.close(
                Staging(tuple(graphs)), folder / "on", inferred_graph=INFERRED, threads=1, previous=folder / "earlier"
            )
        except Inconsistent:
            assert expected[0]
            return
        found = list(read(closure.graph))
        assert {" ".join(triple) for triple in found} == expected[1], [
            " ".join(t) for t in (*some, *others, *before, *after)
        ]
        explainer = open_explainer(closure.derivations, graphs)
        for triple in found:
            steps = explainer.prove(*map(parsed, triple))
            assert steps, triple
            assert "unknown" not in {step.rule for step in steps}


@settings(SETTINGS, max_examples=12 * MORE)
@given(axioms=st.lists(ANY, min_size=2, max_size=6), before=FACTS, after=FACTS)
def test_going_on_from_an_earlier_closure_gives_the_closure_of_everything(stage_lines, axioms, before, after):
    added(stage_lines, axioms, before, after)


EARLIER_FAILURES = {
    "a class of everything": ":D owl:intersectionOf _:l; _:l rdf:first owl:Thing; _:l rdf:rest rdf:nil; "
    ":A a owl:Class; :C a :A",
    "a literal that is the same as a thing": ':p a owl:FunctionalProperty; :i :p :i; :i :p "1"^^xsd:integer',
    "a class that is its own equivalent": "rdfs:subClassOf rdfs:subPropertyOf :p; :A owl:equivalentClass :A",
    "equal terms in no other fact": ":k owl:sameAs _:m; owl:sameAs rdfs:subPropertyOf :q; :A rdfs:subClassOf :B",
}


@pytest.mark.parametrize("name", EARLIER_FAILURES)
def test_what_once_went_wrong(name, stage_lines):
    assert agree(stage_lines, [tuple(triple.split(" ")) for triple in EARLIER_FAILURES[name].split("; ")], [])
