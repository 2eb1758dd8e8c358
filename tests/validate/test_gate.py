"""What `validate` promises to the build and to a curator."""

import json

import pyoxigraph as ox
import pytest
import rdflib

from ckg.errors import ProjectError, ShapesViolated
from ckg.validate import validate

PEOPLE = """
:PersonShape a sh:NodeShape ; sh:targetClass :Person ;
  sh:property [ sh:path :born ; sh:minCount 1 ; sh:datatype xsd:date ; sh:message "Say when the person was born." ] ;
  sh:property [ sh:path :nick ; sh:maxCount 0 ; sh:severity sh:Warning ; sh:message "No nicknames, please."@en ] .
"""


def test_conforming_data_give_an_empty_report(check):
    report = check(':a a :Person ; :born "2000-01-01"^^xsd:date .', PEOPLE)
    assert report.conforms
    assert report.results == ()
    assert report.text() == "The data conform to the shapes."


def test_a_violation_says_node_label_path_message_rule_and_file(check):
    report = check(["[] a :Other .", ':a a :Person ; rdfs:label "Ann"@en, "Анна"@ru .'], PEOPLE)
    (result,) = report.results
    assert not report.conforms
    assert result.focus_node == ox.NamedNode("https://example.org/a")
    assert (result.label, result.path, result.value) == ("Ann", "<https://example.org/born>", None)
    assert result.message == "Say when the person was born."
    assert result.component == "http://www.w3.org/ns/shacl#MinCountConstraintComponent"
    assert result.named_shape == "https://example.org/PersonShape"
    assert result.files == ("data/d1.ttl",)
    paragraph = report.paragraph(result)
    for part in ("Ann", "https://example.org/a", "https://example.org/born", "Say when", "data/d1.ttl", "PersonShape"):
        assert part in paragraph


def test_violations_raise_with_the_text_a_curator_reads(check):
    report = check(":a a :Person .", PEOPLE)
    with pytest.raises(ShapesViolated, match="Say when the person was born") as caught:
        report.raise_for_violations()
    assert caught.value.exit_code == 1


def test_warnings_are_reported_and_stop_nothing(check):
    report = check(':a a :Person ; :born "2000-01-01"^^xsd:date ; :nick "A" .', PEOPLE)
    report.raise_for_violations()
    assert report.passes
    assert report.counts == {"Warning": 1}
    assert "sh:conforms false" in report.turtle.read_text(encoding="utf-8")


def test_lexical_forms_are_judged_and_shown_as_written(check):
    report = check(
        ':a :n "01"^^xsd:integer . :b :n "1"^^xsd:integer .',
        ":S a sh:NodeShape ; sh:targetSubjectsOf :n ; sh:property [ sh:path :n ; sh:in ( 1 ) ] .",
    )
    assert [(str(r.focus_node), str(r.value)) for r in report.results] == [
        ("<https://example.org/a>", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>')
    ]


def test_rdflib_is_left_as_it_was(check):
    check(':a :n "x"^^xsd:integer .', ":S a sh:NodeShape ; sh:targetSubjectsOf :n ; sh:nodeKind sh:IRI .")
    assert rdflib.NORMALIZE_LITERALS is True
    assert str(rdflib.Literal("01", datatype=rdflib.XSD.integer)) == "1"


def test_classes_of_the_ontology_count(check):
    report = check(":a a :Child .", PEOPLE, ":Child rdfs:subClassOf :Person .")
    assert len(report.results) == 1


def test_nothing_is_inferred(check):
    report = check(":a :born 1 .", PEOPLE, ":born rdfs:domain :Person .")
    assert report.results == ()


SPARQL = '''
:PeriodShape a sh:NodeShape ; sh:targetClass :Period ;
  sh:sparql [ a sh:SPARQLConstraint ; sh:message "Starts ({?value}) after its end." ;
    sh:prefixes <https://example.org/o> ;
    sh:select """SELECT $this (ex:start AS ?path) ?value WHERE {
      $this ex:start ?value ; ex:end ?e . FILTER (?value > ?e) }"""
  ] .
'''
DECLARED = '<https://example.org/o> sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'


def test_sparql_constraints_work_with_prefixes_that_the_ontology_declares(check):
    report = check(":p a :Period ; :start 2 ; :end 1 . :q a :Period ; :start 1 ; :end 2 .", SPARQL, DECLARED)
    (result,) = report.results
    assert result.message == "Starts (2) after its end."
    assert result.path == "<https://example.org/start>"
    assert report.short_path(result.path) == "ex:start"


def test_a_faulty_query_is_a_project_error_that_names_the_shape(check):
    with pytest.raises(ProjectError, match=r"https://example\.org/PeriodShape"):
        check(":p a :Period .", SPARQL.replace("FILTER", "FILTR"), DECLARED)


def test_a_prefix_that_nobody_declared_is_a_project_error_that_names_the_shape(check):
    with pytest.raises(ProjectError, match=r"https://example\.org/PeriodShape"):
        check(":p a :Period .", SPARQL.replace("ex:end", "nobody:end"), DECLARED)


@pytest.mark.parametrize(
    "shape",
    [
        ":Bad a sh:NodeShape ; sh:targetClass :Person ; sh:property [ a sh:PropertyShape ; sh:path :a, :b ] .",
        ":Bad a sh:NodeShape ; sh:targetClass :Person ; sh:or ( ) .",
        ':Bad a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :a ; sh:minCount "x" ] .',
        ":Bad a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path ( :a ) ; sh:minCount 1 ] .",
        ':Bad a sh:NodeShape ; sh:targetClass :Person ; sh:pattern "(" .',
    ],
)
def test_a_faulty_shape_is_a_project_error_that_names_it(check, shape):
    with pytest.raises(ProjectError, match=r"https://example\.org/Bad"):
        check(":p a :Person .", PEOPLE + shape)


BLANKS = """
:S a sh:NodeShape ; sh:targetClass :Person ;
  sh:property [ sh:path ( :knows [ sh:inversePath [ sh:zeroOrMorePath :knows ] ] ) ; sh:nodeKind sh:Literal ] ;
  sh:property [ sh:path [ sh:alternativePath ( :a [ sh:oneOrMorePath :b ] [ sh:zeroOrOnePath :c ] ) ] ; sh:class :X ] .
"""


def test_report_files_have_the_same_bytes_every_time_and_are_valid(check, tmp_path):
    data = ":a a :Person ; :knows [ a :Person ; :a 1 ; :c [ :d 2 ] ], :c . :c :knows :a ."
    written = set()
    for _ in range(3):
        report = check(data, BLANKS)
        assert len(report.results) > 3
        written.add((report.turtle.read_bytes(), report.json.read_bytes()))
    assert len(written) == 1
    turtle, text = written.pop()
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert len(list(graph.objects(None, sh.result))) == len(report.results)
    assert len(list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))) == len(graph)
    rows = json.loads(text)["results"]
    assert {row["path"] for row in rows} == {
        "<https://example.org/knows>/^(<https://example.org/knows>*)",
        "<https://example.org/a>|<https://example.org/b>+|<https://example.org/c>?",
    }


def test_an_unknown_engine_is_refused(stage, tmp_path):
    with pytest.raises(ProjectError, match="fast"):
        validate(stage(":a a :Person .", PEOPLE), tmp_path, engine="fast")
