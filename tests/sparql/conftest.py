"""The servers that the tests of the endpoint talk to, each started once per process that runs tests."""

import pyoxigraph as ox
import pytest
from tests import histories

from . import live, w3c


@pytest.fixture(scope="session")
def w3c_server(tmp_path_factory):
    """A server whose store holds every data file of the W3C's tests as a named graph."""
    folder = live.project(tmp_path_factory.mktemp("w3c"), store_memory=0)
    graphs = {}
    for test in w3c.evaluations():
        graphs |= {w3c.iri(path): path for path in test.default} | dict(test.named)
    protocol = [
        (f"http://kasei.us/2009/09/sparql/data/data{n}.rdf", w3c.SUITE / "protocol" / f"data{n}.nt") for n in (1, 2, 3)
    ]
    quads = [quad for name, path in (*graphs.items(), *protocol) for quad in w3c.quads(path, name)]
    node = ox.NamedNode("http://example.org/in-the-default-graph")
    # What is right the W3C says, not another store; so the history with more tables is enough.
    live.replace_store(folder, [*quads, ox.Quad(node, node, node)], histories.GONE_ON)
    with live.serving(folder) as server:
        yield server


@pytest.fixture(scope="session", params=histories.BOTH)
def tangle(tmp_path_factory, request):
    """A project whose store is small and in which every node leads to others, by each of the two histories."""

    def node(name):
        return ox.NamedNode(f"http://example.org/id/{name}")

    folder = live.project(
        tmp_path_factory.mktemp("tangle"),
        seconds=1.0,
        memory=256,
        bytes=20_000_000,
        rows=200_000,
        queue=8,
        workers=2,
        store_memory=0 if request.param == histories.GONE_ON else 256,
    )
    triples = [
        ox.Quad(node(f"n{i}"), node(f"p{i % 3}"), node(f"n{(i * 7 + k) % 2000}"), graph)
        for i in range(2000)
        for k in range(2)
        for graph in (ox.DefaultGraph(), node("graph"))
    ]
    live.replace_store(folder, triples, request.param)
    return folder


@pytest.fixture(scope="session")
def bounded(tangle):
    """A server on the tangle that gives a query one second and 256 MB."""
    with live.serving(tangle) as server:
        yield server
