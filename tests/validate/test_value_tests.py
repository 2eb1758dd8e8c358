"""What SQL says of a value's text: what fails for sure, what passes for sure, what is left to pyshacl."""

import duckdb
import pytest
from rdflib import RDF, XSD
from rdflib.namespace import SH

from ckg.validate.prefilter import value_tests

INTEGER = "^^<http://www.w3.org/2001/XMLSchema#integer>"
DATE = "^^<http://www.w3.org/2001/XMLSchema#date>"


def verdict(expression: str, text: str) -> bool | None:
    (row,) = duckdb.execute(f"SELECT {expression} FROM (SELECT ? AS t)", [text]).fetchall()
    return row[0]


@pytest.mark.parametrize(
    ("expression", "text", "fails"),
    [
        (value_tests.datatype(XSD.integer), f'"12"{INTEGER}', False),
        (value_tests.datatype(XSD.integer), f'"1_0"{INTEGER}', None),
        (value_tests.datatype(XSD.integer), '"12"', True),
        (value_tests.datatype(XSD.integer), "<urn:a>", True),
        (value_tests.datatype(XSD.string), '"12"', False),
        (value_tests.datatype(XSD.string), '"12"@en', True),
        (value_tests.datatype(RDF.langString), '"12"@en', False),
        (value_tests.datatype(XSD.date), f'"2025-12-31"{DATE}', False),
        (value_tests.datatype(XSD.date), f'"2025-02-30"{DATE}', None),
        (value_tests.node_kind(SH.Literal), '"a"', False),
        (value_tests.node_kind(SH.Literal), "_:a", True),
        (value_tests.node_kind(SH.BlankNodeOrIRI), "<urn:a>", False),
        (value_tests.length(at_most=3), '"日本語"@ja', False),
        (value_tests.length(at_most=2), '"日本語"@ja', True),
        (value_tests.length(at_least=2), f'"1"{INTEGER}', True),
        (value_tests.length(at_least=2), r'"\n"', None),
        (value_tests.length(at_least=2), "_:abc", True),
        (value_tests.languages(["en"]), '"a"@en-gb', False),
        (value_tests.languages(["en-gb"]), '"a"@en', True),
        (value_tests.languages(["en"]), '"a"', True),
    ],
)
def test_the_verdict_on_a_value_is(expression, text, fails):
    assert verdict(expression, text) is fails
