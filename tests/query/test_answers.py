"""The pool answers as the engine does, for every form, format and dataset."""

import io

import pyoxigraph as ox
import pytest

from ckg.errors import QueryMalformed
from ckg.formats import GRAPH_FORMATS, N_TRIPLES, RESULT_FORMATS, TSV, TURTLE
from ckg.query.job import Dataset, QueryJob

from .asking import EX, ask


@pytest.mark.parametrize("wanted", RESULT_FORMATS, ids=lambda f: f.key)
def test_tables_are_what_the_engine_writes(pool, store, wanted):
    text = "SELECT * { ex:a ex:name ?n } ORDER BY ?n"
    direct = ox.Store.read_only(str(store)).query(text, prefixes={"ex": EX})
    syntax = ox.QueryResultsFormat.from_media_type(wanted.media_type)
    assert ask(pool, text, wanted).encode() == direct.serialize(format=syntax)


@pytest.mark.parametrize("wanted", GRAPH_FORMATS, ids=lambda f: f.key)
@pytest.mark.parametrize("text", ["CONSTRUCT { ?s ex:label ?n } WHERE { ?s ex:name ?n }", "DESCRIBE ex:a"])
def test_graphs_come_in_every_format_and_are_the_same_graph(pool, wanted, text):
    def graph(wanted):
        body = pool.run(QueryJob(text, wanted)).read()
        read = ox.Dataset(wanted.parse(io.BytesIO(body), EX))
        read.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return read

    assert graph(wanted) == graph(N_TRIPLES)
    assert len(graph(wanted)) > 5


def test_turtle_uses_the_projects_prefixes_and_keeps_a_subject_together(pool):
    text = ask(pool, "CONSTRUCT { ?s ex:label ?n ; a ex:X } WHERE { ?s ex:name ?n FILTER(isIRI(?s)) }", TURTLE)
    assert text.startswith("@prefix ex: <http://example.org/> .\n")
    assert "ckg:" not in text
    subjects = [line.split()[0] for line in text.splitlines()[1:] if line and not line.startswith(" ")]
    assert len(subjects) == len(set(subjects)) == 3


def test_prefixes_of_the_project_need_no_declaration_and_can_be_declared_otherwise(pool):
    assert ask(pool, "SELECT ?n { ex:b ex:name ?n }") == "n\r\nB\r\n"
    assert ask(pool, "PREFIX ex: <http://other/> SELECT ?n { ex:b ex:name ?n }") == "n\r\n"
    assert ask(pool, "SELECT ?n { <b> <name> ?n }") == "n\r\nB\r\n"


def test_a_syntax_error_has_the_line_and_column_of_the_text_that_was_sent(pool):
    with pytest.raises(QueryMalformed, match="line 2, column") as wrong:
        ask(pool, "SELECT *\n{ ?s ?p }")
    assert (wrong.value.line, wrong.value.column) == (2, 9)
    with pytest.raises(QueryMalformed) as wrong:
        ask(pool, "DESCRIBE ?x\n\n{ ?x nope:p ?o }", TURTLE)
    assert wrong.value.line == 3


@pytest.mark.parametrize(
    ("text", "dataset", "rows"),
    [
        ("SELECT ?o { ?s ex:in ?o }", Dataset(), []),
        ("SELECT ?o { ?s ex:in ?o }", Dataset(default=(EX + "g1",)), ["g1"]),
        ("SELECT ?o { ?s ex:in ?o }", Dataset(default=(EX + "g1", EX + "g2")), ["g1", "g2"]),
        ("SELECT ?o { GRAPH ?g { ?s ex:in ?o } }", Dataset(), ["g1", "g2"]),
        ("SELECT ?o { GRAPH ?g { ?s ex:in ?o } }", Dataset(named=(EX + "g2",)), ["g2"]),
        ("SELECT ?o { GRAPH ?g { ?s ex:in ?o } }", Dataset(default=(EX + "g1",)), []),
        ("SELECT ?o { ?s ex:name ?o }", Dataset(named=(EX + "g1",)), []),
        ("SELECT ?o FROM ex:g1 { ?s ex:in ?o }", Dataset(), ["g1"]),
        ("SELECT ?o FROM NAMED ex:g2 { GRAPH ?g { ?s ex:in ?o } }", Dataset(), ["g2"]),
        ("SELECT ?o FROM ex:g1 { ?s ex:in ?o }", Dataset(default=(EX + "g2",)), ["g2"]),
        ("SELECT ?o FROM <http://127.0.0.1:9/> { ?s ?p ?o }", Dataset(), []),
    ],
)
def test_the_dataset_is_the_protocols_then_the_querys_then_the_stores(pool, text, dataset, rows):
    found = ask(pool, text + " ORDER BY ?o", TSV, dataset=dataset).splitlines()[1:]
    assert found == [f'"{row}"' for row in rows]


def describe(pool, text, **more):
    return {str(quad.object) for quad in ox.parse(ask(pool, text, N_TRIPLES, **more), format=ox.RdfFormat.N_TRIPLES)}


def test_describe_gives_what_hangs_on_a_thing_and_the_quotations_it_rests_on(pool):
    found = describe(pool, "DESCRIBE ex:a")
    assert {'"A"', '"Ä"@de', '"nested"', '"deeper"', '"the words"', '"reified"'} <= found
    assert '"12"^^<http://www.w3.org/2001/XMLSchema#integer>' in found
    assert found.isdisjoint({'"not described"', '"B"', '"reified, but not stated"'})


@pytest.mark.parametrize(
    ("text", "dataset", "expected"),
    [
        ("DESCRIBE ?x { ?x ex:name 'B' }", Dataset(), {'"B"'}),
        ("DESCRIBE * { ?x ex:name 'B' BIND(1 AS ?y) }", Dataset(), {'"B"'}),
        (
            "DESCRIBE ex:b ex:sel WHERE { ?x ex:name 'nothing' }",
            Dataset(),
            {'"B"', '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'},
        ),
        ("DESCRIBE ?x { ?x ex:name ?n } ORDER BY DESC(?n) LIMIT 0", Dataset(), set()),
        ("DESCRIBE ex:nothing", Dataset(), set()),
        ("DESCRIBE ?x", Dataset(), set()),
        ("DESCRIBE ex:g1s FROM ex:g1", Dataset(), {'"g1"'}),
        ("DESCRIBE ex:g1s FROM NAMED ex:g1", Dataset(), set()),
        ("DESCRIBE ex:g1s ex:g2s", Dataset(default=(EX + "g2",)), {'"g2"'}),
        ("PREFIX e: <http://example.org/> DESCRIBE e:b # ?x\n", Dataset(), {'"B"'}),
        ("BASE <http://example.org/> DESCRIBE<b>", Dataset(), {'"B"'}),
    ],
)
def test_describe_takes_every_form_of_its_grammar(pool, text, dataset, expected):
    assert describe(pool, text, dataset=dataset) == expected
