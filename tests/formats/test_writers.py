"""Every format in which graphs are written says what the lines say, and its own reader reads it."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
import rdflib

from ckg.errors import NotExpressible
from ckg.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, JSON_LD, N_QUADS, N_TRIPLES, DatasetFormat, GraphFormat, by_key

XSD = "http://www.w3.org/2001/XMLSchema#"
LINES = sorted(
    line.encode()
    for line in (
        f'<urn:s> <http://e.example/p> "01"^^<{XSD}integer> .\n',
        '<urn:s> <http://e.example/p> "a\\n\\"b\\" \\\\ & <c>"@en .\n',
        "<urn:s> <http://e.example/p> _:b1 .\n",
        "_:b1 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e.example/ns#C> .\n",
        '_:b1 <http://e.example/q> "日本" .\n',
        '<http://e.example/ns#x> <http://e.example/q> "" .\n',
    )
)
PREFIXES = {"e": "http://e.example/", "ns": "http://e.example/ns#", "urn": "http://other.example/"}
INPUT_TOO = [form for form in GRAPH_FORMATS if hasattr(form, "parse")]


@pytest.mark.parametrize("form", INPUT_TOO, ids=lambda form: form.key)
def test_what_is_written_is_read_again_with_every_lexical_form(form, statements) -> None:
    document = b"".join(form.document([LINES], PREFIXES))
    assert statements(form, document) == statements(N_TRIPLES, b"".join(LINES))


@pytest.mark.parametrize("form", INPUT_TOO, ids=lambda form: form.key)
def test_a_document_that_is_cut_off_is_not_read_as_if_it_were_whole(form, statements) -> None:
    document = b"".join(form.document([LINES], {}))
    for end in (len(document.rstrip()) - 1, len(document.rstrip()) - 4):
        with pytest.raises(SyntaxError):
            statements(form, document[:end])


@pytest.mark.parametrize("form", INPUT_TOO, ids=lambda form: form.key)
def test_an_empty_graph_is_a_document_too(form, statements) -> None:
    assert statements(form, b"".join(form.document([], PREFIXES))) == []


@pytest.mark.parametrize("form", [f for f in INPUT_TOO if isinstance(f, DatasetFormat)], ids=lambda form: form.key)
def test_named_graphs_are_read_again(form, statements) -> None:
    graphs = [("http://e.example/g1", [LINES[:3]]), ("http://e.example/g2", [LINES[3:]])]
    expected = b"".join(N_QUADS.dataset(graphs, {}))
    assert statements(form, b"".join(form.dataset(graphs, PREFIXES))) == statements(N_QUADS, expected)


@pytest.mark.parametrize("form", [f for f in INPUT_TOO if f.groups_subjects], ids=lambda form: form.key)
def test_a_subject_may_come_again(form: GraphFormat, statements) -> None:
    again = [[LINES[0]], [LINES[-1]], [LINES[1]]]
    document = b"".join(form.document(again, PREFIXES))
    assert statements(form, document) == statements(N_TRIPLES, LINES[0] + LINES[-1] + LINES[1])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_a_prefix_that_is_also_a_scheme_is_unbound_where_an_iri_has_the_scheme() -> None:
    document = b"".join(JSON_LD.document([LINES], PREFIXES))
    graph = rdflib.Graph().parse(data=document, format="json-ld")
    assert rdflib.URIRef("urn:s") in set(graph.subjects())
    assert b"http://other.example" not in graph.serialize(format="nt").encode()


def test_rdf_xml_refuses_a_predicate_that_is_no_name() -> None:
    with pytest.raises(NotExpressible, match="cannot be written as the name of an XML element"):
        b"".join(by_key("rdf", GRAPH_FORMATS).document([[b"<x:s> <http://e.example/1> <x:o> .\n"]], {}))


@pytest.mark.parametrize("form", BOOLEAN_FORMATS, ids=lambda form: form.key)
@pytest.mark.parametrize("text", ["ASK {}", "ASK { FILTER(false) }"])
def test_the_answer_to_ask_is_read_again(form, text) -> None:
    out = io.BytesIO()
    answer = ox.Store().query(text)
    form.write_boolean(answer, out)
    written = out.getvalue().decode()
    if written.startswith(("{", "<")):
        read = ox.parse_query_results(written, format=ox.QueryResultsFormat.from_media_type(form.media_type))
        assert bool(read) == bool(answer)
    else:  # a table of one row, because the format has no truth values
        assert written.splitlines()[1:] == ["true" if answer else "false"]
