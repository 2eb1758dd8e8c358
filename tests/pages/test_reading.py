"""What a reader finds on the pages of the shipped data set."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from html import unescape

import pytest

Page = Callable[..., str]

KINDS = {
    "/": "The promise that is disputed most",
    "/doc/declaration/tokyo-2025": "Its clauses, in the order of the source",
    "/doc/clause/tokyo-2025-business-target": "Commitments and principles in this clause",
    "/doc/commitment/tokyo-2025-business-target": "Interpretations by others",
    "/doc/principle/tokyo-2025-international-order": "In the clause",
    "/doc/claim/huanqiu-balance-russia": "Other claims by the same author",
    "/doc/conflict/tokyo-2025-target-in-dollars": "The sides compared",
    "/doc/summit/tokyo-2025": "Who took part",
    "/doc/state/kazakhstan": "What is said of it, and by whom",
    "/doc/person/takaichi-sanae": "Meetings",
    "/doc/organisation/huanqiu-times": "What it says",
    "/doc/resource/uranium": "Who holds or produces it, and who says so",
    "/doc/corridor/trans-caspian": "Leg by leg",
    "/doc/source/founding-digest": "Statements based on this source",
    "/doc/quotation/adoption": "Statements based on these words",
    "/doc/scheme/theme": "Its concepts",
    "/doc/theme/economy": "In the vocabulary",
    "/doc/dialogue/ca-jad": "Every statement about it",
    "/ontology": "Classes, from wide to narrow",
    "/ontology/claim": "Is a kind of",
    "/shapes": "What this document describes",
    "/timeline": "To scale",
    "/conflicts": "The point",
    "/sources": "Records stated",
    "/coverage": "is quoted, and where",
    "/browse": "Everything, by kind",
    "/catalog": "How to cite it",
    "/report": "conform",
    "/dump/": "SHA-256",
    "/sparql": "Example queries",
    "/search?q=uranium": "results",
}


def text_of(html: str) -> str:
    """Return what a page says, without markup and without scripts."""
    html = re.sub(r"<(script|style|svg).*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


@pytest.mark.parametrize(("path", "words"), KINDS.items())
def test_every_kind_of_page_says_what_it_is_for(page: Page, path: str, words: str) -> None:
    html = page(path)
    assert words in text_of(html)
    assert html.count("<h1") == 1


@pytest.mark.parametrize("path", KINDS)
def test_a_page_with_its_style_and_script_is_light_when_compressed(page: Page, client, path: str) -> None:
    html = page(path)
    parts = re.findall(r'(?:href|src)="(/static/(?!editor/)[^"]+\.(?:css|js)[^"]*)"', html)
    weight = len(zlib.compress(html.encode()))
    for part in parts:
        with client.get(part) as answer:
            weight += len(zlib.compress(answer.data))
    most = 60_000 if path == "/shapes" else 40_000  # the page of the shapes is as long as the shapes are
    assert weight < most, f"{weight} bytes, compressed"


@pytest.mark.parametrize("path", KINDS)
def test_no_iri_of_ours_stands_where_a_name_could(page: Page, path: str) -> None:
    html = re.sub(r'<(?:p|span|td) class="iri".*?</(?:p|span|td)>', "", page(path), flags=re.S)
    html = re.sub(r"<(textarea|code).*?</\1>", "", html, flags=re.S)
    shown = [found for found in re.findall(r">([^<>]*w3id\.org/ckg/id/[^<>]*)<", html) if '"@id"' not in found]
    assert not shown


def test_the_declaration_gives_its_clauses_in_the_order_of_the_source(page: Page) -> None:
    html = page("/doc/declaration/tokyo-2025")
    clauses = html[html.index('class="clauses"') : html.index("Side by side, by theme")]
    places = [int(start) for start in re.findall(r"characters (\d+)–\d+", clauses)]
    firsts = [places[0], *(place for place in places if place)]
    assert len(re.findall(r'id="clause-\d+"', clauses)) >= 6
    assert firsts[0] < max(places)
    order = [clauses.index(words) for words in ("economic ties", "¥3 trillion", "critical minerals", "rule of law")]
    assert order == sorted(order)


def test_a_clause_shows_its_words_where_they_stand_and_who_is_bound(page: Page) -> None:
    said = text_of(page("/doc/clause/tokyo-2025-critical-minerals"))
    assert "critical minerals supply chains" in said
    assert re.search(r"characters \d+–\d+ of the source text", said)
    assert "Who is bound:" in said
    assert "Turkmenistan" in said


def test_a_commitment_draws_its_period_to_the_deadline(page: Page) -> None:
    html = page("/doc/commitment/tokyo-2025-business-target")
    drawing = html[html.index('<svg viewBox="0 0 760 170"') :]
    drawing = drawing[: drawing.index("</svg>")]
    assert "¥3 trillion in 5 years" in drawing
    assert "20 December 2030" in drawing


def test_a_conflict_shows_every_side_with_its_words_and_source(page: Page) -> None:
    said = text_of(page("/doc/conflict/tokyo-2025-target-in-dollars"))
    for side in ("US$20 billion", "US$19 billion", "US$190 billion"):
        assert side in said
    assert "none is chosen" in said
    assert "weak" in said


def test_commentary_says_that_it_came_before_the_adoption(page: Page) -> None:
    assert "Published before Tokyo Declaration was adopted" in text_of(page("/doc/claim/huanqiu-balance-russia"))


def test_a_claim_is_told_apart_without_colour(page: Page, client) -> None:
    assert '<span class="badge attributed">attributed claim</span>' in page("/doc/claim/huanqiu-balance-russia")
    with client.get("/static/parts.css") as style:
        signs = re.findall(r"\.badge\.(\w+)::before \{ content: \"(.)\"", style.text)
    assert len(signs) == len({sign for _, sign in signs}) == 8


def test_inferred_statements_stand_apart_and_are_marked(page: Page) -> None:
    html = page("/doc/state/japan")
    assert "Inferred statements" in html
    apart = html[html.index("Inferred statements") :]
    assert "party to" in apart[: apart.index("</details>")]


def test_things_that_are_the_same_elsewhere_are_not_listed_twice(page: Page) -> None:
    listed = page("/browse?class=https://w3id.org/ckg/ontology%23State")
    assert listed.count(">Japan<") == 1
    assert "wikidata" not in listed


def test_the_ontology_explains_a_term_with_axioms_and_examples(page: Page) -> None:
    html = page("/ontology/document")
    term = html[html.index('id="partyTo"') :]
    said = text_of(term[: term.index("</section>")])
    assert "participated in then adopted" in said
    assert "Inverse of has party" in said
    assert "such as" in said


def test_a_hash_iri_has_its_anchor(page: Page) -> None:
    assert 'id="Claim"' in page("/ontology")


def test_the_source_says_how_much_would_fall_with_it(page: Page) -> None:
    said = text_of(page("/doc/source/founding-digest"))
    assert re.search(r"\d+ coded records are based on this source", said)
    assert re.search(r"\d+% of the \d+ coded records", said)


def test_the_map_of_the_corridor_names_states_and_stops(page: Page) -> None:
    html = page("/doc/corridor/trans-caspian")
    drawing = html[html.index('class="map"') : html.index("Leg by leg")]
    for name in ("Georgia", "Azerbaijan", "Kazakhstan", "Port of Aktau", "Tbilisi"):
        assert f">{name}</text>" in drawing
    assert "by sea" in drawing


def test_structured_data_is_json_ld_of_schema_org(page: Page) -> None:
    html = page("/doc/state/japan")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert block is not None
    value = json.loads(block[1])
    assert (value["@context"], value["@type"], value["name"]) == ("https://schema.org/", "Country", "Japan")
    assert "http://www.wikidata.org/entity/Q17" in value["sameAs"]


def test_names_come_in_the_language_asked_for_and_others_are_marked(page: Page) -> None:
    html = page("/doc/claim/huanqiu-balance-russia?lang=ja")
    assert '<bdi lang="ja">日本</bdi>' in html
    assert re.search(r'Huanqiu Times</bdi></a><span class="label-tag"><span class="sr">言語： </span>英語</span>', html)  # noqa: RUF001


@pytest.mark.parametrize(
    ("language", "theme", "standing"),
    [
        ("ja", "重要鉱物", "当事者の言明"),
        ("ky", "өтө маанилүү минералдар", "тараптар билдирген"),
        ("tk", "örän möhüm minerallar", "taraplar beýan etdi"),
    ],
)
def test_a_commitment_its_theme_and_the_vocabularies_are_named_in_the_language_asked_for(
    page: Page, language: str, theme: str, standing: str
) -> None:
    commitment = page(f"/doc/commitment/tokyo-2025-critical-minerals?lang={language}")
    assert f'<bdi lang="{language}">{theme}</bdi>' in commitment
    assert re.search(rf'<h1[^>]*><bdi lang="{language}">', commitment)
    assert f'<bdi lang="{language}">{standing}</bdi>' in page(f"/doc/scheme/standing?lang={language}")


def test_the_choice_of_a_language_stays(client, page: Page) -> None:
    answer = client.post("/language", data={"lang": "ru", "return": "/doc/state/japan"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doc/state/japan")
    assert '<bdi lang="ru">Япония</bdi></h1>' in page("/doc/state/japan")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Казахстан", "state/kazakhstan"),
        ("東京", "city/tokyo"),
        ("重要鉱物の", "commitment/tokyo-2025-critical-minerals"),
        ("承诺", "commitment/eu-2024-corridor"),
        ("қайшылық", "conflict/ca-jad-name"),
        ("ziddiyat", "conflict/ca-jad-name"),
        ("Кыргызстандын Президенти", "post/president-of-kyrgyzstan"),
        ("Эъломияи Токио", "declaration/tokyo-2025"),
        ("Jarnamasy", "declaration/tokyo-2025"),
    ],
)
def test_search_finds_names_in_any_script(page: Page, typed: str, found: str) -> None:
    assert f"/doc/{found}" in page(f"/search?q={typed}")


def test_suggestions_are_a_list_of_names_with_addresses(client) -> None:
    rows = client.get("/suggest?q=Trans").get_json()
    assert any(row["href"] == "/doc/corridor/trans-caspian" for row in rows)


@pytest.mark.parametrize(
    "path", ["/neighbourhood?of=https://other.example/x", "/browse?class=javascript:x", "/browse?class=x"]
)
def test_what_is_not_known_is_404(client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "1" * 9, "\u0661"])
def test_a_page_number_that_is_none_is_refused(client, number: str) -> None:
    assert client.get("/search", query_string={"q": "a", "page": number}).status_code == 400


@pytest.mark.parametrize("path", ["/search?q=a&page=100000", "/browse?page=100000"])
def test_a_page_behind_the_last_one_is_404(client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_same_page_is_the_same_bytes_each_time(shipped_each_way, page: Page) -> None:
    from ckg.web.app import create_app

    app = create_app(shipped_each_way, {"limits.workers": 1, "limits.spares": 0})
    try:
        fresh = app.test_client().get("/doc/summit/tokyo-2025", headers={"Accept": "text/html"}).text
    finally:
        app.close()
    assert fresh == page("/doc/summit/tokyo-2025")


def test_the_first_page_gives_the_promise_in_its_words_and_who_says_how_many_dollars(page: Page) -> None:
    text = text_of(page("/"))
    assert re.search(r"\d+ summits \d+ promises \d+ sources \d+ quotations \d+ disputes", text)
    assert "set a new target of business projects at a total amount of 3 trillion yen" in text
    places = [text.index(words) for words in ("US$19 billion AFP", "approximately US$20 billion", "US$190 billion")]
    assert places == sorted(places), "the weak source stands last"
    assert "more than US$19 billion Fergana" in text
    for word in ("coded record", "participation 2", "named graph"):
        assert word not in text, "the builder's classes"


def test_a_card_shows_all_words_of_its_statement(page: Page) -> None:
    card = page("/doc/summit/tokyo-2025").partition(">Advance practical cooperation</a>")[2].partition("</li>")[0]
    assert re.findall(r"<q[^>]*>([^<]+)</q>", card) == ["commits Japan and the five", "practical cooperation"]


def test_one_line_says_for_the_page_that_no_source_text_was_there(page: Page) -> None:
    text = page("/doc/commitment/tokyo-2025-business-target")
    assert text.count("source text was available") == 1
    assert "not at hand" not in text.partition("<footer")[0]


def test_units_of_several_are_plural_and_a_figure_keeps_what_qualifies_it(page: Page) -> None:
    assert "21,800 tonnes" in page("/doc/resource/uranium")
    assert 'class="qualifier">more than</span> US$19 billion' in page("/doc/conflict/tokyo-2025-target-in-dollars")
