"""The ontology stays inside OWL 2 RL (OWL 2 Profiles, section 4.2), so that rules can draw every consequence."""

from itertools import pairwise

from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef

FORBIDDEN = {
    OWL.hasSelf, OWL.disjointUnionOf, OWL.ReflexiveProperty, OWL.minCardinality, OWL.cardinality,
    OWL.minQualifiedCardinality, OWL.qualifiedCardinality, OWL.onDatatype, OWL.withRestrictions,
    OWL.datatypeComplementOf, OWL.topObjectProperty, OWL.bottomObjectProperty, OWL.topDataProperty,
}  # fmt: skip


def members(graph: Graph, head) -> list:
    return list(graph.items(head))


def sub_class(graph: Graph, expression, *, filler: bool = False) -> bool:
    """Whether an expression may stand on the left of a subclass axiom (section 4.2.3, subClassExpression)."""
    if isinstance(expression, URIRef):
        return filler or expression != OWL.Thing
    if (some := graph.value(expression, OWL.someValuesFrom)) is not None:
        return sub_class(graph, some, filler=True)
    if graph.value(expression, OWL.hasValue) is not None:
        return True
    for operator in (OWL.intersectionOf, OWL.unionOf):
        if (parts := graph.value(expression, operator)) is not None:
            return all(sub_class(graph, part) for part in members(graph, parts))
    return graph.value(expression, OWL.oneOf) is not None


def super_class(graph: Graph, expression) -> bool:
    """Whether an expression may stand on the right of a subclass axiom (superClassExpression)."""
    if isinstance(expression, URIRef):
        return expression != OWL.Thing
    if (every := graph.value(expression, OWL.allValuesFrom)) is not None:
        return super_class(graph, every)
    if graph.value(expression, OWL.hasValue) is not None:
        return True
    if (complement := graph.value(expression, OWL.complementOf)) is not None:
        return sub_class(graph, complement)
    if (parts := graph.value(expression, OWL.intersectionOf)) is not None:
        return all(super_class(graph, part) for part in members(graph, parts))
    limit = graph.value(expression, OWL.maxCardinality) or graph.value(expression, OWL.maxQualifiedCardinality)
    return limit is not None and int(limit) in (0, 1)


def equivalent_class(graph: Graph, expression) -> bool:
    """Whether an expression may stand in an equivalence (equivClassExpression)."""
    if isinstance(expression, URIRef):
        return expression != OWL.Thing
    if (parts := graph.value(expression, OWL.intersectionOf)) is not None:
        return all(equivalent_class(graph, part) for part in members(graph, parts))
    return graph.value(expression, OWL.hasValue) is not None


def test_no_construct_outside_the_profile_is_used(ontology):
    used = set(ontology.predicates()) | set(ontology.objects())
    assert FORBIDDEN & used == set()


def test_class_axioms_have_the_forms_that_the_profile_allows(ontology):
    axioms = 0
    for sub, sup in ontology.subject_objects(RDFS.subClassOf):
        axioms += isinstance(sub, BNode)
        assert sub_class(ontology, sub), ontology.cbd(sub).serialize()
        assert super_class(ontology, sup), (sub, sup)
    for left, right in ontology.subject_objects(OWL.equivalentClass):
        axioms += 1
        assert equivalent_class(ontology, left)
        assert equivalent_class(ontology, right), ontology.cbd(right).serialize()
    for left, right in ontology.subject_objects(OWL.disjointWith):
        assert sub_class(ontology, left)
        assert sub_class(ontology, right)
    assert axioms >= 10


def test_domains_and_ranges_are_named_classes(ontology):
    for predicate in (RDFS.domain, RDFS.range):
        for prop, cls in ontology.subject_objects(predicate):
            assert isinstance(cls, URIRef), prop
            assert cls != OWL.Thing, prop


def test_every_property_in_an_axiom_is_declared(ontology):
    declared = {s for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for s in ontology.subjects(RDF.type, kind)}
    in_axioms = set(ontology.objects(None, OWL.onProperty))
    for predicate in (RDFS.subPropertyOf, OWL.inverseOf, OWL.equivalentProperty, RDFS.domain, RDFS.range):
        for s, o in ontology.subject_objects(predicate):
            in_axioms |= {s} if predicate in (RDFS.domain, RDFS.range) else {s, o}
    for s, chain in ontology.subject_objects(OWL.propertyChainAxiom):
        in_axioms |= {s, *members(ontology, chain)}
    for keys in ontology.objects(None, OWL.hasKey):
        in_axioms |= set(members(ontology, keys))
    assert {str(p) for p in in_axioms - declared} == set()


def test_only_simple_properties_are_irreflexive_or_asymmetric(ontology):
    """OWL 2 Structural Specification, section 11.2: composite properties may not be."""
    composite = set(ontology.subjects(RDF.type, OWL.TransitiveProperty)) | set(
        ontology.subjects(OWL.propertyChainAxiom, None)
    )
    size = -1
    while size != len(composite):
        size = len(composite)
        composite |= {sup for p in list(composite) for sup in ontology.objects(p, RDFS.subPropertyOf)}
        composite |= {q for p in list(composite) for q in ontology.objects(p, OWL.inverseOf)}
        composite |= {q for p in list(composite) for q in ontology.subjects(OWL.inverseOf, p)}
    for kind in (OWL.IrreflexiveProperty, OWL.AsymmetricProperty, OWL.FunctionalProperty):
        assert set(ontology.subjects(RDF.type, kind)) & composite == set()


def test_property_chains_have_a_regular_order(ontology):
    """OWL 2 Structural Specification, section 11.2: a chain may repeat its property only at one end."""
    below = {}
    for s, chain in ontology.subject_objects(OWL.propertyChainAxiom):
        links = members(ontology, chain)
        assert len(links) >= 2
        assert s not in links[1:-1], s
        below.setdefault(s, set()).update(link for link in links if link != s)
    for p, q in ontology.subject_objects(RDFS.subPropertyOf):
        if p != q:
            below.setdefault(q, set()).add(p)
    for p, q in ontology.subject_objects(OWL.inverseOf):
        for left, right in ((p, q), (q, p)):  # inverses share their place in the order
            below.setdefault(left, set()).update(below.get(right, set()))

    def reaches(start, target, seen=()) -> bool:
        return any(n == target or (n not in seen and reaches(n, target, (*seen, n))) for n in below.get(start, ()))

    assert [p for p in below if reaches(p, p)] == []


def test_disjointness_is_given_between_named_classes(ontology):
    sets = list(ontology.subjects(RDF.type, OWL.AllDisjointClasses))
    assert sets
    for group in sets:
        names = members(ontology, ontology.value(group, OWL.members))
        assert all(isinstance(n, URIRef) for n in names)
        assert all(a != b for a, b in pairwise(sorted(names)))


def test_the_header_terms_of_annotations_carry_no_reasoning(ontology):
    assert all(isinstance(o, Literal) for o in ontology.objects(None, OWL.versionInfo))
