"""Every rule that concludes false is reported with its name, its triples and the files they stand in."""

import json

import pytest

from ckg import reason
from ckg.errors import Inconsistent

INFERRED = "http://example.org/graph/inferred"
MAX = 'owl:onProperty :p ; owl:maxCardinality "0"^^xsd:nonNegativeInteger'
MAX_OF = 'owl:onProperty :p ; owl:onClass {} ; owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger'

CLASHES = {
    "eq-diff1": (":p a owl:FunctionalProperty .", ":i :p :a , :b . :a owl:differentFrom :b ."),
    "eq-diff2": ("[] a owl:AllDifferent ; owl:members ( :a :b :c ) .", ":b owl:sameAs :c ."),
    "eq-diff3": ("[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) .", ":a owl:sameAs :c ."),
    "prp-irp": (":p a owl:IrreflexiveProperty .", ":a :p :a ."),
    "prp-asyp": (":p a owl:AsymmetricProperty .", ":a :p :b . :b :p :a ."),
    "prp-pdw": (":p owl:propertyDisjointWith :q .", ":a :p :b ; :q :b ."),
    "prp-adp": ("[] a owl:AllDisjointProperties ; owl:members ( :o :p :q ) .", ":a :p :b ; :q :b ."),
    "prp-npa1": (
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b .",
        ":a :q :b . :q rdfs:subPropertyOf :p .",
    ),
    "prp-npa2": ("[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 5 .", ":a :p 5 ."),
    "cls-nothing2": (":A rdfs:subClassOf owl:Nothing .", ":a a :A ."),
    "cls-com": (":A owl:complementOf :B .", ":a a :A , :B ."),
    "cls-maxc1": (f":A rdfs:subClassOf [ {MAX} ] .", ":a a :A ; :p :b ."),
    "cls-maxqc1": (f":A rdfs:subClassOf [ {MAX_OF.format(':B')} ] .", ":a a :A ; :p :b . :b a :B ."),
    "cls-maxqc2": (f":A rdfs:subClassOf [ {MAX_OF.format('owl:Thing')} ] .", ":a a :A ; :p :b ."),
    "cax-dw": (":A owl:disjointWith :B .", ":a a :A , :B ."),
    "cax-adc": ("[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .", ":a a :B , :C ."),
}
LITERALS = {
    "an ill-formed date": ("", ':a :p "2025-02-30"^^xsd:date .'),
    "an integer out of range": ("", ':a :p "256"^^xsd:unsignedByte .'),
    "a word for a number": ("", ':a :p "many"^^xsd:integer .'),
    "a string where a decimal belongs": (":p rdfs:range xsd:decimal .", ':a :p "many" .'),
    "a value outside of a restriction": (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom xsd:integer ] .",
        ":a a :A ; :p 1.5 .",
    ),
}


def message(stage, tmp_path, ontology, data):
    staging = stage(tmp_path, ontology=ontology, people=data)
    with pytest.raises(Inconsistent) as caught:
        reason.close(staging, tmp_path / "out", inferred_graph=INFERRED, threads=1)
    assert not (tmp_path / "out" / "inferred.nq").exists()
    return caught.value.message


@pytest.mark.parametrize("rule", CLASHES)
def test_a_contradiction_is_reported(rule, stage, tmp_path):
    text = message(stage, tmp_path, *CLASHES[rule])
    assert f"  {rule}: " in text
    assert "(data/people.ttl)" in text or "(ontology/ontology.ttl)" in text


@pytest.mark.parametrize("what", LITERALS)
def test_a_literal_that_is_none_of_its_type_is_reported(what, stage, tmp_path):
    text = message(stage, tmp_path, *LITERALS[what])
    assert "dt-not-type" in text
    assert "(data/people.ttl)" in text


def test_two_values_of_a_functional_property_contradict_each_other(stage, tmp_path):
    text = message(stage, tmp_path, ":p a owl:FunctionalProperty .", ":a :p 1 , 2 .")
    assert "dt-diff" in text


CONSISTENT = {
    "one value written in two ways": (":p a owl:FunctionalProperty .", ':a :p 1 , "01"^^xsd:integer .'),
    "zero, infinity and not a number": ("", ':a :p "0"^^xsd:double , "INF"^^xsd:double , "NaN"^^xsd:float .'),
    "a year beyond four digits": ("", ':a :p "12025-12-19"^^xsd:date , "-0044-03-15"^^xsd:date .'),
    "the last moment of a day": ("", ':a :p "2025-12-31T24:00:00Z"^^xsd:dateTime .'),
    "an integer where a decimal belongs": (":p rdfs:range xsd:decimal .", ":a :p 5 ."),
    "a datatype nobody knows": (":p rdfs:range :myType .", ':a :p "x"^^:yourType .'),
    "text in two languages": (":p rdfs:range rdf:langString .", ':a :p "a"@en , "b"@fr .'),
}


@pytest.mark.parametrize("what", CONSISTENT)
def test_what_is_consistent_passes(what, stage, tmp_path):
    ontology, data = CONSISTENT[what]
    reason.close(stage(tmp_path, ontology=ontology, people=data), tmp_path / "out", inferred_graph=INFERRED, threads=1)


def test_many_contradictions_are_counted_and_the_first_shown(stage, tmp_path):
    data = " ".join(f":x{i} a :A , :B ." for i in range(30))
    text = message(stage, tmp_path, ":A owl:disjointWith :B .", data)
    assert "contradictions" in text.splitlines()[0]
    assert text.splitlines()[-1].strip().startswith("and ")


def reported(stage, tmp_path, ontology, data):
    staging = stage(tmp_path, ontology=ontology, people=data)
    closure = reason.close(
        staging, tmp_path / "out", inferred_graph=INFERRED, threads=1, contradictions="report", profile="owl-rl"
    )
    content = json.loads((tmp_path / "out" / "contradictions.json").read_text())
    assert content["count"] == closure.contradictions
    return closure, content


@pytest.mark.parametrize("rule", CLASHES)
def test_a_contradiction_that_is_to_be_reported_is_listed_and_the_closure_made(rule, stage, tmp_path):
    closure, content = reported(stage, tmp_path, *CLASHES[rule])
    assert closure.graph.path.is_file()
    (clash, *_) = content["contradictions"]
    assert clash["rule"] == rule
    assert clash["note"]
    assert any(premise["files"] or premise["from"][0]["files"] for premise in clash["premises"])


@pytest.mark.parametrize("what", LITERALS)
def test_ill_typed_literals_are_accepted_where_contradictions_are_reported(what, stage, tmp_path):
    _, content = reported(stage, tmp_path, *LITERALS[what])
    assert [clash["rule"] for clash in content["contradictions"]] == ["dt-not-type"]


def test_reported_contradictions_are_all_counted(stage, tmp_path):
    data = " ".join(f":x{i} a :A , :B ." for i in range(80))
    _, content = reported(stage, tmp_path, ":A owl:disjointWith :B .", data)
    assert content["count"] == 80
    assert 20 <= len(content["contradictions"]) < 80


def test_two_values_that_would_have_to_be_one_are_kept_apart(stage, tmp_path, triples):
    closure, content = reported(
        stage, tmp_path, ":p a owl:FunctionalProperty . :p rdfs:subPropertyOf :q .", ":a :p 1 , 2 . :b :p 2 . :c :p 1 ."
    )
    assert content["count"] == 1
    values = {triple for triple in triples(closure.graph) if "<:q>" in triple and '"' in triple}
    assert values == {f'<:{thing}> <:q> "{number}"^^xsd:integer' for thing, number in ("a1", "a2", "b2", "c1")}


def test_two_values_of_things_that_are_the_same_are_kept_apart(stage, tmp_path, triples):
    data = ":a owl:sameAs 1 . :b owl:sameAs 2 . :a owl:sameAs :b . :c :p 1 ."
    closure, content = reported(stage, tmp_path, "", data)
    assert [clash["rule"] for clash in content["contradictions"]] == ["eq-diff1"]
    assert '<:c> <:p> "2"^^xsd:integer' not in triples(closure.graph)


def test_the_reference_reports_as_well(stage, tmp_path):
    staging = stage(tmp_path, ontology=CLASHES["cax-dw"][0], people=CLASHES["cax-dw"][1])
    closure = reason.close(staging, tmp_path / "out", engine="owlrl", inferred_graph=INFERRED, contradictions="report")
    assert closure.contradictions == 1
