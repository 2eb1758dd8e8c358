"""Whatever is asked, the server calls nobody: a listener on loopback hears nothing."""

import json
import socket

import pytest

pytestmark = pytest.mark.gone_on  # what it asks is refused or finds nothing


@pytest.fixture(scope="module")
def trap():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        yield listener


CALLS = [
    "ASK {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{ service<{0}>{{}} }}",
    "ASK {{ SERVICESILENT<{0}>{{}} }}",
    "PREFIX : <{0}> ASK {{ SERVICE:x {{}} }}",
    "PREFIX : <{0}> ASK {{ SERVICE : {{}} }}",
    "BASE <{0}> ASK {{ SERVICE <x> {{}} }}",
    "ASK {{ VALUES ?x {{ <{0}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
    "ASK {{ BIND(IRI('{0}') AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ OPTIONAL {{ GRAPH ?g {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }} }} }} }}",
    "ASK {{ FILTER NOT EXISTS {{ SERVICE <{0}> {{ ?s ?p ?o }} }} }}",
    "ASK {{ SERV\\u0049CE <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{ \\U00000053ERVICE <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{ # \n SERVICE # \r <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{ ?s ?p trueSERVICE <{0}> {{ ?s ?p ?o }} }}",
    "ASK {{ ?s ?p 'x'SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
    "DESCRIBE <{0}>",
    "DESCRIBE <{0}> FROM <{0}>",
    "CONSTRUCT {{ <{0}> a <{0}> }} WHERE {{}}",
    "LOAD <{0}>",
    "LOAD SILENT <{0}> INTO GRAPH <a:b>",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "SELECT (<{0}>(1) AS ?x) {{}}",
]


def heard(trap) -> bool:
    try:
        connection, _ = trap.accept()
    except TimeoutError:
        return False
    connection.close()
    return True


def test_nothing_is_ever_called(bounded, trap):
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
    for call in CALLS:
        text = call.format(address)
        assert bounded.query(text).status in (200, 400, 403), text
        assert bounded.send("POST", "/sparql", text.encode(), Content_Type="application/sparql-update").status == 403
        for form in ("jsonld", "ttl"):
            bounded.query(text, format=form)
    context = json.dumps({"@context": address, "@id": address}).encode()
    assert bounded.send("POST", "/sparql", context, Content_Type="application/ld+json").status == 415
    for name in ("default-graph-uri", "named-graph-uri"):
        assert bounded.query("ASK { ?s ?p ?o }", **{name: address}).status == 200
    assert not heard(trap)


def test_the_trap_hears_a_call(trap):
    socket.create_connection(trap.getsockname()).close()
    assert heard(trap)
