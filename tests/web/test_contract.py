"""The first table of the web contract, a row a test."""

from __future__ import annotations

import pytest
import sample

from ckg.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TRIG, TURTLE

RDF_TYPES = (
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
    "application/x-turtle",
)
BROWSERS = {
    "Chrome": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7",
    "Firefox": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Safari": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
}


def media_type(answer) -> str:
    return answer.headers["Content-Type"].partition(";")[0]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "text/turtle", "image/png"])
def test_row_1_a_thing_is_answered_with_see_other_to_its_document(client, method, accept):
    headers = {"Accept": accept} if accept else {}
    answer = client.open("/id/state/japan", method=method, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doc/state/japan")


def test_row_1_the_redirect_varies_by_accept_only_where_its_target_does(client):
    assert "Vary" not in client.get("/id/state/japan").headers
    answer = client.get("/id/odd/notes.ttl", headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/doc/odd/notes.ttl.html"
    assert "Accept" in answer.headers["Vary"]


def test_row_2_a_document_in_turtle_carries_the_headers_of_the_contract(client):
    answer = client.get("/doc/state/japan", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert answer.headers["Content-Location"] == "/doc/state/japan.ttl"
    assert answer.headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_row_3_every_format_of_a_document_has_an_etag_of_its_own(client):
    formats = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG)
    tags = {client.get("/doc/state/japan", headers={"Accept": f.media_type}).headers["ETag"] for f in formats}
    assert len(tags) == len(formats)


def test_row_4_the_etag_of_the_page_does_not_stand_for_the_turtle(client):
    page = client.get("/doc/state/japan", headers={"Accept": "text/html"})
    again = {"If-None-Match": page.headers["ETag"]}
    assert client.get("/doc/state/japan", headers={"Accept": "text/html", **again}).status_code == 304
    turtle = client.get("/doc/state/japan", headers={"Accept": "text/turtle", **again})
    assert (turtle.status_code, media_type(turtle)) == (200, "text/turtle")


@pytest.mark.parametrize("accept", BROWSERS.values(), ids=BROWSERS)
def test_row_5_browsers_get_html(client, accept):
    assert media_type(client.get("/doc/state/japan", headers={"Accept": accept})) == "text/html"


@pytest.mark.parametrize(
    "accept", [", ".join(RDF_TYPES), ", ".join(f"{t};q=0.{9 - n}" for n, t in enumerate(RDF_TYPES))]
)
def test_row_6_a_list_of_rdf_types_gets_one_of_them(client, accept):
    assert media_type(client.get("/doc/state/japan", headers={"Accept": accept})) in RDF_TYPES


def test_row_7_html_at_low_quality_loses_to_turtle(client):
    answer = client.get("/doc/state/japan", headers={"Accept": "text/html;q=0.1, text/turtle"})
    assert media_type(answer) == "text/turtle"


def test_row_8_quality_zero_excludes_a_format(client):
    answer = client.get("/doc/state/japan", headers={"Accept": "text/turtle;q=0, */*;q=0.1"})
    assert answer.status_code == 200
    assert media_type(answer) != "text/turtle"
    assert client.get("/doc/state/japan", headers={"Accept": "text/turtle;q=0"}).status_code == 406


def test_row_8_an_image_is_not_acceptable_and_the_answer_lists_what_there_is(client):
    answer = client.get("/doc/state/japan", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    listed = {row["href"] for row in answer.get_json()["available"]}
    assert {"/doc/state/japan.ttl", "/doc/state/japan.html", "/doc/state/japan.jsonld"} <= listed
    for href in listed:
        assert client.get(href).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}, {"Accept": ""}])
def test_row_9_who_asks_for_nothing_in_particular_gets_turtle(client, headers):
    assert media_type(client.get("/doc/state/japan", headers=headers)) == "text/turtle"


def test_row_10_a_suffix_wins_over_accept(client):
    answer = client.get("/doc/state/japan.ttl", headers={"Accept": "text/html"})
    assert media_type(answer) == "text/turtle"
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle;charset=utf-8", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
    ],
)
def test_row_11_parameters_of_a_media_type_do_not_stand_in_the_way(client, accept, expected):
    answer = client.get("/doc/state/japan", headers={"Accept": accept})
    assert (answer.status_code, media_type(answer)) == (200, expected)


@pytest.mark.parametrize(
    "path",
    ["/doc/state/japan", "/doc/state/japan.html", "/id/state/japan", "/ontology", "/dump/small.nt", "/", "/nope"],
)
def test_row_12_head_has_the_headers_of_get_and_no_body(client, path):
    get, head = client.get(path, buffered=True), client.head(path)
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers) | ({"Date": head.headers["Date"]} if "Date" in get.headers else {})


def test_row_13_links_lead_to_formats_shape_licence_citation_and_collection(client):
    answer = client.get("/doc/state/japan.ttl")
    links = answer.headers["Link"]
    for suffix, kind in (("html", "text/html"), ("jsonld", "application/ld+json"), ("rdf", "application/rdf+xml")):
        assert f'</doc/state/japan.{suffix}>; rel="alternate"; type="{kind}"' in links
    assert '</shapes#State>; rel="describedby"' in links
    assert '</void>; rel="describedby"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
    assert f'<{sample.BASE}id/state/japan>; rel="cite-as"' in links
    assert '</catalog>; rel="collection"' in links


@pytest.mark.parametrize("path", ["/ontology", "/ontology/1.0", "/ontology/place", "/ontology/place/1.0"])
def test_row_14_the_ontology_and_its_modules_define_their_terms_also_by_version(client, graph_of, path):
    graph = graph_of(client.get(path, headers={"Accept": "text/turtle"}))
    term = sample.BASE + "ontology#State"
    assert (term, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2002/07/owl#Class") in graph


def test_row_14_the_ontology_is_a_page_for_browsers(client):
    assert media_type(client.get("/ontology", headers={"Accept": BROWSERS["Chrome"]})) == "text/html"


@pytest.mark.parametrize(
    ("spelled", "label"),
    [
        ("/doc/city/Актау", "Aktau"),
        ("/doc/city/%D0%90%D0%BA%D1%82%D0%B0%D1%83", "Aktau"),
        ("/doc/city/%d0%90%d0%ba%d1%82%d0%b0%d1%83", "Aktau"),
        ("/doc/city/Kurdasé", "Written percent-encoded"),
        ("/doc/city/Kurdas%C3%A9", "Written percent-encoded"),
        ("/doc/odd/(x)", "Parentheses"),
        ("/doc/odd/%28x%29", "Parentheses"),
        ("/doc/state/%6Aapan", "Japan"),
        ("/doc/odd/q?y=1", "A query in its IRI"),
        ("/doc/odd/q", "No query in its IRI"),
    ],
)
def test_row_15_an_iri_is_one_thing_whichever_way_it_is_written(client, graph_of, spelled, label):
    answer = client.get(spelled, headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    about = {o for s, p, o in graph_of(answer) if p == "http://xmlns.com/foaf/0.1/primaryTopic"}
    names = {o for s, p, o in graph_of(answer) if p.endswith("rdf-schema#label") and s in about}
    assert any(name.startswith(f'"{label}"') for name in names)


def test_row_15_the_redirect_is_ascii_and_leads_to_the_document(client):
    answer = client.get("/id/city/Актау")
    assert answer.headers["Location"] == "/doc/city/%D0%90%D0%BA%D1%82%D0%B0%D1%83"
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/problem+json", "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("image/png", "application/problem+json"),
    ],
)
def test_row_17_unknown_and_withdrawn_are_negotiated_like_any_other(client, status, accept, expected):
    path = "/doc/no/such" if status == 404 else "/doc/old/plain"
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, media_type(answer)) == (status, expected)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/id/old/replaced", "/doc/old/replaced", "/doc/old/replaced.ttl"])
def test_row_17_what_was_withdrawn_names_its_reason_and_its_successor(client, path):
    answer = client.get(path, headers={"Accept": "application/json"} if not path.endswith("ttl") else {})
    assert answer.status_code == 410
    assert "It was a duplicate." in answer.text
    assert sample.BASE + "id/state/japan" in answer.text


@pytest.mark.parametrize("form", ["ttl", "turtle", "text/turtle", "TTL"])
def test_row_18_a_format_can_be_named_in_the_address(client, form):
    answer = client.get("/doc/state/japan", query_string={"format": form}, headers={"Accept": "text/html"})
    assert media_type(answer) == "text/turtle"


def test_row_18_a_format_that_does_not_exist_is_not_acceptable(client):
    answer = client.get("/doc/state/japan?format=docx")
    assert answer.status_code == 406
    assert "jsonld" in answer.get_json()["detail"]


@pytest.mark.parametrize("path", ["/doc/state/japan.ttl", "/sparql?query=ASK%7B%7D", "/", "/nothing/here"])
def test_every_answer_names_the_release_it_was_made_from(client, app, path):
    served = app.extensions["ckg"].named
    assert client.get(path).headers["Ckg-Release"] == served
