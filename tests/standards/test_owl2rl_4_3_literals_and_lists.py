"""OWL 2 Profiles, 4.3: datatypes through owl:sameAs (table 8 with table 4), and lists that are none; both engines."""

import json

import pyoxigraph as ox
import pytest
from tests.reason.conftest import stage_turtle

from ckg import reason
from ckg.errors import Inconsistent, MalformedList

INFERRED = "http://example.org/graph/inferred"


@pytest.fixture(params=["duckdb", "owlrl"])
def close(request, tmp_path):
    def run(data, **options):
        staging = stage_turtle(tmp_path / "staged", data=data)
        return reason.close(staging, tmp_path / "out", engine=request.param, inferred_graph=INFERRED, **options)

    return run


CONTRADICTIONS = {
    "said to be the same": ':v a xsd:integer ; owl:sameAs "false"^^xsd:boolean .',
    "by a functional property": ':p a owl:FunctionalProperty . :x :p :v , "false"^^xsd:boolean . :v a xsd:integer .',
    "outside of a derived datatype": ":v a xsd:byte ; owl:sameAs 500 .",
    "of another kind": ":v a xsd:string ; owl:sameAs 5 .",
    "by the range of a property": ':q rdfs:range xsd:integer . :x :q :v . :v owl:sameAs "a" .',
    "by a class below a datatype": ':C rdfs:subClassOf xsd:integer . :v a :C ; owl:sameAs "a" .',
}


@pytest.mark.parametrize("how", CONTRADICTIONS)
def test_what_is_the_same_as_a_literal_cannot_have_a_type_that_this_has_not(close, how):
    with pytest.raises(Inconsistent) as caught:
        close(CONTRADICTIONS[how])
    assert "dt-not-type" in caught.value.message or "cax-dw" in caught.value.message


@pytest.mark.parametrize(
    "data", [":v a xsd:integer ; owl:sameAs 5 .", ":v a xsd:byte ; owl:sameAs 5 .", ":v a :C ; owl:sameAs 5 ."]
)
def test_what_is_the_same_as_a_literal_may_have_the_types_of_its_value(close, data):
    types = {str(quad.object) for quad in ox.parse(path=close(data).graph.path, format=ox.RdfFormat.N_QUADS)}
    assert "<http://www.w3.org/2001/XMLSchema#decimal>" in types


def test_such_a_contradiction_names_what_was_stated(tmp_path):
    staging = stage_turtle(tmp_path / "staged", data=CONTRADICTIONS["by a functional property"])
    with pytest.raises(Inconsistent) as caught:
        reason.close(staging, tmp_path / "out", inferred_graph=INFERRED)
    said = caught.value.message
    assert "rdf:type xsd:integer  (data/data.ttl)" in said
    assert said.count("(data/data.ttl)") >= 3  # the equation follows from the property and its two values


LISTS = {
    "has no rdf:rest": ":C owl:intersectionOf [ rdf:first :A ] .",
    "has no rdf:first": ":C owl:unionOf [ rdf:rest () ] .",
    "has 2 rdf:rest": ":C owl:oneOf _:l . _:l rdf:first :A ; rdf:rest _:m , () . _:m rdf:first :B ; rdf:rest () .",
    "has 2 rdf:first": ":C owl:hasKey [ rdf:first :p , :q ; rdf:rest () ] .",
    "in a circle": ":p owl:propertyChainAxiom _:l . _:l rdf:first :q ; rdf:rest _:l .",
}


@pytest.mark.parametrize("why", LISTS)
def test_a_list_that_is_none_is_refused_by_file(close, tmp_path, why):
    with pytest.raises(MalformedList) as caught:
        close(LISTS[why] + " :i a :A .")
    for part in (why, "http://example.org/", "data/data.ttl"):
        assert part in caught.value.message
    assert not (tmp_path / "out" / "inferred.nq").exists()


def test_a_list_that_is_none_is_a_finding_where_findings_are_reported(close, tmp_path):
    close(LISTS["has no rdf:rest"], contradictions="report")
    (row,) = json.loads((tmp_path / "out" / "contradictions.json").read_text(encoding="utf-8"))["contradictions"]
    assert (row["rule"], row["note"]) == ("rdf:List", "a cell has no rdf:rest")
    assert row["premises"][0]["files"] == ["data/data.ttl"]


def test_lists_that_no_axiom_has_are_left_alone(close):
    close(":x :p [ rdf:first 1 ] , ( 1 2 ) . :C owl:unionOf () , ( :A :B ) .")
