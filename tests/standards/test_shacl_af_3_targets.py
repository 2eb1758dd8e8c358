"""SHACL Advanced Features 3.1 and 3.2: targets that a query finds, and types of such targets with parameters."""

import pytest

from ckg.errors import ProjectError

DATA = ':a :p 1 ; :lang "x" . :b :p 2 . :c :q 1 .'
SHAPE = ":S a sh:NodeShape ; sh:target {} ; sh:property [ sh:path :r ; sh:minCount 1 ] ."
DECLARED = '<https://example.org/o> sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .'
TYPE = """
:OverTarget a sh:SPARQLTargetType ; rdfs:subClassOf sh:Target ; sh:parameter [ a sh:Parameter ; sh:path :over ] ;
  sh:select "SELECT ?this { ?this <https://example.org/p> ?n FILTER (?n > $over) }" .
"""


def failing(report):
    return sorted(result.focus_node.value.rsplit("/", 1)[1] for result in report.results)


@pytest.mark.parametrize(
    ("target", "nodes"),
    [
        ('[ a sh:SPARQLTarget ; sh:select "SELECT ?this { ?this <https://example.org/p> ?o }" ]', ["a", "b"]),
        ('[ sh:prefixes <https://example.org/o> ; sh:select "SELECT ?this { ?this ex:q ?o }" ]', ["c"]),
        ("[ a :OverTarget ; :over 1 ]", ["b"]),
        ("[ a :OverTarget ; :over 0 ] , [ a :OverTarget ; :over 1 ]", ["a", "b"]),
        ('[ sh:select "SELECT ?this { VALUES ?this { <https://example.org/new> } }" ]', ["new"]),
        ("[ a :OverTarget ; :over 1 ] ; sh:targetSubjectsOf :q", ["b", "c"]),
    ],
)
def test_the_nodes_that_a_query_finds_are_focus_nodes(check, target, nodes):
    report = check(DATA, SHAPE.format(target) + TYPE + DECLARED)
    assert failing(report) == nodes
    assert report.unevaluated == ()


def test_a_faulty_query_names_the_shape(check):
    with pytest.raises(ProjectError, match=r"https://example\.org/S"):
        check(DATA, SHAPE.format('[ sh:select "SELECT ?this { ?this" ]'))
