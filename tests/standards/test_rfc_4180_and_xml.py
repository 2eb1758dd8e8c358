"""RFC 4180 (CSV) and XML 1.0, 2.2 and 2.11: what a format has no form for is written in the next acceptable one."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from tests.sparql import live

from ckg.build.pipeline import Build
from ckg.model.config import read
from ckg.web import create_app

ID = "http://example.org/id/"
SELECT = "SELECT ?o {{ <http://example.org/id/{}> <http://example.org/value> ?o }} ORDER BY ?o"


def test_a_csv_field_is_quoted_whether_it_is_an_iri_or_a_literal(server):
    body = server.query(SELECT.format("comma"), "text/csv").body.decode()
    assert list(csv.reader(io.StringIO(body, newline=""))) == [["o"], [ID + "a,b"], ['x,"y"\r\nz']]
    assert f'"{ID}a,b"' in body


def test_a_carriage_return_survives_xml(server):
    body = server.query(SELECT.format("return"), "application/sparql-results+xml").body
    assert b"\r" not in body
    assert [e.text for e in ElementTree.fromstring(body).iter() if e.text and e.tag.endswith("literal")] == ["a\rb\t c"]
    body = server.get("/doc/return.rdf").body
    assert b"a&#13;b\t c" in body


@pytest.mark.parametrize("accept", ["application/sparql-results+xml", "application/sparql-results+xml, image/png"])
def test_what_xml_forbids_is_406_where_nothing_else_is_acceptable(server, accept):
    reply = server.query(SELECT.format("control"), accept)
    told = json.loads(reply.body)
    assert (reply.status, "U+0001" in told["detail"]) == (406, True)
    assert "application/sparql-results+xml" not in {row["type"] for row in told["available"]}


def test_an_answer_falls_back_to_the_next_acceptable_format(server):
    reply = server.query(SELECT.format("control"), "application/sparql-results+xml, text/csv;q=0.5")
    assert (reply.status, reply.type, reply.body) == (200, "text/csv", b"o\r\na\x01b\r\n")
    query = "CONSTRUCT WHERE { <http://example.org/id/noname> ?p ?o }"
    reply = server.query(query, "application/rdf+xml, application/n-triples;q=0.5")
    assert (reply.status, reply.type) == (200, "application/n-triples")
    assert server.query(query, "application/rdf+xml").status == 406


@pytest.mark.parametrize("name", ["noname", "control"])
def test_row_19_a_document_falls_back_and_does_not_advertise_what_cannot_be_written(server, name):
    reply = server.get(f"/doc/{name}", Accept="application/rdf+xml, text/turtle;q=0.5")
    assert (reply.status, reply.type) == (200, "text/turtle")
    assert "application/rdf+xml" not in reply.headers["link"]
    assert f"/doc/{name}.rdf".encode() not in reply.body
    assert f"/doc/{name}.rdf".encode() not in server.get(f"/doc/{name}.html").body
    assert server.get(f"/doc/{name}", Accept="application/rdf+xml").status == 406
    refused = server.get(f"/doc/{name}.rdf", Accept="application/problem+json")
    assert refused.status == 406
    assert "application/rdf+xml" not in {row["type"] for row in json.loads(refused.body)["available"]}


def test_row_19_a_document_that_can_be_written_advertises_every_format(server):
    reply = server.get("/doc/s", Accept="application/rdf+xml, text/turtle;q=0.5")
    assert (reply.status, reply.type) == (200, "application/rdf+xml")
    assert b"/doc/s.rdf" in server.get("/doc/s.ttl").body


def test_the_short_address_of_a_dump_that_cannot_be_written_says_why(server):
    reply = server.get("/dump/rdf")
    assert reply.status == 404
    assert "cannot be written in RDF/XML" in json.loads(reply.body)["detail"]


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://example.org/shapes#S> a sh:NodeShape ; sh:targetSubjectsOf <http://example.org/value> ; sh:property [
    sh:path <http://example.org/value> ; sh:datatype xsd:integer ; sh:severity sh:Warning ; sh:message "No number." ] .
"""


@pytest.fixture(scope="module")
def unwritable(tmp_path_factory):
    """A client of a release of which nothing can be written in XML: neither data nor report nor catalogue."""
    folder = tmp_path_factory.mktemp("unwritable")
    (folder / "data").mkdir()
    (folder / "shapes").mkdir()
    (folder / "data" / "a.ttl").write_text('<http://example.org/id/a> <http://example.org/value> "a\\u0001b" .')
    (folder / "shapes" / "s.ttl").write_text(SHAPES)
    config = live.CONFIG.format(limits="").replace("An endpoint under test", "A \\u0001 title")
    (folder / "ckg.toml").write_text(config)
    Build(read(folder), folder / "release").run()
    app = create_app(folder / "release")
    yield app.test_client()
    app.close()


@pytest.mark.parametrize("path", ["/void", "/catalog", "/report", "/sparql"])
def test_row_19_what_is_said_of_the_whole_falls_back_and_advertises_only_what_can_be_written(unwritable, path):
    reply = unwritable.get(path, headers={"Accept": "application/rdf+xml, application/n-triples;q=0.5"})
    assert (reply.status_code, reply.mimetype) == (200, "application/n-triples")
    assert "application/rdf+xml" not in " ".join(reply.headers.getlist("Link"))
    refused = unwritable.get(path, headers={"Accept": "application/rdf+xml"})
    assert refused.status_code == 406
    assert "application/rdf+xml" not in {row["type"] for row in refused.get_json(force=True)["available"]}
    assert unwritable.get(f"{path}?format=rdf").status_code == 406
    assert b"/void.rdf" not in unwritable.get(path, headers={"Accept": "text/html"}).data


@pytest.mark.parametrize(("path", "target"), [("/", "/void.nt"), ("/dump/", "/catalog.nt")])
def test_row_19_redirects_lead_to_what_can_be_written(unwritable, path, target):
    reply = unwritable.get(path, headers={"Accept": "application/rdf+xml, application/n-triples;q=0.5"})
    assert (reply.status_code, reply.headers["Location"]) == (303, target)
    page = unwritable.get(path, headers={"Accept": "application/rdf+xml, text/html;q=0.5"})
    assert (page.status_code, page.mimetype) == (200, "text/html")


def test_the_fixed_address_of_a_format_that_a_document_of_the_whole_cannot_be_written_in_says_so(unwritable):
    reply = unwritable.get("/void.rdf")
    assert (reply.status_code, "RDF/XML" in reply.get_json(force=True)["detail"]) == (406, True)


def test_a_format_that_can_be_written_is_offered_for_the_whole(server):
    reply = server.get("/void", Accept="application/rdf+xml")
    assert (reply.status, reply.type) == (200, "application/rdf+xml")
    assert b"/void.rdf" in server.get("/catalog", Accept="text/html").body
