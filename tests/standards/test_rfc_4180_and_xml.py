"""RFC 4180 (CSV) and XML 1.0, 2.2 and 2.11: what a format has no form for is written in the next acceptable one."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

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
