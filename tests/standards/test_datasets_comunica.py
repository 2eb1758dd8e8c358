"""Comunica, which asks for quads first and then queries the default graph, finds what is there, wherever it looks.

RDF 1.1 Datasets (https://www.w3.org/TR/rdf11-datasets/) leaves open what a default graph means; here it is the union,
in every document, dump and answer that has named graphs, as at the endpoint.
"""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.sparql import live

from ckg.build.pipeline import Build
from ckg.formats import DUMP_FORMATS, GRAPH_FORMATS, DatasetFormat, InputFormat
from ckg.model.config import read

HERE = Path(__file__).parent
ENGINE = HERE.parents[1] / "editor" / "node_modules" / "@comunica" / "query-sparql"
DATASET_FORMATS = [form for form in GRAPH_FORMATS if isinstance(form, DatasetFormat)]

KNOWS = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix id: <{base}id/> .
id:ann a foaf:Person ; foaf:name "Ann" ; foaf:knows id:bob .
id:bob a foaf:Person ; foaf:name "Bob" ; foaf:knows id:cy .
id:cy a foaf:Person ; foaf:name "Cy" .
"""
NAMES = "SELECT ?name { <%sid/ann> <http://xmlns.com/foaf/0.1/name> ?name }"
IN_GRAPH = "SELECT ?name { GRAPH <%sgraph/people> { <%sid/ann> <http://xmlns.com/foaf/0.1/name> ?name } }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://xmlns.com/foaf/0.1/name> ?name }"
TRIPLES = "SELECT ?n { <%svoid#dataset> <http://rdfs.org/ns/void#triples> ?n }"
PEOPLE = "SELECT DISTINCT ?someone { ?anyone <http://xmlns.com/foaf/0.1/knows> ?someone } ORDER BY ?someone"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server whose IRIs lead to itself, so that links can be followed."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}/"
    folder = tmp_path_factory.mktemp("links")
    (folder / "data").mkdir()
    (folder / "data" / "people.ttl").write_text(KNOWS.format(base=base))
    config = live.CONFIG.format(limits="budget_seconds = 0.0").replace("http://example.org/", base)
    (folder / "ckg.toml").write_text(config)
    Build(read(folder), folder / "release").run()
    running = live.Server(folder, port)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def places(address):
    """Return what Comunica is asked, and what it must find."""
    base = f"{address}/"
    ann, graph = NAMES % base, IN_GRAPH % (base, base)
    dump = f"{base}dump/endpoint.%s"
    rows = {
        "a document": ({"query": ann, "sources": [f"{base}doc/ann"]}, [{"name": "Ann"}]),
        "a thing": ({"query": ann, "sources": [f"{base}id/ann"]}, [{"name": "Ann"}]),
        "a graph in a document": ({"query": graph, "sources": [f"{base}doc/ann"]}, [{"name": "Ann"}]),
        "the endpoint": ({"query": COUNT, "sources": [f"{base}sparql"]}, [{"n": "3"}]),
        "a graph at the endpoint": ({"query": graph, "sources": [f"{base}sparql"]}, [{"name": "Ann"}]),
        "VoID": ({"query": TRIPLES % base, "sources": [f"{base}void"]}, None),
        "following links": (
            {"query": PEOPLE, "sources": [f"{base}doc/ann"], "follow": 2},
            [{"someone": f"{base}id/bob"}, {"someone": f"{base}id/cy"}],
        ),
    }
    for form in DATASET_FORMATS:
        if form in DUMP_FORMATS:
            rows[f"a dump in {form.name}"] = ({"query": COUNT, "sources": [dump % form.key]}, [{"n": "3"}])
    return rows


@pytest.mark.skipif(shutil.which("node") is None, reason="Comunica needs Node.js")
@pytest.mark.skipif(not ENGINE.is_dir(), reason="Comunica is not installed: npm ci in editor/")
def test_comunica_finds_the_statements_in_documents_dumps_the_endpoint_and_by_links(server):
    rows = places(server.address)
    done = subprocess.run(
        ["node", str(HERE / "comunica.mjs")],
        input=json.dumps([asked for asked, _ in rows.values()]),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = dict(zip(rows, json.loads(done.stdout), strict=True))
    (triples,) = found["VoID"]
    assert int(triples["n"]) > 0
    for place, (_, expected) in rows.items():
        if expected is not None:
            assert found[place] == expected, place


@pytest.mark.parametrize("form", DATASET_FORMATS, ids=lambda form: form.key)
@pytest.mark.parametrize("path", ["/doc/ann", "/void", "/report", "/dump/endpoint", "/sparql"])
def test_the_default_graph_is_the_union_of_the_named_ones(server, path, form):
    fixed = f".{form.key}" if path.startswith("/dump") else ""
    reply = server.get(path + fixed, Accept=form.media_type)
    assert (reply.status, reply.type) == (200, form.media_type)
    assert isinstance(form, InputFormat)
    default, named = set(), set()
    for quad in ox.parse(reply.body, format=form.syntax):
        (default if quad.graph_name == ox.DefaultGraph() else named).add(quad.triple)
    assert default == named
    assert default
