"""Look-ups and documents: bounded, complete, with their named graphs, literals as they were written."""

from __future__ import annotations

import threading

import pyoxigraph as ox
import pytest
import sample

from ckg.backends import EMBEDDED, ReleaseData
from ckg.query.document import DocumentBuilder, DocumentLimits
from ckg.query.fragments import Fragments
from ckg.query.lookup import Count, Label
from ckg.release.current import Releases

JAPAN = sample.BASE + "id/state/japan"
HUB = sample.BASE + "id/hub/one"
TERMS = sample.BASE + "ontology#"


@pytest.fixture(scope="module")
def release(releases):
    return Releases(releases).current()


@pytest.fixture(scope="module")
def lookup(release):
    made = EMBEDDED.lookup(ReleaseData(release.store, release.base, release.staging.graphs))
    yield made
    made.close()


@pytest.fixture(scope="module")
def writer(lookup):
    return DocumentBuilder(lookup, Fragments(None, {}))


def of(rows, predicate):
    return [row for row in rows if row.predicate.value == predicate]


def test_a_literal_comes_as_it_was_written_though_the_store_rewrote_it(lookup):
    rows = lookup.outgoing(JAPAN).rows
    written = {p: str(of(rows, TERMS + p)[0].object).partition("^^")[0] for p in ("count", "share", "when")}
    assert written == {"count": '"01"', "share": '"1.50"', "when": '"2025-12-19T00:00:00+00:00"'}


def test_a_blank_nodes_literals_come_as_they_were_written_too(lookup):
    node = of(lookup.outgoing(JAPAN).rows, TERMS + "capital")[0].object
    assert of(lookup.outgoing(node).rows, TERMS + "rank")[0].object.value == "007"


def test_a_statement_says_in_which_graphs_it_stands_and_whether_it_was_inferred(lookup):
    rows = lookup.outgoing(JAPAN).rows
    asserted, inferred = of(rows, TERMS + "count")[0], of(rows, TERMS + "holds")[0]
    assert (asserted.graphs, asserted.inferred) == ((sample.BASE + "graph/states",), False)
    assert (inferred.graphs, inferred.inferred) == ((sample.BASE + "graph/inferred",), True)


def test_statements_come_once_and_in_the_same_order_every_time(lookup):
    rows = lookup.outgoing(JAPAN).rows
    assert len({row[:3] for row in rows}) == len(rows)
    assert rows == lookup.outgoing(JAPAN).rows
    assert [row.predicate.value for row in rows] == sorted(row.predicate.value for row in rows)


@pytest.mark.parametrize("size", [37, 100, 500, 5000])
def test_the_pages_of_a_hub_together_hold_every_statement_once(lookup, size):
    seen, offset, more = [], 0, True
    while more:
        page = lookup.incoming(HUB, offset=offset, limit=size)
        assert len(page.rows) <= size
        seen += page.rows
        offset, more = offset + size, page.more
    assert len(seen) == len({row[:3] for row in seen}) == sample.HUB


def test_a_count_stops_at_its_bound_and_says_so(lookup):
    assert lookup.count(value=HUB) == Count(sample.HUB, True)
    assert lookup.count(value=HUB, most=100) == Count(100, False)


@pytest.mark.parametrize(
    ("languages", "label"),
    [
        (["ja"], Label("日本", "ja")),
        (["fr", "ru"], Label("Япония", "ru")),
        (["en"], Label("Japan", "en")),
        (["fr"], Label("Japan", "en")),
    ],
)
def test_a_label_is_given_in_the_first_language_that_has_one(lookup, languages, label):
    assert lookup.label(JAPAN, languages) == label


@pytest.mark.parametrize("text", ["", "no iri", "http://a b", "javascript:alert(1)", "x" * 10_000, "http://é\ud800/"])
def test_nothing_is_known_of_text_that_is_no_iri_or_nobody_mentioned(lookup, text):
    assert not lookup.exists(text)
    assert lookup.outgoing(text).rows == ()
    assert lookup.label(text, ["en"]) is None
    assert lookup.count(subject=text) == Count(0, True)


@pytest.mark.parametrize("path", ["id/state/japan", "ontology#restsOn", "graph/states", "shapes#State", "note/one"])
def test_subjects_properties_graphs_and_shapes_all_exist(lookup, path):
    assert lookup.exists(sample.BASE + path)


def test_many_threads_may_look_up_at_once(lookup):
    expected = lookup.outgoing(JAPAN), lookup.incoming(HUB, limit=50)
    wrong = []

    def look():
        for _ in range(4):
            if (lookup.outgoing(JAPAN), lookup.incoming(HUB, limit=50)) != expected:
                wrong.append(1)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_document_brings_the_quotation_its_selector_and_its_source(writer):
    document = writer.write(sample.BASE + "id/claim/one")
    texts = {row.object.value for row in document.statements if isinstance(row.object, ox.Literal)}
    assert {"the words", "before ", " after", "A publisher", "2025-12-19"} <= texts


def test_a_document_names_what_it_mentions(writer):
    document = writer.write(sample.BASE + "id/claim/one")
    named = {row.object.value for row in document.context if row.predicate.value.endswith("#label")}
    assert {"Japan", "日本", "A source", "claim"} <= named


def test_a_document_has_what_points_to_the_thing(writer):
    pointing = {row.subject.value for row in writer.write(JAPAN).pointing}
    assert {sample.BASE + "id/city/tokyo", sample.BASE + "id/claim/one"} <= pointing


def test_a_blank_node_is_described_where_it_is_mentioned(writer):
    document = writer.write(JAPAN)
    nodes = {row.object for row in document.said if isinstance(row.object, ox.BlankNode)}
    assert nodes
    assert nodes <= {row.subject for row in document.context}


def test_a_document_of_a_hub_is_bounded_and_its_pages_hold_everything(lookup):
    writer = DocumentBuilder(lookup, Fragments(None, {}), DocumentLimits(statements=500))
    pages = [writer.write(HUB, number) for number in (1, 2, 3)]
    assert [len(page.pointing) for page in pages] == [500, 500, 200]
    assert [page.following for page in pages] == [2, 3, None] == [writer.following(HUB, n) for n in (1, 2, 3)]
    assert len({row[:3] for page in pages for row in page.pointing}) == sample.HUB
    assert not writer.write(HUB, 4).pointing


def test_what_a_page_looks_up_itself_need_not_be_described_along(writer, lookup):
    whole = writer.write(JAPAN)
    shown = writer.write(JAPAN, with_context=False, with_others=False)
    assert (shown.said, shown.pointing, shown.context) == (whole.said, whole.pointing, ())
    parts = Fragments(None, {sample.BASE + "shapes": (sample.BASE + "shapes#State",)})
    alone = DocumentBuilder(lookup, parts).write(sample.BASE + "shapes", with_others=False)
    assert (alone.fragments, alone.others, alone.is_empty) == ((sample.BASE + "shapes#State",), 1, False)
    assert not any(row.subject.value == sample.BASE + "shapes#State" for row in alone.said)


def test_the_document_of_a_graph_holds_its_statements(writer):
    document = writer.write(sample.BASE + "graph/evidence/claims")
    assert any(row.subject.value == sample.BASE + "id/claim/one" for row in document.said)
    assert {row.graphs for row in document.said} == {(sample.BASE + "graph/evidence/claims",)}


def test_a_document_says_no_statement_twice(writer):
    for path in ("id/state/japan", "id/claim/one", "graph/states", "ontology/place", "id/odd/parent"):
        rows = [row[:3] for row in writer.write(sample.BASE + path).statements]
        assert len(rows) == len(set(rows)), path
