"""RFC 3986, 2.2 and 6.2.2, RFC 3987, 5.3: an address leads to the thing whose IRI it spells, never to another one."""

import re
from html import unescape

import pytest
from tests.standards.conftest import IRIS

BASE = "http://example.org"
TOPIC = re.compile(rb"<http://xmlns.com/foaf/0.1/primaryTopic> <([^>]*)>")


def topic(server, path):
    """Return what the document at a path is about, redirects of things followed."""
    reply = server.get(path, Accept="application/n-triples")
    if reply.status == 303:
        reply = server.get(reply.headers["location"], Accept="application/n-triples")
    assert reply.status in (200, 404)
    found = TOPIC.search(reply.body)
    return found[1].decode() if found else None


@pytest.mark.parametrize("iri", IRIS)
def test_row_15_a_thing_is_found_at_its_iri_however_that_is_spelled(server, iri):
    path = iri.removeprefix(BASE)
    assert topic(server, path) == iri
    assert topic(server, path.replace("/id/", "/doc/")) == iri
    fixed = server.get(path.replace("/id/", "/doc/") + ".nt")
    assert (fixed.status, TOPIC.search(fixed.body)[1].decode()) == (200, iri)


def test_row_15_everything_is_found_where_the_sitemap_says_it_is(server):
    addresses = re.findall(r"<loc>http://[^/]*(/[^<]*)</loc>", server.get("/sitemap.xml").body.decode())
    ours = [unescape(address) for address in addresses if "/doc/i/" in address]
    found = [topic(server, address.removesuffix(".html") + ".nt") for address in ours]
    assert sorted(found) == sorted(IRIS)
    assert all(server.get(address).status == 200 for address in ours)


def test_row_15_everything_is_found_where_the_search_says_it_is(server):
    for iri, label in IRIS.items():
        page = server.get(f"/search?q={label.replace(' ', '+').replace(',', '')}").body.decode()
        links = [unescape(link) for link in re.findall(r'href="(/doc/i/[^"]*)"', page)]
        assert iri in {topic(server, link) for link in links}, label


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("/doc/i/d-x", "/id/i/d%2Dx"),
        ("/doc/i/d%2dx", "/id/i/d%2Dx"),
        ("/doc/i/%D0%90", "/id/i/%d0%90"),
        ("/doc/i/%d0%91", "/id/i/%D0%91"),
        ("/doc/%69/end", "/id/i/end"),
        ("/doc/i/c%2fd", "/id/i/c%2Fd"),
        ("/doc/i/c/d", "/id/i/c%2Fd"),  # as a proxy may have decoded it
    ],
)
def test_row_15_another_spelling_of_the_same_iri_leads_to_it_too(server, path, about):
    assert topic(server, path) == BASE + about


@pytest.mark.parametrize("path", ["/doc/i/e%2Ff", "/doc/i/e%2ff", "/doc/i%2Fa%2Fb"])
def test_row_15_an_encoded_slash_is_not_taken_for_one_that_tells_things_apart(server, path):
    assert topic(server, path) is None
