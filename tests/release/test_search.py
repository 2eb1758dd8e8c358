"""Search: in any script, by any part of a name, and safe from whatever is typed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ckg.errors import ReleaseError, StageFailed
from ckg.model.iris import Base
from ckg.release import dumps
from ckg.release.search import index
from ckg.release.search.fields import Field
from ckg.release.search.hits import Match
from ckg.release.search.searching import Search

BASE = Base("https://w3id.org/ckg/")
ID = "https://w3id.org/ckg/id/"
ONT = "https://w3id.org/ckg/ontology#"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ALT = "<http://www.w3.org/2004/02/skos/core#altLabel>"
DEFINITION = "<http://www.w3.org/2004/02/skos/core#definition>"
EXACT = "<http://www.w3.org/ns/oa#exact>"
SELECTOR = "<http://www.w3.org/ns/oa#hasSelector>"

TRIPLES = [
    f'<{ID}state/japan> {LABEL} "Japan"@en',
    f'<{ID}state/japan> {LABEL} "日本"@ja',
    f'<{ID}state/japan> {LABEL} "Япония"@ru',
    f"<{ID}state/japan> {TYPE} <{ONT}State>",
    f"<{ID}state/japan> {TYPE} <{ONT}Agent>",
    f"<{ID}state/japan> {TYPE} <http://www.w3.org/2002/07/owl#Thing>",
    f'<{ID}state/kazakhstan> {LABEL} "Kazakhstan"@en',
    f'<{ID}state/kazakhstan> {LABEL} "Қазақстан"@kk',
    f'<{ID}state/kazakhstan> {LABEL} "Казахстан"@ru',
    f'<{ID}state/kazakhstan> {LABEL} "カザフスタン"@ja',
    f'<{ID}state/turkmenistan> {LABEL} "Türkmenistan"@tk',
    f'<{ID}state/uzbekistan> {LABEL} "O\u02bbzbekiston"@uz',
    f'<{ID}corridor/tcr> {LABEL} "Trans-Caspian corridor"@en',
    f'<{ID}corridor/tcr> {ALT} "里海回廊"@zh',
    f'<{ID}corridor/tcr> {DEFINITION} "A way for goods of Japan to Europe."@en',
    f"<{ID}quotation/q> {SELECTOR} _:s",
    f'_:s {EXACT} "重要鉱物のサプライチェーン, with Japan"@ja',
    f'<{ONT}State> {LABEL} "state"@en',
    f'<{ONT}State> {LABEL} "国家"@ja',
    f"<{ONT}State> {SUBCLASS} <{ONT}Agent>",
    f'<{ONT}Agent> {LABEL} "agent"@en',
    f'_:b {LABEL} "nobody can link to this"@en',
    f'<{ID}number> {LABEL} "12"^^<http://www.w3.org/2001/XMLSchema#integer>',
]


@pytest.fixture
def build(stage, tmp_path) -> Iterator[Callable[..., Search]]:
    with ExitStack() as opened:

        def make(triples: list[str], inferred: list[str] | None = None) -> Search:
            staging = stage({"a": triples, "inferred": inferred or []})
            union = dumps.union(staging, tmp_path, "ckg")
            index.build(union, tmp_path / "search.sqlite", staging, BASE)
            return opened.enter_context(closing(Search(tmp_path / "search.sqlite", ("en", "ru"))))

        yield make


@pytest.fixture
def search(build) -> Search:
    return build(TRIPLES)


def names(search: Search, text: str, **options: object) -> list[str]:
    return [hit.iri.removeprefix(ID) for hit in search.find(text, **options).hits]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Kazakh", "state/kazakhstan"),
        ("захст", "state/kazakhstan"),
        ("ҚАЗАҚ", "state/kazakhstan"),
        ("ザフス", "state/kazakhstan"),
        ("日本", "state/japan"),
        ("本", "state/japan"),
        ("япония", "state/japan"),
        ("turkmen", "state/turkmenistan"),
        ("TÜRKMEN", "state/turkmenistan"),
        ("o'zbek", "state/uzbekistan"),
        ("O‘zbek", "state/uzbekistan"),
        ("回廊", "corridor/tcr"),
        ("caspian corr", "corridor/tcr"),
        ("corridor trans", "corridor/tcr"),
        ("co", "corridor/tcr"),
        ("重要鉱物", "quotation/q"),
        ("鉱物", "quotation/q"),
        ("goods", "corridor/tcr"),
    ],
)
def test_any_part_of_a_text_in_any_script_finds_the_thing(search, typed, found):
    assert found in names(search, typed)


def test_names_come_before_quotations_and_quotations_before_definitions(search):
    found = search.find("japan")
    assert [hit.field for hit in found.hits] == [Field.LABEL, Field.QUOTATION, Field.DEFINITION]
    assert [hit.iri.removeprefix(ID) for hit in found.hits] == ["state/japan", "quotation/q", "corridor/tcr"]
    assert (found.total, found.complete) == (3, True)


def test_the_name_itself_comes_before_names_that_begin_with_it_and_those_that_hold_it(build):
    labels = {"d": "uranium ore", "c": "uranium", "b": "depleted uranium", "a": "preuranium a", "x": "x"}
    search = build([f'<{ID}{thing}> {LABEL} "{label}"@en' for thing, label in labels.items()])
    assert names(search, "Uranium") == ["c", "d", "b", "a"]


def test_a_hit_has_its_most_specific_class_and_the_words_that_matched(search):
    (hit,) = search.find("Japan", limit=1).hits
    assert (hit.label, hit.kind, hit.class_iri) == ("Japan", "state", f"{ONT}State")
    (hit,) = search.find("サプライ").hits
    assert (hit.before, hit.match, hit.after) == ("重要鉱物の", "サプライ", "チェーン, with Japan")


def test_what_is_the_same_elsewhere_is_one_thing_with_ours(build):
    same, elsewhere = "<http://www.w3.org/2002/07/owl#sameAs>", "<http://www.wikidata.org/entity/Q17>"
    search = build(
        [
            f'<{ID}japan> {LABEL} "Japan"@en',
            f"<{ID}japan> {same} {elsewhere}",
            "<http://a.example/b> " + LABEL + ' "Japan b"',
        ],
        inferred=[f'{elsewhere} {LABEL} "Japan"@en', f"{elsewhere} {same} <{ID}japan>"],
    )
    assert [hit.iri for hit in search.find("Japan").hits] == [f"{ID}japan", "http://a.example/b"]


def test_a_class_that_is_only_inferred_does_not_hide_what_a_thing_is(build):
    search = build(
        [f'<{ID}japan> {LABEL} "Japan"@en', f"<{ID}japan> {TYPE} <{ONT}State>"],
        inferred=[f"<{ID}japan> {TYPE} <{ONT}PartyToSomething>", f"<{ID}japan> {TYPE} <{ONT}Agent>"],
    )
    assert search.find("Japan").hits[0].class_iri == f"{ONT}State"


def test_labels_and_kinds_are_shown_in_the_language_asked_for(search):
    (hit,) = search.find("日本", language="ru", limit=1).hits
    assert (hit.label, hit.label_language, hit.language) == ("Япония", "ru", "ja")
    (hit,) = search.find("Japan", language="ja", limit=1).hits
    assert (hit.label, hit.kind) == ("日本", "国家")


def test_a_long_text_is_shown_around_the_match(build):
    search = build([f'<{ID}a> {DEFINITION} "{"x" * 500} Needle {"y" * 500}"@en'])
    (hit,) = search.find("needle").hits
    assert (hit.before[:2], hit.match, hit.after[-2:]) == ("…x", "Needle", "y…")
    assert len(hit.before + hit.after) < 170


def test_a_literal_of_megabytes_is_found_by_its_beginning_and_shown_around_the_match(build):
    search = build([f'<{ID}{n}> {DEFINITION} "Needle {n} {"hay " * 500_000}"@en' for n in range(10)])
    found = search.find("needle")
    assert found.total == 10
    assert all(len(hit.before + hit.after) < 170 for hit in found.hits)


def test_pages_of_hits_follow_each_other_without_repetition(build):
    search = build([f'<{ID}{n}> {LABEL} "corridor {n}"@en' for n in range(50)])
    pages = [names(search, "corridor", limit=20, offset=offset) for offset in (0, 20, 40, 60)]
    assert [len(page) for page in pages] == [20, 20, 10, 0]
    assert len({name for page in pages for name in page}) == 50


def test_too_many_hits_are_cut_and_it_is_said(build):
    search = build([f'<{ID}{n}> {LABEL} "corridor {n}"@en' for n in range(2500)])
    found = search.find("corridor")
    assert (found.total, found.complete) == (2000, False)


def test_suggestions_are_names_in_which_a_word_begins_as_typed(search):
    def suggested(typed: str) -> list[str]:
        return [hit.iri.removeprefix(ID) for hit in search.suggest(typed)]

    assert suggested("j") == ["state/japan"]
    assert suggested("casp") == ["corridor/tcr"]
    assert suggested("回") == ["corridor/tcr"]
    assert suggested("trans-caspian co") == ["corridor/tcr"]
    assert suggested("aspian") == []
    assert suggested(" ") == []
    assert len(search.suggest("t", limit=1)) == 1


def test_things_without_an_iri_and_literals_that_are_no_texts_are_not_found(search):
    assert names(search, "nobody") == []
    assert names(search, "12") == []


HOSTILE = ['"', '" OR "', "* NEAR(a b)", "folded:japan", "japan*", "-japan", "'; DROP TABLE text; --", "\x00", "(" * 99]
HOSTILE += ["%", "_", "\\", "^", "AND", "OR NOT", "\ud800", "\u202ejapan", "a" * 100_000, "日" * 10_000, " " * 10_000]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.text() | st.text(st.sampled_from("\"*'()^-+:{}[]日本ja AND OR NOT NEAR\x00")))
@example("".join(HOSTILE))
def test_whatever_is_typed_is_only_looked_for(search, typed):
    found = search.find(typed)
    assert all(hit.iri.startswith("https://") for hit in found.hits)
    search.suggest(typed)
    assert names(search, "Kazakhstan") == ["state/kazakhstan"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_the_syntax_of_queries_is_text_like_any_other(search, typed):
    words = re.findall(r"[^\W_]+", typed.casefold())
    for hit in search.find(typed).hits:
        assert any(word in (hit.before + hit.match + hit.after).casefold() for word in words)
    for hit in search.suggest(typed):
        assert typed.strip("\u202e").casefold() in (hit.before + hit.match + hit.after).casefold()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(text=st.text(st.sampled_from('Aaéй日本がz0 "*-\u02bb'), min_size=1, max_size=30), data=st.data())
def test_every_piece_of_three_characters_or_more_is_found(stage, tmp_path_factory, text, data):
    folder = tmp_path_factory.mktemp("s")
    escaped = text.replace('"', '\\"')
    staging = stage({"a": [f'<{ID}a> {LABEL} "{escaped}"@en']}, into=folder / "g")
    union = dumps.union(staging, folder, "ckg")
    index.build(union, folder / "search.sqlite", staging, BASE)
    begin = data.draw(st.integers(0, max(0, len(text) - 3)))
    piece = text[begin : begin + data.draw(st.integers(3, 30))]
    words = [word for word in piece.split() if word]
    if any(len(word) >= 3 for word in words):
        with closing(Search(folder / "search.sqlite")) as search:
            assert names(search, piece) == ["a"]


def test_the_same_triples_give_the_same_bytes(stage, tmp_path):
    made = []
    for turn in ("1", "2"):
        (tmp_path / turn).mkdir()
        staging = stage({"a": TRIPLES}, into=tmp_path / f"g{turn}")
        union = dumps.union(staging, tmp_path / turn, "ckg")
        index.build(union, tmp_path / turn / "search.sqlite", staging, BASE)
        made.append((tmp_path / turn / "search.sqlite").read_bytes())
    assert made[0] == made[1]
    assert sorted(p.name for p in (tmp_path / "1").iterdir()) == ["ckg.nt", "search.sqlite"]


def test_several_threads_may_search_at_once(search):
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(names(search, "日本"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [names(search, "日本")] * 8
    assert found[0][0] == "state/japan"


def test_a_missing_index_and_a_folder_that_cannot_be_written_are_named(stage, tmp_path):
    with pytest.raises(ReleaseError, match=r"search\.sqlite is missing"):
        Search(tmp_path / "search.sqlite")
    staging = stage({"a": TRIPLES})
    union = dumps.union(staging, tmp_path, "ckg")
    with pytest.raises(StageFailed, match="nowhere"):
        index.build(union, Path(tmp_path / "nowhere/search.sqlite"), staging, BASE)


@pytest.fixture
def summit(build) -> Search:
    return build(
        [
            f'<{ID}a> {LABEL} "Tokyo promised three trillion yen"@en',
            f'<{ID}b> {LABEL} "Partnerships in artificial intelligence"@en',
            f'<{ID}theme> {LABEL} "artificial intelligence"@en',
            f'<{ID}theme> {ALT} "AI"@en',
            f'<{ID}kz> {LABEL} "Kazakhstan"@en',
            f'<{ID}kz> {LABEL} "Казахстан"@ru',
            f'<{ID}c> {LABEL} "Грант Казахстану"@ru',
            f'<{ID}d> {LABEL} "About 20 billion dollars"@en',
            f'<{ID}e> {LABEL} "A billion, said in 2024"@en',
            f'<{ID}air> {LABEL} "Air Astana"@en',
            f'<{ONT}Theme> {LABEL} "Theme of artificial intelligence"@en',
            f"<{ONT}Theme> {TYPE} <http://www.w3.org/2002/07/owl#Class>",
            f"<{ID}b> {TYPE} <{ONT}Commitment>",
        ]
    )


@pytest.mark.parametrize(
    ("typed", "found", "match"),
    [
        ("promises", ["a"], Match.ALL),
        ("what did Tokyo promise", ["a"], Match.ALL),
        ("kazakstan", ["kz"], Match.NEAR),
        ("Казахустану", ["kz", "c"], Match.NEAR),
        ("Kazakhstan", ["kz", "c"], Match.ALL),
        ("artificial inteligence", ["theme", "b", "Theme"], Match.NEAR),
        ("AI", ["theme", "b", "Theme", "air"], Match.ALL),
        ("20 billion", ["d"], Match.ALL),
        ("who disputes 20 billion", ["d"], Match.SOME),
        ("zzzzzz", [], Match.SOME),
    ],
)
def test_endings_typing_errors_other_names_and_spare_words_do_not_hide_what_is_meant(
    summit: Search, typed: str, found: list[str], match: Match
) -> None:
    page = summit.find(typed)
    assert ([re.split("[/#]", hit.iri)[-1] for hit in page.hits], page.match) == (found, match)


def test_a_hit_by_stem_marks_the_word_of_the_text(summit: Search) -> None:
    (hit,) = summit.find("promises").hits
    assert (hit.before, hit.match) == ("Tokyo ", "promised")
