"""How far things are coded, by whom, and what a conflict, a reason and a rule of the project say of them."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Namespace

from ckg.release.current import Releases
from ckg.release.layout import Release

CKG = Namespace("https://w3id.org/ckg/ontology#")
SCHEMA = Namespace("https://schema.org/")
ID = "https://w3id.org/ckg/id/"
# Values of these schemes are the coder's own judgement, never left open by a source.
JUDGED = {"standing", "source-grade", "deadline-basis", "coding-extent"}


@pytest.fixture(scope="module")
def release(shipped_each_way: Path) -> Release:
    return Releases(shipped_each_way).current()


def ask(release: Release, query: str) -> set[tuple[str, ...]]:
    solutions = ox.Store.read_only(str(release.store)).query(query, prefixes=dict(release.prefixes))
    return {tuple(term.value.removeprefix(ID) for term in row) for row in solutions}


def test_every_scheme_that_a_value_is_required_from_has_not_stated(graphs, ontology):
    shapes = (Path(__file__).parents[2] / "shapes").glob("*.ttl")
    required = set()
    for path in shapes:
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            if "sh:minCount 1" in block and "sh:node shape:" in block:
                required.add(block.split("sh:node shape:")[1].split(" ")[0].split("\n")[0])
    schemes = {"".join(f"-{c.lower()}" if c.isupper() else c for c in name)[1:] for name in required}
    assert {"speech-act", "bound-scope", "claim-kind"} <= schemes
    for scheme in schemes - JUDGED:
        concepts = {str(c) for c in ontology.subjects(SKOS.inScheme, Namespace(ID)[f"scheme/{scheme}"])}
        assert f"{ID}{scheme}/not-stated" in concepts, scheme


def test_every_property_in_use_says_what_it_is_said_of(ontology):
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for prop in ontology.subjects(RDF.type, kind):
            if str(prop).startswith(CKG) and not ontology.value(prop, OWL.deprecated):
                said = {*ontology.objects(prop, SCHEMA.domainIncludes), *ontology.objects(prop, SCHEMA.rangeIncludes)}
                assert said, prop


def test_data_keep_to_what_a_property_is_said_of(union, ontology):
    above = {c: set(ontology.transitive_objects(c, RDFS.subClassOf)) for c in set(union.objects(None, RDF.type))}
    for prop, domain in ontology.subject_objects(SCHEMA.domainIncludes):
        domains = set(ontology.objects(prop, SCHEMA.domainIncludes))
        for subject in union.subjects(prop, None):
            types = {t for c in union.objects(subject, RDF.type) for t in above.get(c, {c})}
            assert types & domains or domain in types, (subject, prop)


def test_a_deprecated_property_is_neither_used_nor_derived(union, ontology, release):
    gone = set(ontology.subjects(OWL.deprecated, None))
    assert gone
    assert gone & set(union.predicates()) == set()
    for prop in gone:
        assert ask(release, f"SELECT ?s {{ ?s <{prop}> ?o }} LIMIT 1") == set(), prop


def test_no_axiom_is_on_the_terms_of_others_alone(ontology):
    """What is merged with other people's data must not say of their terms what they do not say."""
    own = {"http://data.europa.eu/eli/ontology#", "https://schema.org/", str(SKOS), "http://www.w3.org/ns/org#"}
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for sub, sup in ontology.subject_objects(predicate):
            names = [str(t) for t in (sub, sup) if not str(t).startswith(str(CKG)) and ":" in str(t)]
            if len(names) == 2:
                assert any(all(name.startswith(ns) for name in names) for ns in own), (sub, sup)


def test_a_conflict_touches_its_sides_what_it_is_about_and_what_carries_or_adopted_that(release):
    touched = ask(release, "SELECT ?x { ?x ckg:touchedBy conflict:germany-2024-final-document }")
    assert ("declaration/germany-central-asia-2024",) in touched
    assert ("summit/germany-central-asia-2024",) in touched
    assert ("claim/teletype-no-final-document",) in touched
    clause = ask(release, "SELECT ?x { ?x ckg:touchedBy conflict:tokyo-2025-target-in-yen }")
    assert ("clause/tokyo-2025-business-target",) in clause


def test_a_name_is_the_english_label_and_words_are_those_quoted(release):
    assert ask(release, "SELECT ?n { state:japan ckg:name ?n }") == {("Japan",)}
    assert ask(release, "SELECT ?n { theme:energy ckg:name ?n }") == {("energy",)}
    assert ask(release, "SELECT ?w { observation:tokyo-2025-158-deals ckg:words ?w }") == {
        ("A total of 158 public- and private-sector cooperation deals",)
    }


def test_why_minerals_can_be_asked_and_the_answer_is_attributed(release):
    rows = ask(
        release, "SELECT ?s ?g ?st { ?s ckg:withinTheme theme:critical-minerals ; ckg:onGround ?g ; ckg:standing ?st }"
    )
    assert (
        "commitment/tokyo-2025-critical-minerals",
        "observation/tokyo-2025-abundant-resources",
        "standing/reported",
    ) in rows


def test_only_a_step_whose_source_ties_it_to_the_declaration_implements_it(union):
    tied = {str(s).removeprefix(ID) for s in union.subjects(CKG.implements, None)}
    assert tied == {"observation/japan-2026-aktau-tie", "observation/japan-2025-spitamen-tie"}


def test_whoever_coded_records_is_named_with_day_and_codebook(graphs):
    described = graphs["data/graphs.ttl"]
    for graph in described.subjects(RDF.type, CKG.NamedGraph):
        standing = str(described.value(graph, CKG.standing)).rpartition("/")[2]
        if standing not in ("curated", "inferred"):
            for said in (CKG.codedBy, CKG.codedOn, CKG.codebookVersion):
                assert described.value(graph, said) is not None, (graph, said)
