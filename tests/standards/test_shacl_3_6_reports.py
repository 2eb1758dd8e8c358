"""SHACL 2.1.4, 2.1.5 and 3.6: severities, messages, details; what is printed, `report.ttl` and `report.json` agree."""

import json

import pytest
import rdflib
from rdflib.namespace import SH

from ckg.errors import ShapesViolated
from ckg.model.validation_options import ValidationOptions

OWN = ":S a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:maxCount 0 ; sh:severity {} ] ."
NESTED = """
:S a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:node :Inner ] .
:Inner sh:property [ sh:path :q ; sh:minCount 1 ; sh:message "It has no q." ] , [ sh:path :r ; sh:node :Deep ] .
:Deep sh:nodeKind sh:IRI ; sh:message "An IRI is asked for." .
"""


def read(report):
    return rdflib.Graph().parse(report.turtle)


@pytest.mark.parametrize(
    ("severity", "tolerated", "passes"),
    [
        (":Grave", None, False),
        ("sh:Violation", None, False),
        ("sh:Warning", None, True),
        ("sh:Info", None, True),
        ("sh:Warning", (), False),
        (":Grave", ("https://example.org/Grave",), True),
    ],
)
def test_a_severity_stops_the_gate_unless_it_is_tolerated(check, severity, tolerated, passes):
    options = ValidationOptions() if tolerated is None else ValidationOptions(tolerated=tolerated)
    report = check(":a a :T ; :p 1 .", OWN.format(severity), options=options)
    assert (report.passes, report.conforms) == (passes, False)
    assert [bool(value) for value in read(report).objects(None, SH.conforms)] == [False]
    told = json.loads(report.json.read_text(encoding="utf-8"))
    assert (told["passes"], told["conforms"]) == (passes, False)
    assert report.text().startswith("The data do not conform to the shapes (1 ")
    assert ("nothing in it stops a release" in report.text()) is passes
    if not passes:
        with pytest.raises(ShapesViolated):
            report.raise_for_violations()


def test_details_are_kept_however_deep(check):
    report = check(":a a :T ; :p :b . :b :r 1 .", NESTED)
    (result,) = report.results
    assert [detail.message for detail in result.details] == [
        "It has no q.",
        "Value does not conform to Shape <https://example.org/Deep>. See details for more information.",
    ]
    assert [inner.message for inner in result.details[1].details] == ["An IRI is asked for."]
    graph = read(report)
    depth = graph.query("SELECT (COUNT(*) AS ?n) { [] sh:result/sh:detail+/sh:resultMessage ?m }")
    assert [int(row.n) for row in depth] == [3]
    (row,) = json.loads(report.json.read_text(encoding="utf-8"))["results"]
    assert row["details"][1]["details"][0]["messages"] == [{"type": "literal", "value": "An IRI is asked for."}]
    assert "because  Violation" in report.paragraph(result)
    assert "It has no q." in report.paragraph(result)


MESSAGES = [
    (["fr", "en"], "Trop. 5"),
    (["de"], "Zu viel. 5"),
    (["kk"], "5"),
    (["en-GB"], "Too much. 5"),
]


@pytest.mark.parametrize(("languages", "shown"), MESSAGES)
def test_a_message_in_several_languages_is_one_in_the_readers(check, languages, shown):
    shape = OWN.format('sh:Violation ; sh:message "Too much."@en, "Zu viel."@de, "Trop."@fr, "5"')
    report = check(":a a :T ; :p 1 .", shape, options=ValidationOptions(languages=tuple(languages)))
    assert f"  message  {shown}\n" in report.text()
    assert len(report.results[0].messages) == 4


def test_without_the_readers_language_english_is_shown(check):
    shape = OWN.format('sh:Violation ; sh:message "Too much."@en, "Zu viel."@de')
    report = check(":a a :T ; :p 1 .", shape, options=ValidationOptions(languages=("ja",)))
    assert "  message  Too much.\n" in report.text()
