"""A project's own rules: read from its folder, run with those of OWL 2 RL, explained in the project's words."""

import os
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckg import reason
from ckg.errors import ProjectError
from ckg.reason.lines import read as triples_of
from ckg.reason.proofs.explainer import open_explainer, term
from ckg.reason.rules import project_rules
from ckg.reason.rules.trivial import is_trivial

INFERRED = "http://example.org/graph/inferred"
PREFIXES = {
    "": "http://example.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def rules(folder, **texts):
    """Write a file for each rule, with a sentence on top, and read them."""
    (folder / "rules").mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / "rules" / f"{name}.rq").write_text(f"# What {name} means.\n{text}\n", encoding="utf-8")
    return project_rules.read(folder, PREFIXES)


def closed(folder, staging, own, engine="duckdb", previous=None):
    into = folder / engine
    return reason.close(
        staging, into, engine=engine, inferred_graph=INFERRED, threads=1, own_rules=own, previous=previous
    )


def node(word):
    return ox.NamedNode(f"http://example.org/{word}")


PARTNERS = "CONSTRUCT { ?state :partnerOf ?host } WHERE { ?summit :participant ?state ; :host ?host . }"

CASES = {
    "a join of two properties": (
        "",
        ":s :participant :a, :b ; :host :h .",
        {"partners": PARTNERS},
        {":a> :partnerOf> :h>", ":b> :partnerOf> :h>"},
    ),
    "the strings of one language": (
        "",
        ':a rdfs:label "Tokyo"@en , "Tokio"@de , "plain" , "London"@en-GB .',
        {"name": "CONSTRUCT { ?x :name ?l } WHERE { ?x rdfs:label ?l . ?l a <https://www.w3.org/ns/i18n#en> }"},
        {':a> :name> "Tokyo"@en'},
    ),
    "a rule that feeds itself": (
        "",
        ":a :before :b . :b :before :c . :c :before :d .",
        {"order": "CONSTRUCT { ?x :before ?z } WHERE { ?x :before ?y . ?y :before ?z }"},
        {":a> :before> :c>", ":a> :before> :d>", ":b> :before> :d>"},
    ),
    "a class and a value of the project's namespace": (
        "",
        ":a a :State ; :status :member . :b a :State ; :status :guest . :c :status :member .",
        {"members": "CONSTRUCT { ?x a :Member } WHERE { ?x a :State ; :status :member }"},
        {":a> rdf:type :Member>"},
    ),
    "literals as they are written": (
        "",
        ':a :rank 1 . :b :rank 01 . :c :name "x"@en .',
        {
            "first": "CONSTRUCT { ?x :first true } WHERE { ?x :rank 1 }",
            "named": "CONSTRUCT { ?x :called 'it' } WHERE { ?x :name \"x\"@en }",
        },
        {':a> :first> "true"^^xsd:boolean', ':c> :called> "it"'},
    ),
    "what an axiom gives is a premise, and what the rule gives is one of an axiom": (
        ":attended rdfs:subPropertyOf :participant . :partnerOf a owl:SymmetricProperty .",
        ":s :attended :a ; :host :h . :attended rdfs:domain :Summit .",
        {"partners": PARTNERS},
        {":a> :partnerOf> :h>", ":h> :partnerOf> :a>", ":s> :participant> :a>", ":s> rdf:type :Summit>"},
    ),
    "a rule that makes things the same by what they share": (
        "",
        ":a :code 7 ; :p :x . :b :code 7 . :c :code 8 .",
        {"codes": "CONSTRUCT { ?x owl:sameAs ?y } WHERE { ?x :code ?c . ?y :code ?c }"},
        {":a> owl:sameAs :b>", ":b> owl:sameAs :a>", ":b> :p> :x>"},
    ),
    "a thing related to itself": (
        "",
        ":a :knows :a . :b :knows :a .",
        {"self": "CONSTRUCT { ?x a :Narcissus } WHERE { ?x :knows ?x }"},
        {":a> rdf:type :Narcissus>"},
    ),
    "a constant for subject": (
        "",
        ":japan :hosted :tokyo . :other :hosted :paris .",
        {"japan": "CONSTRUCT { ?x a :InJapan } WHERE { :japan :hosted ?x }"},
        {":tokyo> rdf:type :InJapan>"},
    ),
    "premises that do not hang together from the conclusion on": (
        "",
        ":m1 :attendee :a ; :place :x . :m2 :attendee :b ; :place :x . :m3 :attendee :c ; :place :y . "
        ":x :in :k . :y :in :k .",
        {
            "near": "CONSTRUCT { ?x :near ?y } WHERE "
            "{ ?m1 :attendee ?x ; :place ?p . ?m2 :attendee ?y ; :place ?q . ?p :in ?k . ?q :in ?k }"
        },
        {f":{x}> :near> :{y}>" for x in "abc" for y in "abc"},
    ),
    "a premise about the ontology": (
        ":led rdfs:subPropertyOf :tookPart . :joined rdfs:subPropertyOf :tookPart .",
        ":x :led :s . :y :joined :s . :z :left :s .",
        {"part": "CONSTRUCT { ?s :had ?x } WHERE { ?p rdfs:subPropertyOf :tookPart . ?x ?p ?s }"},
        {":s> :had> :x>", ":s> :had> :y>", ":x> :tookPart> :s>", ":y> :tookPart> :s>"},
    ),
    "what follows about the ontology": (
        "",
        ":C :narrower :D . :i a :D .",
        {"classes": "CONSTRUCT { ?d rdfs:subClassOf ?c } WHERE { ?c :narrower ?d }"},
        {":D> rdfs:subClassOf :C>", ":i> rdf:type :C>"},
    ),
    "sameness as a premise": (
        "",
        ":a owl:sameAs :b . :a :p :x . :c :p :y .",
        {"known": "CONSTRUCT { ?x :alias ?y } WHERE { ?x owl:sameAs ?y . ?x :p ?z }"},
        {f":{x}> :alias> :{y}>" for x in "ab" for y in "ab"} | {":c> :alias> :c>", ":b> owl:sameAs :a>", ":b> :p> :x>"},
    ),
    "every type of a thing": (
        "",
        ":a a :C . :b a :D .",
        {"used": "CONSTRUCT { ?c a :UsedClass } WHERE { ?x a ?c }"},
        {":C> rdf:type :UsedClass>", ":D> rdf:type :UsedClass>", ":UsedClass> rdf:type :UsedClass>"},
    ),
    "two conclusions": (
        "",
        ":a :p :b .",
        {"both": "CONSTRUCT { ?x :q ?y . ?y :r ?x } WHERE { ?x :p ?y }"},
        {":a> :q> :b>", ":b> :r> :a>"},
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("engine", ["duckdb", "owlrl"])
def test_a_rule_concludes(case, engine, tmp_path, stage, triples):
    ontology, data, texts, expected = CASES[case]
    staging = stage(tmp_path, ontology=ontology, facts=data)
    closure = closed(tmp_path, staging, rules(tmp_path, **texts), engine)
    found = {line.replace("<:", ":") for line in triples(closure.graph)}
    if case == "every type of a thing":
        found = {line for line in found if ":UsedClass" in line and ":" in line[:2]}
    assert found == expected


@pytest.mark.parametrize("case", CASES)
def test_what_a_rule_concludes_is_proved_down_to_what_is_stated(case, tmp_path, stage):
    ontology, data, texts, _ = CASES[case]
    staging = stage(tmp_path, ontology=ontology, facts=data)
    closure = closed(tmp_path, staging, rules(tmp_path, **texts))
    explainer = open_explainer(closure.derivations, staging.graphs)
    own = 0
    for triple in triples_of(closure.graph):
        steps = explainer.prove(*map(term, triple))
        assert steps, triple
        for step in steps:
            assert step.rule != "unknown"
            assert step.premises or step.graphs or is_trivial(*map(str, step.triple)) or step.rule.startswith("cls-")
            if step.rule.startswith("rules/"):
                own += 1
                name = step.rule.removeprefix("rules/").removesuffix(".rq")
                assert step.words == f"What {name} means."
                assert step.premises
    assert own


def test_a_rule_in_the_middle_of_a_build_that_goes_on_from_an_earlier_one(tmp_path, stage, triples):
    own = rules(tmp_path, partners=PARTNERS)
    first = stage(tmp_path / "one", facts=":s :participant :a .")
    closed(tmp_path, first, own)
    both = stage(tmp_path / "one", facts=":s :participant :a .", more=":s :host :h .")
    closure = closed(tmp_path, both, own, previous=tmp_path / "duckdb")
    assert triples(closure.graph) == {"<:a> <:partnerOf> <:h>"}


def test_statements_about_terms_of_the_projects_namespace_are_not_trivial():
    term = "<http://example.org/ontology#Summit>"
    assert not is_trivial(term, "<http://www.w3.org/2000/01/rdf-schema#subClassOf>", "<http://example.org/Event>")


WRONG = {
    "no sentence": ("CONSTRUCT { ?x :p ?y } WHERE { ?y :p ?x }", 1, 1, "does not say what it means"),
    "a filter": (
        "# S.\nCONSTRUCT { ?x :p ?y }\nWHERE { ?y :p ?x\n  FILTER(?x != ?y) }",
        4,
        3,
        "FILTER stands where . is expected",
    ),
    "a path": ("# S.\nCONSTRUCT { ?x :p ?y } WHERE { ?y :p/:q ?x }", 2, 37, "/ is not understood as the object"),
    "a blank node": ("# S.\nCONSTRUCT { ?x :p ?y } WHERE { ?y :p [ :q ?x ] }", 2, 38, "[ is not understood"),
    "a free variable": ("# S.\nCONSTRUCT { ?x :p ?z } WHERE { ?y :p ?x }", 2, 19, "?z stands in the conclusion"),
    "any property": ("# S.\nCONSTRUCT { ?x :p ?y } WHERE { ?y ?q ?x }", 2, 35, "?q stands for any property"),
    "an unknown prefix": ("# S.\nCONSTRUCT { ?x ex:p ?y } WHERE { ?y :p ?x }", 2, 16, "prefix ex: is not bound"),
    "a relative IRI": ("# S.\nCONSTRUCT { ?x <p> ?y } WHERE { ?y :p ?x }", 2, 16, "no absolute IRI"),
    "a SELECT": ("# S.\nSELECT * { ?y :p ?x }", 2, 1, "SELECT stands where CONSTRUCT is expected"),
    "no premise": ("# S.\nCONSTRUCT { :a :p :b } WHERE { }", 2, 1, "no premise"),
    "a graph": ("# S.\nCONSTRUCT { ?x :p ?y } WHERE { GRAPH ?g { ?y :p ?x } }", 2, 32, "GRAPH is not understood"),
    "what comes after": ("# S.\nCONSTRUCT { ?x :p ?y } WHERE { ?y :p ?x } LIMIT 3", 2, 43, "LIMIT is not understood"),
    "an unfinished file": ("# S.\nCONSTRUCT { ?x :p ?y } WHERE { ?y :p", 2, 37, "the end of the file"),
    "a literal that is none": ('# S.\nCONSTRUCT { ?x :p "\\q" } WHERE { ?x :p ?y }', 2, 19, "is no literal"),
    "a literal for subject": ("# S.\nCONSTRUCT { 1 :p ?y } WHERE { ?x :p ?y }", 2, 13, "as the subject"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_rule_is_refused_with_its_place(case, tmp_path):
    text, line, column, says = WRONG[case]
    (tmp_path / "rules").mkdir()
    path = tmp_path / "rules" / "wrong.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        project_rules.read(tmp_path, PREFIXES)
    assert says in caught.value.message
    assert (caught.value.place.file, caught.value.place.line, caught.value.place.column) == (path, line, column)
    assert caught.value.hint


def test_another_file_in_the_folder_is_refused_and_a_text_is_not(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "README.md").write_text("About the rules.", encoding="utf-8")
    assert project_rules.read(tmp_path, PREFIXES) == ()
    (tmp_path / "rules" / "partners.sparql").write_text("# S.", encoding="utf-8")
    with pytest.raises(ProjectError, match="no rule"):
        project_rules.read(tmp_path, PREFIXES)


WORDS = st.sampled_from(["?x", "?y", "?z", "?u", ":a", ":b"])
PROPERTIES = st.sampled_from([":p", ":q", ":r"])
PATTERNS = st.tuples(WORDS, PROPERTIES, WORDS).map(" ".join)
FACTS = st.lists(
    st.tuples(st.sampled_from([":a", ":b", ":c"]), PROPERTIES, st.sampled_from([":a", ":b", ":c"])).map(" ".join),
    min_size=1,
    max_size=6,
)


@st.composite
def queries(draw):
    body = draw(st.lists(PATTERNS, min_size=1, max_size=3))
    ends = st.sampled_from(sorted({word for pattern in body for word in pattern.split() if word not in "?p :q :r :p"}))
    predicate = draw(st.sampled_from([":p", ":q", ":r", "owl:sameAs"]))
    return f"CONSTRUCT {{ {draw(ends)} {predicate} {draw(ends)} }} WHERE {{ {' . '.join(body)} }}"


@settings(deadline=None, max_examples=int(os.environ.get("CKG_EXAMPLES", "1")) * 12)
@given(texts=st.lists(queries(), min_size=1, max_size=2), facts=FACTS)
def test_both_engines_conclude_the_same_and_every_conclusion_has_a_proof(texts, facts, stage):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        staging = stage(folder, ontology=":r rdfs:subPropertyOf :p .", facts=" . ".join([*facts, ""]))
        own = rules(folder, **{f"rule{number}": text for number, text in enumerate(texts)})
        mine, reference = closed(folder, staging, own), closed(folder, staging, own, "owlrl")
        assert set(triples_of(mine.graph)) == set(triples_of(reference.graph))
        explainer = open_explainer(mine.derivations, staging.graphs)
        for triple in triples_of(mine.graph):
            steps = explainer.prove(*map(term, triple))
            assert steps
            assert all(step.rule != "unknown" for step in steps)
