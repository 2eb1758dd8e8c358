"""`import ckg`: what an analyst does in a notebook."""

from __future__ import annotations

import datetime
import importlib
import inspect
from pathlib import Path
from xml.etree import ElementTree

import bridges
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

import ckg
from ckg import pipelines
from ckg.client.answer_drawings import NotDrawn
from ckg.client.bindings import bound
from ckg.client.knowledge_graph import GraphAnswer
from ckg.client.query_rows import QueryRows
from ckg.client.transport import NotFoundHere
from ckg.errors import CkgError, NoRelease, QueryMalformed, QueryRefused, QueryStopped
from ckg.model.prefixes import Prefixes
from ckg.query.guard.checker import check
from ckg.query.limits import QueryLimits

CLAIMS = """
SELECT ?claim ?label { ?claim a ckg:Claim ; rdfs:label ?label FILTER(lang(?label) = 'en') } ORDER BY ?claim LIMIT 5
"""


def test_rows_of_a_query_are_terms_by_the_name_of_their_variable(graph: ckg.KnowledgeGraph) -> None:
    rows = graph.query("SELECT ?label { state:japan rdfs:label ?label FILTER(lang(?label) = 'en') }")
    assert [row["label"] for row in rows] == [Literal("Japan", language="en")]


def test_a_coded_statement_among_rows_comes_with_standing_words_and_source(graph: ckg.KnowledgeGraph) -> None:
    rows = graph.query(CLAIMS)
    assert isinstance(rows, QueryRows)
    assert set(rows.evidence) == {row["claim"].value for row in rows}
    for one in rows.evidence.values():
        assert one.standing == "attributed"
        assert one.said_by
        assert one.words or one.sources


@pytest.mark.parametrize("to", ["to_dicts", "to_pandas", "to_polars", "to_arrow"])
def test_no_table_leaves_the_evidence_of_its_statements_behind(graph: ckg.KnowledgeGraph, to: str) -> None:
    rows = graph.query(CLAIMS)
    made = getattr(rows, to)()
    columns = made[0].keys() if to == "to_dicts" else getattr(made, "column_names", None) or list(made.columns)
    assert list(columns) == ["claim", "label", "standing", "words", "source"]
    assert "attributed" in rows._repr_html_()


def test_rows_without_coded_statements_have_no_further_columns(graph: ckg.KnowledgeGraph) -> None:
    rows = graph.query("SELECT (COUNT(*) AS ?n) { ?s a ckg:State }")
    assert [list(row) for row in rows.to_dicts()] == [["n"]]
    assert isinstance(rows.to_dicts()[0]["n"], int)


def test_ask_is_a_truth_and_construct_a_graph(graph: ckg.KnowledgeGraph) -> None:
    assert graph.query("ASK { state:japan a ckg:State }") is True
    made = graph.query("CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s a ckg:Claim ; rdfs:label ?l } LIMIT 3")
    assert isinstance(made, GraphAnswer)
    assert len(made.graph()) == len(made.store()) == 3
    assert len(made.evidence) >= 1


@pytest.mark.parametrize(
    "value", ["ckg:State", "https://w3id.org/ckg/ontology#State", NamedNode("https://w3id.org/ckg/ontology#State")]
)
def test_a_variable_is_given_a_value(graph: ckg.KnowledgeGraph, value: object) -> None:
    rows = graph.query("SELECT ?s { ?s a ?class }", **{"class": value})
    assert NamedNode("https://w3id.org/ckg/id/state/japan") in [row["s"] for row in rows]
    assert len(rows) < len(graph.query("SELECT ?s { ?s a ?class }"))


def test_an_entity_is_a_value_as_well(graph: ckg.KnowledgeGraph) -> None:
    japan = graph.entity("state:japan")
    assert graph.query("ASK { ?state a ckg:State }", state=japan) is True


def test_a_text_is_never_pasted_into_a_query(graph: ckg.KnowledgeGraph) -> None:
    hostile = '" } UNION { ?s ?p ?o } #'
    assert len(graph.query("SELECT ?s { ?s rdfs:label ?name }", name=hostile)) == 0


def test_a_value_for_a_variable_that_is_not_there_is_refused(graph: ckg.KnowledgeGraph) -> None:
    with pytest.raises(QueryMalformed, match=r"no variable \?nobody; it has s"):
        graph.query("SELECT ?s { ?s a ckg:State }", nobody=1)


@given(
    text=st.sampled_from(
        [
            "SELECT ?x { ?x ?p ?o }",
            "SELECT (EXISTS { ?x ?p 1 } AS ?y) WHERE { ?x ?p ?o }",
            "CONSTRUCT { ?x ?p ?o } WHERE { ?x ?p ?o }",
            "CONSTRUCT { ?x ?p ?o } { ?x ?p ?o }",
            "CONSTRUCT WHERE { ?x ?p ?o }",
            "ASK FROM <https://example.org/g> { ?x ?p '{' }",
            "DESCRIBE ?x { ?x ?p ?o } # }",
        ]
    ),
    value=st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.floats(allow_nan=False), st.dates()),
)
def test_a_query_with_values_is_a_query_of_the_same_form(text: str, value: object) -> None:
    made = bound(text, {"x": value}, Prefixes({}))
    assert check(made, QueryLimits()).form == check(text, QueryLimits()).form
    assert "VALUES (?x)" in made


def test_an_entity_has_facts_by_label_and_by_curie_each_with_its_standing(graph: ckg.KnowledgeGraph) -> None:
    japan = graph.entity("state:japan")
    assert (japan.label, japan.names["ja"], bool(japan.kinds)) == ("Japan", "日本", True)
    for fact in japan:
        assert fact.standing
        assert japan[fact.property]
        assert japan[fact.property_label.upper()]


def test_a_missing_property_says_what_there_is(graph: ckg.KnowledgeGraph) -> None:
    with pytest.raises(KeyError, match="has no moons; it has"):
        graph.entity("state:japan")["moons"]


def test_an_entity_that_is_a_coded_statement_has_its_words(graph: ckg.KnowledgeGraph) -> None:
    claim = next(iter(graph.query(CLAIMS).evidence))
    found = graph.entity(claim)
    assert found.evidence is not None
    assert found.words == graph.words(claim) == found.evidence.words
    assert all(fact.evidence is found.evidence for fact in found)


def test_why_has_three_answers(graph: ckg.KnowledgeGraph) -> None:
    inferred = next(
        iter(
            graph.query(
                "SELECT ?s { GRAPH <https://w3id.org/ckg/graph/inferred> { ?s a ckg:DisputedStatement } } LIMIT 1"
            )
        )
    )
    proof = graph.explain(inferred["s"].value, "rdf:type", "ckg:DisputedStatement")
    assert (proof.verdict, proof.standing) == ("inferred", "inferred")
    assert proof.steps[-1].rule != "asserted"
    assert proof.evidence is not None
    stated = graph.explain("state:japan", "rdfs:label", '"Japan"@en')
    assert (stated.verdict, bool(stated.graphs)) == ("stated", True)
    assert graph.explain("state:japan", "rdf:type", "ckg:Claim").verdict == "not in the graph"


def test_a_dispute_comes_with_every_side(graph: ckg.KnowledgeGraph) -> None:
    found = graph.conflicts()
    assert found
    for over, sides in found.items():
        assert over
        assert len(sides) >= 2
        assert all(side.disputed for side in sides)


def test_a_filter_of_disputes_leaves_no_side_out(graph: ckg.KnowledgeGraph) -> None:
    whole = graph.conflicts()
    one = next(iter(whole.values()))[0]
    assert all(
        {side.iri for side in sides} == {side.iri for side in whole[over]}
        for over, sides in graph.conflicts(one.label).items()
    )


def test_what_is_found_says_in_which_standing_it_is(graph: ckg.KnowledgeGraph) -> None:
    hits = graph.search("yen")
    assert hits
    assert all(hit["standing"] for hit in hits)
    assert any(hit["evidence"] is not None and (hit["evidence"].words or hit["evidence"].sources) for hit in hits)


@pytest.mark.parametrize(
    ("text", "error"),
    [("SELECT * { ?s ?p }", QueryMalformed), ("INSERT DATA { <a:a> <a:a> <a:a> }", QueryRefused)],
)
def test_errors_are_those_of_the_command_line(graph: ckg.KnowledgeGraph, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        graph.query(text)


def test_a_time_out_is_no_empty_answer(shipped_releases: Path) -> None:
    from ckg.client.transport import LocalTransport
    from ckg.web import create_app

    app = create_app(shipped_releases, {"limits.seconds": 2.0, "limits.workers": 1, "limits.spares": 0})
    with ckg.KnowledgeGraph(LocalTransport(app, app.close)) as slow, pytest.raises(QueryStopped):
        slow.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


def test_what_nothing_is_said_of_is_not_found(graph: ckg.KnowledgeGraph) -> None:
    with pytest.raises(NotFoundHere):
        graph.entity("state:atlantis")


def test_the_dump_is_the_data_set(graph: ckg.KnowledgeGraph) -> None:
    triples = int(next(iter(graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))["n"].value)
    store = graph.store()
    assert len({(q.subject, q.predicate, q.object) for q in store}) >= triples
    with pytest.raises(CkgError, match="there is no dump exe") as caught:
        graph.dump("exe")
    assert "nq" in str(caught.value.hint)


def test_a_citation_names_the_release(graph: ckg.KnowledgeGraph) -> None:
    found = graph.cite("state:japan", read_on=datetime.date(2026, 11, 26))
    assert graph.release in found.text
    assert graph.release in found.bibtex
    assert '"accessed": {"date-parts": [[2026, 11, 26]]}' in found.csl_json


def test_a_server_elsewhere_gives_the_same(graph: ckg.KnowledgeGraph, address: str) -> None:
    with ckg.open(address) as there:
        mine, its = graph.query(CLAIMS), there.query(CLAIMS)
        assert list(mine) == list(its)
        assert {iri: one.words for iri, one in mine.evidence.items()} == {
            iri: one.words for iri, one in its.evidence.items()
        }
        assert there.dump("nt") == graph.dump("nt")
        with pytest.raises(NotFoundHere):
            there.entity("state:atlantis")
        with pytest.raises(QueryMalformed):
            there.query("SELECT")


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    with ckg.open("http://127.0.0.1:9") as nobody, pytest.raises(CkgError, match="does not answer"):
        _ = nobody.schema


def test_a_project_that_was_never_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoRelease) as caught:
        ckg.open(tmp_path)
    assert "ckg build" in str(caught.value.hint)


def test_the_answer_to_a_query_is_cited_with_its_release_and_a_hash(graph: ckg.KnowledgeGraph) -> None:
    found = graph.cite_answer(CLAIMS)
    assert "SHA-256" in found.text
    assert graph.schema["release"] in found.bibtex


def test_a_pipeline_validates_and_builds_as_often_as_it_likes_before_and_after_other_uses(tmp_path: Path) -> None:
    project = bridges.write(tmp_path / "project")
    for _ in range(2):
        assert ckg.validate(project).conforms
        release = ckg.build(project, releases=tmp_path / "releases")
        assert importlib.import_module("ckg.build") is ckg.build
        with ckg.open(tmp_path / "releases") as opened:
            assert opened.schema["release"] == release.id
    assert inspect.signature(ckg.build) == inspect.signature(pipelines.build)


DRAWN = {
    "chart": "SELECT ?kind (COUNT(?s) AS ?n) { VALUES ?kind { ckg:State ckg:Claim } ?s a ?kind } GROUP BY ?kind",
    "map": "SELECT ?state { ?state a ckg:State }",
    "timeline": "SELECT ?meeting ?day { ?meeting a ckg:Meeting ; schema:startDate ?day }",
}


@pytest.mark.parametrize("view", DRAWN)
def test_rows_are_drawn_as_they_are_on_pages(graph: ckg.KnowledgeGraph, view: str, tmp_path: Path) -> None:
    rows = graph.query(DRAWN[view])
    drawings = getattr(rows, view)()
    (saved,) = drawings.save(tmp_path / "drawing.svg")
    root = ElementTree.parse(saved).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert graph.release in "".join(root.itertext())
    assert "data:image/svg+xml;base64," in drawings._repr_html_()


def test_statements_are_drawn_as_a_graph_with_the_standing_of_those_that_are_coded(graph: ckg.KnowledgeGraph) -> None:
    answer = graph.query("CONSTRUCT WHERE { ?claim a ckg:Claim } LIMIT 3")
    shown = answer.drawing()._repr_html_()
    assert "attributed" in shown


@pytest.mark.parametrize(("view", "why"), [("chart", "quantities"), ("map", "place"), ("timeline", "days")])
def test_what_cannot_be_drawn_is_refused_with_the_reason(graph: ckg.KnowledgeGraph, view: str, why: str) -> None:
    rows = graph.query("SELECT ?label { ?s rdfs:label ?label } LIMIT 3")
    with pytest.raises(NotDrawn, match=why):
        getattr(rows, view)()
