"""The servers that the tests of the endpoint talk to, each started once per process that runs tests."""

import pyoxigraph as ox
import pytest

from . import live, w3c


@pytest.fixture(scope="session")
def w3c_server(tmp_path_factory):
    """A server whose store holds every data file of the W3C's tests as a named graph."""
    folder = live.project(tmp_path_factory.mktemp("w3c"))
    graphs = {}
    for test in w3c.evaluations():
        graphs |= {w3c.iri(path): path for path in test.default} | dict(test.named)
    protocol = [
        (f"http://kasei.us/2009/09/sparql/data/data{n}.rdf", w3c.SUITE / "protocol" / f"data{n}.nt") for n in (1, 2, 3)
    ]
    quads = [quad for name, path in (*graphs.items(), *protocol) for quad in w3c.quads(path, name)]
    node = ox.NamedNode("http://example.org/in-the-default-graph")
    live.replace_store(folder, [*quads, ox.Quad(node, node, node)])
    with live.serving(folder) as server:
        yield server
