"""SHACL-SPARQL constraints: what is decided in bulk, and that the report is pyshacl's, query by query."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

_spec = spec_from_file_location("engines_agree", Path(__file__).with_name("test_engines_agree.py"))
_laws = module_from_spec(_spec)
_spec.loader.exec_module(_laws)

DATA = (
    "\n".join(
        f":n{number} a :C ; :p {literal} ; :q {other} ; :r :a ."
        for number, (literal, other) in enumerate(zip(_laws.LITERALS, reversed(_laws.LITERALS), strict=True))
    )
    + "\n:a :p :b . :b :q :a ; a :D . :c :p :b ; :q :b ; a :C . :d a :C ; :p :a ."
)


@pytest.mark.parametrize("where", _laws.QUERIES)
def test_a_query_gives_the_same_report_screened_or_not(stage, tmp_path, where):
    shapes = f'''
    :S a sh:NodeShape ; sh:targetClass :C ; sh:targetSubjectsOf :q ; sh:sparql [ sh:message "Not {{?value}}." ;
      sh:select """PREFIX ex: <https://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
      SELECT $this ?value WHERE {{ {where} }}""" ] .'''
    staging = stage(DATA, shapes)
    outcomes = [_laws.outcome(staging, tmp_path, name) for name in ("screened", "pyshacl")]
    assert outcomes[0] == outcomes[1]


def test_queries_with_filters_are_decided_in_bulk(check):
    shapes = """
    :S a sh:NodeShape ; sh:targetClass :C ; sh:sparql [ sh:message "Too early." ;
      sh:select '''PREFIX ex: <https://example.org/> SELECT $this WHERE {
        $this ex:start ?s ; ex:end ?e . FILTER (STR(?e) < STR(?s)) }''' ] ."""
    data = "".join(f':n{n} a :C ; :start "2025-01-{n:02}" ; :end "2025-01-05" .' for n in range(1, 10))
    report = check(data, shapes, engine="screened")
    (entry,) = [entry for entry in report.plan if entry.constraint == "(itself)"]
    assert (entry.way, entry.focus_nodes, entry.candidates) == ("screened", 9, 4)
    assert len(report.results) == 4


def test_a_query_that_is_left_to_pyshacl_says_why(check):
    shapes = """
    :S a sh:NodeShape ; sh:targetClass :C ;
      sh:sparql [ sh:message "No." ; sh:select "SELECT $this WHERE { $this ?p ?o }" ] ."""
    report = check(":a a :C .", shapes, engine="screened")
    assert [(entry.way, entry.why) for entry in report.plan] == [("pyshacl", "a query with open predicates or paths")]


def test_what_cannot_be_encoded_goes_to_pyshacl_as_a_whole(check):
    report = check(
        ':a :p "x  y"^^xsd:token , "x y"^^xsd:token .',
        ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:minCount 2 ] .",
        engine="screened",
    )
    assert [entry.why for entry in report.plan] == ["a token with white space that rdflib rewrites"]
    assert len(report.results) == 1
