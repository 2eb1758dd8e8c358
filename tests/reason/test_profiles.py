"""A project chooses what it is reasoned over by: nothing, RDF Schema, OWL 2 RL; its own rules always run."""

from ckg import reason
from ckg.reason.rules import project_rules

INFERRED = "http://example.org/graph/inferred"
ONTOLOGY = """
:Dog rdfs:subClassOf :Animal . :Animal rdfs:subClassOf :Thing .
:owns rdfs:domain :Person ; rdfs:range :Animal ; rdfs:subPropertyOf :has . :has rdfs:subPropertyOf :knows .
:knows a owl:SymmetricProperty . :Animal owl:disjointWith :Person . :id a owl:FunctionalProperty .
"""
DATA = ':ann :owns :rex ; :id 1 , 2 ; :age "n/a"^^xsd:integer . :rex a :Dog , :Person . :ann owl:sameAs :anna .'


def closed(stage, triples, tmp_path, profile, own_rules=(), data=DATA):
    closure = reason.close(
        stage(tmp_path, ontology=ONTOLOGY, people=data),
        tmp_path / "out",
        inferred_graph=INFERRED,
        threads=1,
        profile=profile,
        own_rules=own_rules,
    )
    return plain(triples, closure)


def plain(triples, closure):
    return {triple.replace("<:", ":").replace(">", "") for triple in triples(closure.graph)}


def test_without_reasoning_nothing_follows_and_nothing_is_refused(stage, triples, tmp_path):
    assert closed(stage, triples, tmp_path, "none") == set()


def test_rdf_schema_gives_superclasses_superproperties_domains_and_ranges(stage, triples, tmp_path):
    assert closed(stage, triples, tmp_path, "rdfs") == {
        ":Dog rdfs:subClassOf :Thing",
        ":owns rdfs:subPropertyOf :knows",
        ":ann rdf:type :Person",
        ":rex rdf:type :Animal",
        ":rex rdf:type :Thing",
        ":ann :has :rex",
        ":ann :knows :rex",
    }


def test_in_rdf_schema_the_property_same_as_is_like_others(stage, triples, tmp_path):
    ontology = "owl:sameAs rdfs:subPropertyOf :related ."
    closure = reason.close(
        stage(tmp_path, ontology=ontology, people=":a owl:sameAs :b . :a :p :c ."),
        tmp_path / "out",
        inferred_graph=INFERRED,
        profile="rdfs",
    )
    assert plain(triples, closure) == {":a :related :b"}


def test_owl_gives_more_than_rdf_schema(stage, triples, tmp_path):
    assert ":rex :knows :ann" in closed(stage, triples, tmp_path, "owl-rl", data=":ann :owns :rex .")


def test_the_rules_of_a_project_run_alone_where_there_is_no_reasoning(stage, triples, tmp_path):
    folder = tmp_path / "project"
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "r.rq").write_text(
        "# Who owns something has something.\nPREFIX : <http://example.org/>\n"
        "CONSTRUCT { ?y :ownedBy ?x } WHERE { ?x :owns ?y }"
    )
    own = project_rules.read(folder, {})
    assert closed(stage, triples, tmp_path, "none", own) == {":rex :ownedBy :ann"}
