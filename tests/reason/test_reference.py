"""owlrl as the selectable engine: what it infers, what is left out, and how contradictions are told."""

import hashlib

import pytest

from ckg import reason
from ckg.errors import Inconsistent
from ckg.model.staged import Role

INFERRED = "http://example.org/graph/inferred"


def close(staging, tmp_path):
    return reason.close(staging, tmp_path / "out", engine="owlrl", inferred_graph=INFERRED)


def test_a_subclass_passes_its_members_on(tmp_path, stage, triples):
    staging = stage(tmp_path, ontology=":Summit rdfs:subClassOf :Event .", tokyo=":s a :Summit .")
    assert triples(close(staging, tmp_path).graph) == {"<:s> rdf:type <:Event>"}


def test_what_is_asserted_is_not_inferred_again(tmp_path, stage, triples):
    staging = stage(tmp_path, ontology=":Summit rdfs:subClassOf :Event .", tokyo=":s a :Summit, :Event .")
    assert triples(close(staging, tmp_path).graph) == set()


def test_the_inferred_graph_is_a_staged_graph(tmp_path, stage):
    staging = stage(tmp_path, ontology=":p a owl:SymmetricProperty .", tokyo=":b :p :a . :c :p :d . :e :p :é .")
    graph = close(staging, tmp_path).graph
    content = graph.path.read_bytes()
    lines = content.splitlines(keepends=True)
    assert (graph.name, graph.role, graph.triples) == (INFERRED, Role.INFERRED, 3)
    assert graph.sha256 == hashlib.sha256(content).hexdigest()
    assert lines == sorted(set(lines))
    assert all(line.endswith(f" <{INFERRED}> .\n".encode()) for line in lines)


def test_lexical_forms_stay_as_they_were_written(tmp_path, stage, triples):
    data = ':a :p "01"^^xsd:integer, "1.30e0"^^xsd:double, "line\\nbreak", "вода"@ru .'
    staging = stage(tmp_path, ontology=":p rdfs:subPropertyOf :q .", tokyo=data)
    assert triples(close(staging, tmp_path).graph) == {
        '<:a> <:q> "01"^^xsd:integer',
        '<:a> <:q> "1.30e0"^^xsd:double',
        '<:a> <:q> "line\\nbreak"',
        '<:a> <:q> "вода"@ru',
    }


def test_the_shapes_are_not_reasoned_over(tmp_path, stage, triples):
    staging = stage(tmp_path, ontology=":A rdfs:subClassOf :B .")
    shapes = stage(tmp_path / "shapes", ontology=":x a :A .").graphs[0]
    with_shapes = staging.with_graphs([type(shapes)("s:", Role.SHAPES, shapes.path, shapes.sha256, 1, ())])
    assert triples(close(with_shapes, tmp_path).graph) == set()


def test_a_contradiction_names_rule_triples_labels_and_files(tmp_path, stage):
    ontology = ':State owl:disjointWith :Person . :State rdfs:label "state"@en .'
    staging = stage(tmp_path, ontology=ontology, people=":x a :Person .", states=":x a :State .")
    with pytest.raises(Inconsistent) as caught:
        close(staging, tmp_path)
    message = str(caught.value)
    assert "cax-dw" in message
    assert "<http://example.org/x> rdf:type <http://example.org/Person>  (data/people.ttl)" in message
    assert '<http://example.org/State> ["state"@en]  (data/states.ttl)' in message
    assert not (tmp_path / "out" / "inferred.nq").exists()


def test_a_cardinality_that_is_no_literal_is_passed_over(tmp_path, stage, triples):
    staging = stage(tmp_path, ontology=":R owl:maxCardinality :one . :A rdfs:subClassOf :B .", d=":x a :A .")
    assert triples(close(staging, tmp_path).graph) == {"<:x> rdf:type <:B>"}
