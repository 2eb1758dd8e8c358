"""What is promised of the shapes themselves."""

from pathlib import Path

import pytest
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.entrypoints import meta_validate
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.namespace import SH

ROOT = Path(__file__).parents[2]
CKG = "https://w3id.org/ckg/ontology#"
SHAPE = "https://w3id.org/ckg/shapes#"


def read(folder: str) -> Graph:
    graph = Graph()
    for path in sorted((ROOT / folder).rglob("*.ttl")):
        graph.parse(path)
    return graph


SHAPES, ONTOLOGY, DATA = read("shapes"), read("ontology"), read("data")
NAMED = sorted(
    {s for kind in (SH.NodeShape, SH.PropertyShape, SH.SPARQLConstraint) for s in SHAPES.subjects(RDF.type, kind)}
)
CONSTRAINTS = set(CONSTRAINT_PARAMETERS_MAP) - {SH.property, SH.node, SH.sparql}


def test_the_shapes_are_well_formed_shacl():
    conforms, _, text = meta_validate(read("shapes"))
    assert conforms, text


def test_there_are_shapes():
    assert len(NAMED) > 200


@pytest.mark.parametrize("shape", NAMED)
def test_a_shape_is_named_in_the_namespace_of_the_shapes(shape):
    assert isinstance(shape, URIRef)
    assert str(shape).startswith(SHAPE)


@pytest.mark.parametrize(
    "shape", [s for s in NAMED if CONSTRAINTS & set(SHAPES.predicates(s)) or SHAPES.value(s, SH.select)]
)
def test_a_shape_with_constraints_has_one_message_in_english(shape):
    (message,) = SHAPES.objects(shape, SH.message)
    assert message.language == "en"
    assert str(message).endswith(".")


@pytest.mark.parametrize("shape", [s for s in NAMED if (s, RDF.type, SH.NodeShape) in SHAPES])
def test_a_node_shape_says_in_its_label_what_it_asks_for(shape):
    assert [label.language for label in SHAPES.objects(shape, RDFS.label)] == ["en"]


def test_what_shapes_target_exists():
    classes = set(SHAPES.objects(None, SH.targetClass))
    classes.discard(SH.SPARQLSelectExecutable)  # of SHACL itself
    assert {c for c in classes if not set(ONTOLOGY.objects(c, RDF.type)) & {OWL.Class, RDFS.Class}} == set()
    properties = set(SHAPES.objects(None, SH.targetSubjectsOf))
    assert {p for p in properties if (p, RDF.type, None) not in ONTOLOGY} == set()


def test_the_terms_of_ours_that_shapes_use_exist():
    used = {node for triple in SHAPES for node in triple if isinstance(node, URIRef) and str(node).startswith(CKG)}
    assert {term for term in used if (term, RDF.type, None) not in ONTOLOGY} == set()


def test_the_concepts_that_shapes_name_exist():
    ids = "https://w3id.org/ckg/id/"
    used = {node for triple in SHAPES for node in triple if isinstance(node, URIRef) and str(node).startswith(ids)}
    assert used
    assert {node for node in used if (node, RDF.type, None) not in ONTOLOGY} == set()


def test_shapes_without_a_target_are_used():
    without = {s for s in NAMED if not any((s, p, None) in SHAPES for p in (SH.targetClass, SH.targetSubjectsOf))}
    assert {s for s in without if (None, None, s) not in SHAPES} == set()


def superclasses(klass) -> set:
    return set(ONTOLOGY.transitive_objects(klass, RDFS.subClassOf))


def covered(klass) -> bool:
    return bool(superclasses(klass) & set(SHAPES.objects(None, SH.targetClass)))


def curated() -> set:
    """Return every class of ours that is not derived: who fills one in should hear what is missing."""
    ours = {c for c in ONTOLOGY.subjects(RDF.type, OWL.Class) if str(c).startswith(CKG)}
    return ours - set(SHAPES.objects(URIRef(f"{SHAPE}DerivedClass"), SH.targetClass))


@pytest.mark.parametrize("klass", sorted(curated()))
def test_a_class_that_a_curator_fills_in_has_a_shape(klass):
    assert covered(klass), f"no shape in shapes/ targets {klass} or a class above it"


def test_everything_in_the_data_is_looked_at_by_some_shape():
    typed = {node: set(DATA.objects(node, RDF.type)) for node in DATA.subjects(RDF.type)}
    assert len(typed) > 500
    unseen = {n for n, types in typed.items() if not any(map(covered, types)) and OWL.AllDifferent not in types}
    assert unseen == set()


def test_derived_classes_say_so_and_are_refused_in_the_data():
    said = {
        c
        for c in ONTOLOGY.subjects(RDF.type, OWL.Class)
        if any("Derived" in str(d) or "derived" in str(d) for d in ONTOLOGY.objects(c, SKOS.definition))
    }
    refused = set(SHAPES.objects(URIRef(f"{SHAPE}DerivedClass"), SH.targetClass))
    assert {c for c in said if str(c).startswith(CKG)} - refused == set()
