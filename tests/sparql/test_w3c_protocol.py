"""The W3C's protocol tests, all 34, and those of the service description, sent as they are written over raw HTTP.

The release is immutable: an update is refused with 403 where the test expects it to succeed, and what follows it in the
same test is not asked, because it asks for what the update would have done.
"""

import http.client
from functools import cache
from urllib.parse import urlsplit

import outside
import pyoxigraph as ox
import pytest

from . import w3c
from .w3c import MF, RDF

HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
SD = "http://www.w3.org/ns/sparql-service-description#"

outside.need_suite("sparql11", __name__)

# Updates that the tests expect to succeed; of those with two requests only the first is an update.
UPDATES = {
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
}
TYPES = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples"),
}


@cache
def manifest():
    return w3c.Graph(w3c.SUITE / "protocol" / "manifest.ttl")


@cache
def protocol_tests():
    """The protocol tests, by their names."""
    head = manifest().object(ox.NamedNode(w3c.BASE + "protocol/manifest.ttl"), MF + "entries")
    return {node.value.rpartition("#")[2]: node for node in manifest().list(head)}


def pytest_generate_tests(metafunc):
    if "name" in metafunc.fixturenames:
        is_update = metafunc.function is test_updates_are_refused
        metafunc.parametrize("name", [name for name in protocol_tests() if (name in UPDATES) is is_update])


def requests(test):
    graph = manifest()
    for request in graph.list(graph.object(graph.object(test, MF + "action"), HT + "requests")):
        parts = urlsplit(graph.object(request, HT + "absolutePath").value)
        body = graph.object(request, HT + "body")
        text = graph.object(body, CNT + "chars").value if body else None
        encoding = graph.object(body, CNT + "characterEncoding") if body else None
        headers = {}
        for row in graph.list(graph.object(request, HT + "headers")):
            headers[graph.object(row, HT + "fieldName").value] = graph.object(row, HT + "fieldValue").value
        reply = graph.object(request, HT + "resp")
        yield (
            graph.object(request, HT + "methodName").value,
            "/sparql" + (f"?{parts.query}" if parts.query else ""),
            text.encode(encoding.value if encoding else "utf-8") if text else None,
            headers,
            {status.value.rpartition("StatusCode")[2] for status in graph.objects(reply, MF + "expectedStatus")},
            graph.object(reply, MF + "expectedFormat"),
            graph.object(reply, MF + "expectedBoolean"),
        )


def send(server, method, path, body, headers):
    parts = urlsplit(server.address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_all_protocol_tests_are_there():
    assert len(protocol_tests()) == 34
    assert set(protocol_tests()) >= UPDATES


def test_protocol(name, w3c_server):
    asked = list(requests(protocol_tests()[name]))
    assert asked
    for method, path, body, headers, statuses, form, truth in asked:
        status, fields, answer = send(w3c_server, method, path, body, headers)
        assert f"{status // 100}xx" in statuses, answer
        if form is not None:
            assert fields.get_content_type() in TYPES[form.value]
        if truth is not None:
            found = ox.parse_query_results(
                answer, format=ox.QueryResultsFormat.from_media_type(fields.get_content_type())
            )
            assert bool(found) == (truth.value == "true")


def test_updates_are_refused(name, w3c_server):
    method, path, body, headers, _, _, _ = next(requests(protocol_tests()[name]))
    status, fields, answer = send(w3c_server, method, path, body, headers)
    assert (status, fields.get_content_type()) == (403, "application/problem+json"), answer


@pytest.fixture(scope="module")
def description(w3c_server):
    status, fields, body = send(w3c_server, "GET", "/sparql", None, {"Accept": "application/n-triples"})
    assert (status, fields.get_content_type()) == (200, "application/n-triples")
    return [(q.subject, q.predicate.value, q.object) for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]


def test_service_description_returns_rdf(description):
    assert description


def test_service_description_has_an_endpoint_triple(description, w3c_server):
    assert [o.value for _, p, o in description if p == SD + "endpoint"] == [w3c_server.endpoint]


def test_service_description_conforms_to_its_schema(description):
    classes = {
        "endpoint": None,
        "supportedLanguage": None,
        "resultFormat": None,
        "defaultEntailmentRegime": None,
        "defaultDataset": "Dataset",
        "defaultGraph": "Graph",
        "namedGraph": "NamedGraph",
        "name": None,
        "graph": "Graph",
    }
    used = {p.removeprefix(SD) for _, p, _ in description if p.startswith(SD)}
    assert used == set(classes)
    typed = {(s, o.value) for s, p, o in description if p == RDF + "type"}
    for _, predicate, value in description:
        name = predicate.removeprefix(SD)
        if name in classes:
            assert not isinstance(value, ox.Literal)
            assert classes[name] is None or (value, SD + classes[name]) in typed
    services = [s for s, o in typed if o == SD + "Service"]
    assert len(services) == 1
    assert all(s == services[0] for s, p, _ in description if p in (SD + "endpoint", SD + "resultFormat"))
