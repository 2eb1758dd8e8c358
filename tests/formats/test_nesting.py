"""Lists and blank nodes are written inside the statements that they are the values of, and mean the same."""

import io

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from ckg.formats import GRAPH_FORMATS, JSON_LD, TURTLE
from ckg.formats.base import InputFormat, NestingFormat

NESTING = [form for form in GRAPH_FORMATS if isinstance(form, NestingFormat)]
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIXES = {"e": "http://e.example/", "rdf": RDF}


def lines_of(turtle):
    prefixes = "".join(f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items())
    quads = ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)
    return sorted({f"{quad} .\n".encode() for quad in quads})


def written(form, lines):
    return b"".join(form.whole(lines, PREFIXES)).decode()


def body(form, turtle):
    return written(form, lines_of(turtle)).partition("\n\n")[2].strip()


def canonical(quads):
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        ("e:s e:p ( 1 e:a ( ) ( 2 ) ) .", "e:s e:p ( 1 e:a ( ) ( 2 ) ) ."),
        ("e:s e:p [ a e:C ; e:q 1 ] .", "e:s e:p [ a e:C ;\n        e:q 1 ] ."),
        ("e:s e:p [ ] .", "e:s e:p [] ."),
        ("[ ] e:p 1 .", "[] e:p 1 ."),
        ("e:s e:p ( [ e:q 1 ] ) .", "e:s e:p ( [ e:q 1 ] ) ."),
    ],
)
def test_turtle_is_written_as_people_write_it(turtle, expected):
    assert body(TURTLE, turtle) == expected


def test_json_ld_has_lists_and_nodes_without_a_name():
    text = written(JSON_LD, lines_of("e:s e:p ( 1 [ e:q e:a ] ) ."))
    assert '"@list": [{"@type"' in text
    assert '{"e:q": {"@id": "e:a"}}' in text
    assert "_:" not in text


@pytest.mark.parametrize(
    "turtle",
    [
        "e:s e:p _:b . e:t e:p _:b . _:b e:q 1 .",
        "_:a e:p _:b . _:b e:p _:a .",
        "_:a e:p _:a .",
        "e:s e:p _:l . e:t e:p _:l . _:l rdf:first 1 ; rdf:rest ( 2 3 ) .",
        "e:s e:p _:l . _:l rdf:first 1 , 2 ; rdf:rest () .",
        "e:s e:p _:l . _:l rdf:first 1 ; rdf:rest e:more .",
        f"e:s e:p {'[ e:p ' * 30} 1 {']' * 30} .",
        "e:s e:p (" + " 1" * 60 + ") .",
    ],
)
@pytest.mark.parametrize("form", NESTING, ids=lambda form: form.key)
def test_what_cannot_be_nested_keeps_its_label_and_its_meaning(form, turtle):
    lines = lines_of(turtle)
    assert isinstance(form, InputFormat)
    read = form.parse(io.BytesIO(written(form, lines).encode()), "x:")
    assert canonical(read) == canonical(ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES))


nodes = st.sampled_from(["_:a", "_:b", "_:c", "<http://e.example/s>", f"<{RDF}nil>"])
values = nodes | st.sampled_from(['"x"', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "<http://e.example/o>"])
links = st.sampled_from([f"<{RDF}first>", f"<{RDF}rest>", "<http://e.example/p>", f"<{RDF}type>"])
graphs = st.sets(st.tuples(nodes, links, values).map(lambda row: f"{' '.join(row)} .\n".encode()), max_size=9)


# The JSON-LD reader of rdflib uses what rdflib calls deprecated.
@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph).* is deprecated:DeprecationWarning")
@settings(deadline=None, max_examples=60)
@given(graphs)
def test_every_reader_reads_the_graph_that_was_written(graph):
    lines = sorted(graph)
    expected = canonical(ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES))
    foreign = rdflib.Graph().parse(data=b"".join(lines), format="nt")
    for form in NESTING:
        text = written(form, lines)
        assert isinstance(form, InputFormat)
        assert canonical(form.parse(io.BytesIO(text.encode()), "x:")) == expected, text
        assert isomorphic(rdflib.Graph().parse(data=text, format=form.media_type), foreign), text
