"""RDF 1.1 XML Syntax, 7.2.17: an XML literal is exclusive canonical XML, with the namespaces it uses, each once."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckg.formats import RDF_XML
from ckg.formats.rdf_xml import canonical_xml

DOCUMENT = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">
<rdf:Description rdf:about="http://e.example/s"><e:p rdf:parseType="Literal">{}</e:p></rdf:Description></rdf:RDF>
"""


def literal_of(staged, content):
    (line,) = staged({"data/a.rdf": DOCUMENT.format(content)})["http://example.org/graph/a"]
    (quad,) = ox.parse(f"{line} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    assert quad.object.datatype.value.endswith("#XMLLiteral")
    return quad.object.value


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<b xmlns="http://h.example/">x<i>y</i></b>', '<b xmlns="http://h.example/">x<i>y</i></b>'),
        ("<e:b/>", '<e:b xmlns:e="http://e.example/"></e:b>'),
        ('<e:b xmlns:e="http://o.example/">x</e:b>', '<e:b xmlns:e="http://o.example/">x</e:b>'),
        ('<b z="1" a="&gt;"><c></c></b>', '<b a=">" z="1"><c></c></b>'),
        ("just &lt; text", "just &lt; text"),
    ],
)
def test_an_xml_literal_is_canonical_whatever_namespaces_it_declares(staged, content, expected):
    assert literal_of(staged, content) == expected


@given(st.lists(st.sampled_from(["<b>", "</b>", 'x="1"', "&", "<", "<b x='1' x='2'>", "text", ">", '"']), max_size=8))
def test_what_is_no_xml_stays_as_it_is_and_what_is_canonical_too(pieces):
    once = canonical_xml(" ".join(pieces))
    assert canonical_xml(once) == once


def test_literals_of_other_formats_are_not_rewritten(staged):
    text = '<x:s> <x:p> "<b/>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral> .'
    assert '"<b/>"' in staged({"data/a.ttl": text})["http://example.org/graph/a"][0]
    assert RDF_XML.has_named_graphs is False
