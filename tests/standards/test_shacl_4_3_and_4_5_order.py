"""SHACL 4.3 and 4.5.3: what SPARQL's operators do not order never conforms, and stops nothing."""

import pytest

NUMBER = ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; {} ] ."
FIRST = ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:lessThan{} :q ] ."


def failing(report):
    return sorted(result.focus_node.value.rsplit("/", 1)[1] for result in report.results)


@pytest.mark.parametrize(
    ("bound", "fail"),
    [
        ("sh:maxInclusive 5", ["nan", "six", "text"]),
        ("sh:minInclusive 5", ["nan", "text"]),
        ("sh:maxExclusive 6.0", ["nan", "six", "text"]),
        ("sh:minExclusive 4.9e0", ["nan", "text"]),
        ('sh:minInclusive "2020-01-01"^^xsd:date', ["five", "nan", "six", "text"]),
        ('sh:maxInclusive "NaN"^^xsd:double', ["five", "nan", "six", "text"]),
    ],
)
def test_a_number_that_is_none_is_in_no_range(check, bound, fail):
    data = ':nan :p "NaN"^^xsd:double . :five :p 5 . :six :p "6"^^xsd:decimal . :text :p "5" .'
    assert failing(check(data, NUMBER.format(bound))) == fail


@pytest.mark.parametrize(
    "value", ["[]", "<https://example.org/x>", '"5"@en', '"x"^^xsd:integer', '"300"^^xsd:byte', '"5"^^:unknown']
)
def test_what_has_no_order_is_a_violation_with_its_focus_node(check, value):
    for shape in (NUMBER.format("sh:minInclusive 1"), FIRST.format(""), FIRST.format("OrEquals")):
        report = check(f":a :p {value} ; :q 7 .", shape)
        assert failing(report) == ["a"]
        assert report.results[0].value is not None


@pytest.mark.parametrize("other", ["[]", "<https://example.org/x>", '"NaN"^^xsd:double', '"8"'])
def test_what_has_no_order_on_the_other_side_is_a_violation_too(check, other):
    assert failing(check(f":a :p 7 ; :q {other} . :b :p 7 ; :q 8 .", FIRST.format(""))) == ["a"]


def test_kinds_are_compared_with_their_like(check):
    data = """
    :date :p "2020-01-01"^^xsd:date ; :q "2020-01-02"^^xsd:date . :text :p "a" ; :q "b" . :truth :p false ; :q true .
    :mixed :p 1 ; :q 1.5 , 2.0e0 .
    :time :p "2020-01-01T00:00:00Z"^^xsd:dateTime ; :q "2020-01-02T00:00:00Z"^^xsd:dateTime .
    :year :p "1999"^^xsd:gYear ; :q "2001"^^xsd:gYear . :zones :p "2020-01-01T00:00:00"^^xsd:dateTime ;
      :q "2020-01-01T00:00:00Z"^^xsd:dateTime . :equal :p 2 ; :q 2.0 ."""
    assert failing(check(data, FIRST.format(""))) == ["equal", "zones"]
    assert failing(check(data, FIRST.format("OrEquals"))) == ["zones"]
