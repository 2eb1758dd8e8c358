"""Data in the style of other people: every IRI has a page, no shape of data makes a page large or slow."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator

import anybody
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from ckg.formats import DOCUMENT_FORMATS, HTML

BROWSER = {"Accept": "text/html"}
AS_TURTLE = {"Accept": "text/turtle"}
MOST_BYTES = 1_000_000


@pytest.fixture
def client(anybodys: FlaskClient) -> FlaskClient:
    return anybodys


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=BROWSER, follow_redirects=True)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.text


def followed(client: FlaskClient, address: str) -> Iterator[tuple[str, set]]:
    """Yield each page of a document in Turtle, with its address and its statements."""
    while address:
        answer = client.get(address, headers=AS_TURTLE)
        assert answer.status_code == 200, address
        quads = ox.parse(answer.data, format=ox.RdfFormat.TURTLE)
        yield address, {(str(q.subject), q.predicate.value, str(q.object)) for q in quads}
        found = re.search(r'<([^>]*)>; rel="next"', answer.headers["Link"])
        address = found[1] if found else ""


def test_row_20_every_statement_about_every_fragment_is_in_the_document_page_by_page(client):
    pages = list(followed(client, "/spatial"))
    assert len(pages) > 1
    labels = {s for _, rows in pages for s, p, _ in rows if p.endswith("prefLabel")}
    assert labels >= {f"<{anybody.BASE}spatial#c{n}>" for n in range(anybody.FRAGMENTS)}


def test_row_20_the_page_has_an_anchor_for_each_fragment_that_it_describes(client):
    anchors: list[str] = []
    for address, rows in followed(client, "/spatial"):
        text = page(client, address)
        assert len(text) < MOST_BYTES
        here = re.findall(r'<section class="part" id="(c\d+)"', text)
        assert {f"<{anybody.BASE}spatial#{name}>" for name in here} <= {s for s, _, _ in rows}
        anchors += here
    assert sorted(anchors) == sorted(f"c{n}" for n in range(anybody.FRAGMENTS))


def test_row_20_a_document_that_is_there_only_for_its_fragments_is_found(client):
    assert 'id="two"' in page(client, "/small")
    assert client.get("/nothing").status_code == 404


def test_a_fragment_has_a_page_of_its_own_and_links_lead_to_where_it_is_shown(client):
    concept = page(client, f"/about?iri={anybody.BASE}spatial%23c899")
    assert "place 899" in concept
    assert f'href="/about?iri={anybody.BASE}spatial%23c89"' in concept, "a document of many pages"
    assert 'href="/small#two"' in page(client, "/small"), "a document of one page"


@pytest.mark.parametrize("wanted", [f for f in DOCUMENT_FORMATS if f != HTML], ids=lambda f: f.key)
def test_row_21_an_iri_outside_the_base_is_described_in_every_format(client, wanted):
    answer = client.get(f"/about?iri={anybody.THEIRS}Danube&format={wanted.key}")
    if wanted.key not in client.get(f"/about?iri={anybody.THEIRS}Danube", headers=AS_TURTLE).headers["Link"]:
        pytest.skip("this format cannot hold the document, and is offered nowhere")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == wanted.content_type
    assert b"Donau" in answer.data


def test_row_21_the_page_names_the_iri_itself_as_canonical(client):
    answer = client.get(f"/about?iri={anybody.THEIRS}Danube", headers=BROWSER)
    assert f'<link rel="canonical" href="{anybody.THEIRS}Danube">' in answer.text
    assert f'<{anybody.THEIRS}Danube>; rel="canonical"' in answer.headers["Link"]


def test_row_21_search_and_links_lead_to_what_the_data_describe_and_others_to_themselves(client):
    about = f'href="/about?iri={anybody.THEIRS}Danube"'
    assert about in page(client, "/id/gauge")
    assert about in page(client, "/-/search?q=danube")
    river = page(client, f"/about?iri={anybody.THEIRS}river")
    assert 'href="https://elsewhere.example/unknown"' in river
    assert "Danube" in river


def test_row_21_http_and_https_of_one_host_are_two_things(client):
    assert "without TLS" in page(client, "/about?iri=http://data.example/kg/plain")
    assert client.get("/plain").status_code == 404


def test_row_21_an_iri_of_ours_is_answered_with_its_own_address_and_what_is_not_there_with_404(client):
    answer = client.get(f"/about?iri={anybody.BASE}id/gauge&format=ttl")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doc/gauge.ttl")
    for name in ("", "http://vocab.example/terms/None", "no iri", "_:none", "<>"):
        assert client.get("/about", query_string={"iri": name}).status_code == 404, name


def test_row_21_an_iri_that_is_no_web_address_has_a_page_and_is_no_link_elsewhere(client):
    text = page(client, "/about?iri=urn:isbn:1")
    assert "A book" in text
    assert 'href="urn:' not in text


@pytest.mark.parametrize("path", ["catalog", "search", "doc/manual"])
def test_row_22_the_data_win_over_a_page_of_the_site(client, path, graph_of):
    answer = client.get(f"/{path}", headers=AS_TURTLE)
    assert any(s == anybody.BASE + path for s, _, _ in graph_of(answer))
    assert client.get(f"/{path}", headers=BROWSER).status_code == 200


def test_row_22_a_document_of_fragments_wins_too_and_its_suffixes_are_the_datas(client):
    assert "A part of the void" in client.get("/void.ttl").text
    assert "A part of the void" not in client.get("/-/void.ttl").text
    assert "void:triples" in client.get("/-/void.ttl").text


def test_row_22_the_sites_own_pages_are_below_the_reserved_prefix_and_every_link_leads_there(client):
    assert "<strong>1</strong> result" in client.get("/-/search?q=gauge").text
    assert "How to cite" in client.get("/-/catalog", headers=BROWSER).text
    text = page(client, "/id/gauge")
    assert 'action="/-/search"' in text
    assert 'href="/-/catalog"' in text
    assert 'href="/browse"' in text, "the short path is free"


def test_row_22_a_short_path_that_is_free_is_as_good_as_the_long_one(client):
    assert client.get("/-/browse").status_code == client.get("/browse").status_code == 200
    assert client.get("/-/sparql?query=ASK{}").status_code == 200


def test_row_23_what_is_said_of_the_document_is_not_said_of_the_thing(client, graph_of):
    rows = graph_of(client.get("/set", headers=AS_TURTLE))
    thing = {(p, o) for s, p, o in rows if s == anybody.BASE + "set"}
    assert {o for p, o in thing if p.endswith("license")} == {"https://creativecommons.org/publicdomain/zero/1.0/"}
    assert {o for p, o in thing if p.endswith("version")} == {'"7.3"'}
    document = f"{anybody.BASE}about?iri={anybody.BASE}set"
    said = {(p, o) for s, p, o in rows if s == document}
    assert ("http://xmlns.com/foaf/0.1/primaryTopic", anybody.BASE + "set") in said
    assert any(p.endswith("license") for p, _ in said)


@pytest.mark.parametrize("form", ["nt", "jsonld", "trig", "rdf"])
def test_row_23_in_every_format(client, form):
    text = client.get(f"/set.{form}").text
    assert "7.3" in text
    assert text.count("1.0.0") == 0
    assert "about?iri=" in text


def test_linked_blank_nodes_are_unfolded_once_a_page(client):
    began = time.perf_counter()
    text = page(client, "/id/hub")
    assert time.perf_counter() - began < 5
    assert len(text) < 100_000
    anchors = re.findall(r'id="(node-\d+)"', text)
    assert len(anchors) == len(set(anchors)) == 12
    assert set(re.findall(r'href="#(node-\d+)"', text)) <= set(anchors)


def test_what_a_page_cannot_unfold_is_on_a_page_of_its_own(client):
    text = page(client, "/id/crowd")
    assert len(text) < MOST_BYTES
    address = html.unescape(re.search(r'href="(/about\?iri=_:[^"]*)"', text)[1])
    own = page(client, address)
    assert len(own) < MOST_BYTES
    assert "unnamed node" in own


def test_every_statement_about_thousands_of_nodes_is_in_some_document_that_is_linked(client):
    waiting, seen, numbers = ["/id/crowd"], set(), set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        for _, rows in followed(client, client.get(address).headers.get("Location", address)):
            numbers |= {o for _, p, o in rows if p == "http://e.example/n"}
            rests = {o for _, p, o in rows if p.endswith("seeAlso") and "about?iri=_:" in o}
            waiting += [f"/about?{rest[1:-1].partition('?')[2]}" for rest in rests]
    assert len(numbers) == 5_000


def test_the_sitemap_has_every_thing_that_is_described_whatever_its_iri(client):
    parts = re.findall(r"<sitemap><loc>http://localhost(.*?)</loc>", client.get("/sitemap.xml").text)
    listed = "".join(client.get(part).text for part in parts)
    for address in (f"about?iri={anybody.THEIRS}Danube", "doc/gauge.html", "spatial.html", "about?iri=urn:isbn:1"):
        assert f"http://localhost/{address}" in html.unescape(listed), address
    assert listed.count("spatial.html<") == 1, "once for all its fragments"


def test_browsing_begins_with_the_classes_that_are_used_declared_or_not(client):
    classes = page(client, "/browse")
    assert "?class=http%3A//e.example/Expedition" in classes
    members = page(client, f"/browse?class={anybody.THEIRS}river")
    assert members.index(">Danube<") < members.index(">Rhine<")


def test_members_of_a_class_come_by_their_names_on_every_page(client):
    rows = [
        row["label"]
        for number in range(1, 10)
        for row in client.get(
            f"/browse?class=http://www.w3.org/2004/02/skos/core%23Concept&page={number}&format=json"
        ).json["rows"]
    ]
    assert len(rows) == anybody.FRAGMENTS
    assert rows == sorted(rows)


def test_the_first_page_says_what_there_is_and_gives_examples(client):
    text = page(client, "/")
    assert "statements" in text
    assert ">Places<" in text, "the concept scheme"
    assert ">place 0<" in text, "its top concept"
    assert ">A set<" in text, "the data set"
    assert ">Danube<" in text, "an example"


def test_what_has_no_name_is_called_by_its_iri_in_words_and_found_by_it(client):
    assert "see also" in page(client, f"/about?iri={anybody.THEIRS}river")
    assert "/about?iri=http://e.example/with" in page(client, "/-/search?q=with")


@pytest.mark.parametrize("path", ["/-/search?q=danube", "/browse", f"/browse?class={anybody.THEIRS}river"])
def test_row_29_search_and_listings_are_rows_in_json_and_csv(client, path):
    data = client.get(path, headers={"Accept": "application/json"})
    table = client.get(path, headers={"Accept": "text/csv"})
    assert data.content_type == "application/json"
    assert table.content_type.startswith("text/csv")
    assert "Accept" in data.headers["Vary"]
    lines = table.text.splitlines()
    assert lines[0].split(",") == list(data.json["rows"][0])
    assert len(lines) - 1 == len(data.json["rows"])
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406
    assert "<html" in client.get(path, headers=BROWSER).text


def test_row_29_suggestions_are_an_array_in_json_and_rows_in_csv(client):
    assert client.get("/suggest?q=danu").json[0]["iri"] == f"{anybody.THEIRS}Danube"
    assert client.get("/suggest?q=danu", headers={"Accept": "text/csv"}).text.startswith("iri,label,language,kind")
