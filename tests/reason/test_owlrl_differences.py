"""The ledger of docs/reasoning.md: owlrl by itself still differs in these ways. One that is gone is struck from it."""

import pytest
from owlrl.OWLRL import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, Namespace

from ckg.reason.owlrl_reference import Semantics

EX = Namespace("http://example.org/")
HEADER = "@prefix : <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
HEADER += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
KEY = ":C owl:hasKey ( :p ) . :a a :C ; :p 1 . :b a :C ; :p 2 ."
CLASHES = {
    "eq-diff2": "[] a owl:AllDifferent ; owl:members ( :a :b ) . :a owl:sameAs :b .",
    "eq-diff3": "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b ) . :a owl:sameAs :b .",
    "prp-adp": "[] a owl:AllDisjointProperties ; owl:members ( :p :q ) . :a :p :b ; :q :b .",
}


def closed(semantics, turtle):
    graph = Graph().parse(data=HEADER + turtle, format="turtle")
    run = semantics(graph, False, False)
    run.closure()
    return graph, run.error_messages


def test_a_key_of_one_property_equates_all_members_of_the_class():
    assert (EX.a, OWL.sameAs, EX.b) in closed(OWLRL_Semantics, KEY)[0]
    assert (EX.a, OWL.sameAs, EX.b) not in closed(Semantics, KEY)[0]


@pytest.mark.parametrize("rule", CLASHES)
def test_pairs_with_the_last_member_of_a_list_are_left_out(rule):
    assert closed(OWLRL_Semantics, CLASHES[rule])[1] == []
    assert closed(Semantics, CLASHES[rule])[1]


def test_a_cardinality_that_is_no_literal_is_an_exception():
    with pytest.raises(AttributeError):
        closed(OWLRL_Semantics, ":r owl:maxCardinality :one .")
    assert closed(Semantics, ":r owl:maxCardinality :one .")[1] == []


def test_two_values_of_a_functional_property_become_the_same():
    graph, errors = closed(OWLRL_Semantics, ":p a owl:FunctionalProperty . :a :p 1 , 2 .")
    assert (Literal(1), OWL.sameAs, Literal(2)) in graph
    assert errors == []


def test_zero_is_no_double():
    assert closed(OWLRL_Semantics, ":a :p 0.0e0 .")[1]


def test_a_class_that_is_equivalent_to_itself_is_not_made_its_own_subclass():
    turtle = ":A owl:equivalentClass :A ."
    assert (EX.A, RDFS.subClassOf, EX.A) not in closed(OWLRL_Semantics, turtle)[0]
    assert (EX.A, RDFS.subClassOf, EX.A) in closed(Semantics, turtle)[0]


def test_what_is_the_same_as_a_literal_has_the_types_above_those_it_is_said_to_have():
    turtle = ":v owl:sameAs 5 ; a <http://www.w3.org/2001/XMLSchema#byte> ."
    assert XSD.short in set(closed(Semantics, turtle)[0].objects(EX.v, RDF.type))


def test_a_literal_that_is_no_value_of_its_type_is_not_seen():
    assert (
        closed(
            OWLRL_Semantics, ":q rdfs:range <http://www.w3.org/2001/XMLSchema#integer> . :x :q :v . :v owl:sameAs 'a' ."
        )[1]
        == []
    )
