"""What pages show of anybody's data: names, pictures, places, days, the terms of an ontology, a thesaurus."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import anybody
import pytest
from flask.testing import FlaskClient

from ckg.pages import maps

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def page(anybodys: FlaskClient) -> Callable[[str], str]:
    def get(address: str) -> str:
        answer = anybodys.get(address, headers=BROWSER, follow_redirects=True)
        assert answer.status_code == 200, address
        return answer.text

    return get


def about(iri: str) -> str:
    return f"/about?iri={quote(iri, safe='')}"


def words(text: str) -> str:
    """Return the text of markup, on one line."""
    return " ".join(re.sub(r"<[^>]*>", "", text).replace(" ↗", "").split())


def test_a_label_of_skos_xl_is_a_name_and_found(page):
    assert "<h1>Tower of cards</h1>" in page("/id/tower")
    assert "Tower of cards" in page("/-/search?q=tower+of")


def test_pictures_are_shown_from_allowed_hosts_over_https_and_from_no_other(page, anybodys):
    text = page("/id/tower")
    assert re.findall('<img src="([^"]*)"', text) == ["https://pictures.example/tower.jpg"]
    policy = anybodys.get("/doc/tower.html").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://pictures.example;" in policy


@pytest.mark.skipif(not maps.AVAILABLE, reason="maps are an extra")
def test_a_position_is_on_a_map_and_two_days_are_on_a_line(page):
    text = page("/id/tower")
    assert "Location" in text
    assert "Dates" in text
    assert "Location" not in page("/id/gauge")


def test_a_wall_of_names_is_folded_and_languages_are_called_by_their_names(page):
    text = page("/id/many")
    assert f"In {len(anybody.LANGUAGES) - 1} other languages" in text
    assert "Portuguese (Brazil)" in text


def test_an_ontology_is_documentation_with_contents_metadata_and_terms(page):
    text = words(page(about("http://tender.example/def")))
    for said in ("Version 2.1.", "Imports", "Contents", "Classes 4", "Object properties 1", "Data properties 1"):
        assert said in text, said
    for said in (
        "Is a kind of has lot min 1 lot",
        "value only integer[&gt;= 1, &lt;= 9]",
        "Disjoint with lot",
        "deprecated Use part",
        "Of tender",
        "Value, as it is used integer",
        "1 in the graph, such as A bridge",
    ):
        assert said in text, said


def test_a_term_has_a_page_with_its_axioms(page):
    text = words(page(about("http://tender.example/def#Lot")))
    assert "deprecated Use part" in text
    assert "Disjoint with tender" in text


def test_a_large_ontology_is_an_index_page_by_page_and_a_tree_from_the_top(page):
    address = about("http://large.example/o/")
    first = page(address)
    assert len(first) < 200_000
    assert "page 1 of 3" in first
    listed = [name for n in (1, 2, 3) for name in re.findall(r'<div id="(C\d+)"', page(f"{address}&terms={n}"))]
    assert sorted(listed) == sorted(f"C{n}" for n in range(anybody.TERMS))
    tree = first[first.index("from wide to narrow") :]
    assert tree.index(">class 000<") < tree.index(">class 001<")


def test_a_thesaurus_has_a_tree_from_its_top_an_index_and_mappings_by_their_names(page):
    scheme = page("/spatial")
    assert "900 concepts" in scheme
    assert scheme.index(">place 0<") < scheme.index(">place 1<")
    assert 'href="?terms=2"' in scheme
    concept = words(page(about(f"{anybody.BASE}spatial#c5")))
    assert "Similar concept elsewhere" in concept
    assert "Same concept elsewhere" not in concept
    deep = page(about(f"{anybody.BASE}spatial#c555"))
    way = deep[deep.index('aria-label="From the top"') :]
    assert way.index(">place 0<") < way.index(">place 5<") < way.index(">place 55<")
