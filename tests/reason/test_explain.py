"""Every inferred triple has a proof: steps of the rules, down to triples that are asserted in named graphs."""

import time

import pyoxigraph as ox
import pytest

from ckg import reason
from ckg.errors import ProjectError
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.reason.lines import read
from ckg.reason.proofs.explainer import open_explainer
from ckg.reason.rules.owl_terms import term
from ckg.reason.rules.table import AXIOMS, DATATYPES, EQUALITY, RULES
from ckg.reason.rules.trivial import is_trivial

INFERRED = "http://example.org/graph/inferred"
NAMES = {rule.name for rule in RULES} | {name for name, _ in AXIOMS} | {*EQUALITY, *DATATYPES, "asserted"}


def node(word):
    return ox.NamedNode(f"http://example.org/{word}")


def parse(token):
    line = f"<a:a> <a:a> {token} ."
    return next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))).object


@pytest.fixture
def explained(tmp_path, stage):
    """Close an ontology and data given as Turtle; return the closure and what explains it."""

    def close(ontology, **data):
        staging = stage(tmp_path, ontology=ontology, **data)
        closure = reason.close(staging, tmp_path / "out", inferred_graph=INFERRED, threads=1)
        return closure, open_explainer(closure.derivations, staging.graphs)

    return close


def shown(step):
    return tuple(str(term).replace("http://example.org/", ":") for term in step.triple)


def test_why_names_the_rule_and_the_triples_it_was_applied_to(explained):
    _, explainer = explained(":Summit rdfs:subClassOf :Event .", tokyo=":s a :Summit .")
    derivation = explainer.why(
        node("s"), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), node("Event")
    )
    assert derivation.rule == "cax-sco"
    assert (node("s"), ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), node("Summit")) in (
        derivation.premises
    )


def test_a_chain_is_proved_with_every_link_and_its_file(explained):
    ontology = ":partyTo owl:propertyChainAxiom ( :took :adopted :clause :of ) ."
    _, explainer = explained(ontology, a=":x :took :s . :s :adopted :d .", b=":d :clause :c . :c :of :y .")
    steps = explainer.prove(node("x"), node("partyTo"), node("y"))
    links = {shown(step)[1:2] + step.graphs for step in steps if step.rule == "asserted"}
    assert {("<:took>", "http://example.org/graph/a"), ("<:of>", "http://example.org/graph/b")} <= links
    assert steps[-1].rule == "prp-spo2"


def test_a_key_is_proved_with_a_value_for_each_property(explained):
    ontology = ":Person owl:hasKey ( :name :born :in ) ."
    data = ':a a :Person ; :name "N" ; :born "1" ; :in :t . :b a :Person ; :name "N" ; :born "1" ; :in :t .'
    _, explainer = explained(ontology, people=data)
    same = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")
    steps = explainer.prove(node("b"), same, node("a"))
    assert {step.rule for step in steps} >= {"asserted", "prp-key"}
    assert sum(step.rule == "asserted" for step in steps) == 9


def test_what_equal_terms_share_is_proved_by_replacement(explained):
    _, explainer = explained("", data=":a owl:sameAs :b . :b owl:sameAs :c . :c :p :d .")
    steps = explainer.prove(node("a"), node("p"), node("d"))
    assert [step.rule for step in steps][-1].startswith("eq-rep-s")
    assert {shown(step)[1] for step in steps if step.rule == "asserted"} == {
        "<http://www.w3.org/2002/07/owl#sameAs>",
        "<:p>",
    }


def test_an_asserted_triple_is_its_own_proof(explained):
    _, explainer = explained("", data=":a :p :b .")
    (step,) = explainer.prove(node("a"), node("p"), node("b"))
    assert (step.rule, step.graphs) == ("asserted", ("http://example.org/graph/data",))


def test_what_does_not_hold_has_no_proof(explained):
    _, explainer = explained(":p a owl:TransitiveProperty .", data=":a :p :b . :b :p :c .")
    assert explainer.why(node("c"), node("p"), node("a")) is None
    assert explainer.prove(node("never"), node("p"), node("a")) == ()


def test_a_long_path_is_proved_to_its_last_link(explained):
    data = " ".join(f":n{i} :p :n{i + 1} ." for i in range(40))
    _, explainer = explained(":q owl:propertyChainAxiom ( :q :p ) . :p rdfs:subPropertyOf :q .", data=data)
    steps = explainer.prove(node("n0"), node("q"), node("n40"))
    assert sum(shown(step)[1] == "<:p>" for step in steps) == 40


def test_a_folder_without_derivations_is_refused(tmp_path):
    with pytest.raises(ProjectError, match="holds no derivations"):
        open_explainer(tmp_path)


def test_a_look_up_is_quick_and_holds_no_data_in_memory(explained):
    data = " ".join(f":s{i} :p :o{i % 7} ." for i in range(20_000))
    closure, explainer = explained(":p rdfs:domain :D .", data=data)
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    begin = time.process_time()
    for i in range(0, 20_000, 100):
        assert explainer.why(node(f"s{i}"), rdf_type, node("D")).rule == "prp-dom"
    assert time.process_time() - begin < 5
    assert closure.graph.triples == 20_000


ONTOLOGY = """
:p a owl:TransitiveProperty ; rdfs:subPropertyOf :q ; rdfs:domain :A ; rdfs:range :B . :q owl:inverseOf :r .
:f a owl:FunctionalProperty . :g a owl:InverseFunctionalProperty . :s a owl:SymmetricProperty .
:A rdfs:subClassOf :C . :C owl:equivalentClass :E . :B rdfs:subClassOf [ owl:onProperty :t ; owl:hasValue :v ] .
:F owl:intersectionOf ( :A :B ) . :G owl:unionOf ( :A :H ) . :u owl:propertyChainAxiom ( :q :s :r ) .
:I owl:equivalentClass [ owl:onProperty :q ; owl:someValuesFrom :B ] . :J owl:oneOf ( :x1 :x2 ) .
:K rdfs:subClassOf [ owl:onProperty :q ; owl:allValuesFrom :L ] . :A rdfs:subClassOf :K . :x1 owl:sameAs :x9 .
:M rdfs:subClassOf [ owl:onProperty :w ; owl:maxCardinality "1"^^xsd:nonNegativeInteger ] . :A rdfs:subClassOf :M .
:B owl:hasKey ( :key1 :key2 ) . :p2 owl:sameAs :p .
"""
DATA = """
:x1 :p :x2 . :x2 :p :x3 . :x3 :p :x4 . :x1 :f :y1 , :y2 . :z1 :g :x1 . :z2 :g :x9 . :x3 :s :x4 . :x5 :p2 :x1 .
:x1 :w :w1 , :w2 . :w1 a :H . :x2 :key1 1 ; :key2 2 . :x4 :key1 1 ; :key2 2 . :y1 :label "a" .
"""


def test_every_inferred_triple_has_a_proof_that_ends_in_asserted_triples(explained):
    closure, explainer = explained(ONTOLOGY, data=DATA)
    triples = list(read(closure.graph))
    assert len(triples) > 250
    for triple in triples:
        steps = explainer.prove(*map(parse_any, triple))
        assert steps, triple
        assert [str(term) for term in steps[-1].triple] == list(triple)
        for place, step in enumerate(steps):
            assert all(premise < place for premise in step.premises)
            assert set(step.rule.split()) <= NAMES
            if step.rule == "asserted":
                assert step.graphs


def parse_any(token):
    return ox.BlankNode(token[2:]) if token.startswith("_:") else parse(token)


def test_the_reference_draws_the_same_conclusion_from_the_premises_of_a_step(explained, stage_lines, tmp_path):
    closure, explainer = explained(ONTOLOGY, data=DATA)
    # Lists are not among the premises of a step: they belong to the axiom.
    ontology = StagedGraph("http://example.org/graph/ontology", Role.ONTOLOGY, tmp_path / "ontology.nq", "", 0, ())
    lists = [" ".join(t) for t in read(ontology) if t[1] in (term("rdf:first"), term("rdf:rest"))]
    checked = {}
    for triple in list(read(closure.graph))[::5]:
        steps = explainer.prove(*map(parse_any, triple))
        for step in steps:
            premises = tuple(" ".join(map(str, steps[place].triple)) for place in step.premises)
            conclusion = " ".join(map(str, step.triple))
            if premises and not is_trivial(*map(str, step.triple)):
                checked.setdefault((step.rule, premises, conclusion))
    assert len({rule for rule, _, _ in checked}) > 15
    for number, (rule, premises, conclusion) in enumerate(checked):
        folder = tmp_path / str(number)
        staging = Staging((stage_lines([*premises, *lists], folder, "premises", Role.DATA),))
        graph = reason.close(staging, folder, engine="owlrl", inferred_graph=INFERRED).graph
        assert conclusion in {" ".join(t) for t in read(graph)}, (rule, premises)


@pytest.mark.parametrize(
    ("conclusion", "data"),
    [
        ("r", ":a :p :b . :b :q :a, :c . :c :r :d ."),
        ("q", ":a :p :a . :a :q :c . :c :r :b . :b :r :b ."),
    ],
)
def test_no_proof_rests_on_its_own_conclusion(explained, conclusion, data):
    closure, explainer = explained(f":{conclusion} owl:propertyChainAxiom ( :p :q :r ) .", data=data)
    inferred = [tuple(map(parse, triple)) for triple in read(closure.graph)]
    assert inferred
    for triple in inferred:
        steps = explainer.prove(*triple)
        assert steps
        assert all(premise < number for number, step in enumerate(steps) for premise in step.premises)
