"""Every name of ours that is used is defined, once, with a label, and terms of others are declared."""

from collections import defaultdict

from rdflib import OWL, RDF, RDFS, SKOS, Literal, URIRef

BASE = "https://w3id.org/ckg/"
TERMS = BASE + "ontology#"
TERM_KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
# The languages RDF, OWL, SKOS and so on are written in; their own terms need no declaration here.
META = tuple(
    str(ns)
    for ns in (
        RDF, RDFS, OWL, SKOS, "http://www.w3.org/ns/shacl#", "http://purl.org/dc/terms/",
        "http://purl.org/vocab/vann/", "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#",
    )
)  # fmt: skip


def is_ours(term) -> bool:
    return isinstance(term, URIRef) and str(term).startswith(BASE)


def test_every_name_of_ours_that_is_used_is_typed_and_labelled_in_a_file(graphs):
    typed, labelled, used = set(), set(), defaultdict(set)
    for file, graph in graphs.items():
        for s, p, o in graph:
            for term in filter(is_ours, (s, p, o)):
                used[term].add(file)
            if p == RDF.type:
                typed.add(s)
            if p in (RDFS.label, SKOS.prefLabel) and o.language == "en":
                labelled.add(s)
    # The address of a version is where a header says that the version can be fetched; it is no entity.
    versions = {o for graph in graphs.values() for o in graph.objects(None, OWL.versionIRI)}
    missing = {
        str(t): sorted(f) for t, f in used.items() if t not in versions and (t not in typed or t not in labelled)
    }
    assert missing == {}


def test_a_thing_is_described_in_one_file(graphs):
    homes = defaultdict(set)
    for file, graph in graphs.items():
        for s in graph.subjects(RDF.type, None):
            if is_ours(s):
                homes[s].add(file)
    assert {str(s): sorted(f) for s, f in homes.items() if len(f) > 1} == {}


def test_a_label_is_given_once_per_language(union):
    counts = defaultdict(int)
    for p in (RDFS.label, SKOS.prefLabel):
        for s, o in union.subject_objects(p):
            counts[s, o.language] += 1
    assert {k: n for k, n in counts.items() if n > 1} == {}


def test_every_term_of_ours_has_one_label_one_definition_and_a_home(ontology):
    terms = {s for s in ontology.subjects(RDF.type, None) if str(s).startswith(TERMS)}
    assert len(terms) > 100
    for term in terms:
        assert [label.language for label in ontology.objects(term, RDFS.label)].count("en") == 1, term
        assert len(list(ontology.objects(term, SKOS.definition))) == 1, term
        assert (ontology.value(term, RDFS.isDefinedBy), RDF.type, OWL.Ontology) in ontology, term
        assert len(set(ontology.objects(term, RDF.type)) & TERM_KINDS) == 1, term


def test_only_terms_of_ours_that_exist_are_used_as_properties_and_classes(union, ontology):
    terms = {s for s in ontology.subjects(RDF.type, None) if str(s).startswith(TERMS)}
    used = set(union.predicates()) | set(union.objects(None, RDF.type))
    assert {str(t) for t in used if str(t).startswith(TERMS)} - {str(t) for t in terms} == set()


def test_every_term_of_others_that_is_used_is_declared_with_a_label(union, ontology):
    used = {t for t in (*union.predicates(), *union.objects(None, RDF.type)) if isinstance(t, URIRef)}
    foreign = {t for t in used if not is_ours(t) and not str(t).startswith(META)}
    undeclared = {str(t) for t in foreign if not set(ontology.objects(t, RDF.type)) & TERM_KINDS}
    unlabelled = {str(t) for t in foreign if not ontology.value(t, RDFS.label)}
    assert (undeclared, unlabelled) == (set(), set())


def test_nothing_is_an_object_and_a_datatype_property_at_once(ontology):
    both = set(ontology.subjects(RDF.type, OWL.ObjectProperty)) & set(ontology.subjects(RDF.type, OWL.DatatypeProperty))
    assert both == set()


def test_properties_take_what_their_kind_says(union, ontology):
    objects = set(ontology.subjects(RDF.type, OWL.ObjectProperty))
    datatypes = set(ontology.subjects(RDF.type, OWL.DatatypeProperty))
    wrong = [
        (s, p, o) for s, p, o in union
        if (p in objects and isinstance(o, Literal)) or (p in datatypes and not isinstance(o, Literal))
    ]  # fmt: skip
    assert wrong == []
