"""A small store on disk, made in two ways, and pools on it."""

from contextlib import closing

import pyoxigraph as ox
import pytest
from tests import histories

from ckg.query.limits import QueryLimits
from ckg.query.pool import wait_until_ready

from .asking import open_pool

PREFIXES = {"ex": "http://example.org/", "ckg": "https://w3id.org/ckg/ontology#"}

DATA = """
@prefix ex: <http://example.org/> .
@prefix ckg: <https://w3id.org/ckg/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
ex:a a ex:Thing ; ex:name "A", "Ä"@de ; ex:part [ ex:name "nested" ; ex:part [ ex:name "deeper" ] ] ; ckg:restsOn ex:q ;
  ex:knows ex:b .
ex:q oa:exact "the words" ; oa:hasSource ex:source ; oa:hasSelector ex:sel .
ex:sel oa:start 12 .
ex:source ex:name "not described" .
ex:b ex:name "B" .
[] rdf:subject ex:a ; rdf:predicate ex:knows ; rdf:object ex:b ; ex:name "reified" .
[] rdf:subject ex:a ; rdf:predicate ex:knows ; rdf:object ex:c ; ex:name "reified, but not stated" .
"""

MANY = 3000


@pytest.fixture(scope="session", params=histories.BOTH)
def store(tmp_path_factory, request):
    """A store by each of the two histories."""
    folder = tmp_path_factory.mktemp(request.param) / "store"
    histories.load(folder, quads(), request.param)
    return folder


def quads():
    yield from ox.parse(DATA, format=ox.RdfFormat.TURTLE)
    for i in range(MANY):
        yield ox.Quad(node(f"n{i}"), node(f"p{i % 3}"), node(f"n{i * 7 % MANY}"))
    for graph in ("g1", "g2"):
        yield ox.Quad(node(f"{graph}s"), node("in"), ox.Literal(graph), node(graph))


def node(name):
    return ox.NamedNode(f"http://example.org/{name}")


@pytest.fixture(scope="session")
def limits(store):
    """Limits under which the one store is read from memory, the other from disk."""
    megabytes = 0 if histories.GONE_ON in str(store) else 256
    return {"budget_seconds": 0.0, "budget_errors": 0, "seconds": 20.0, "store_memory": megabytes}


@pytest.fixture
def pools(store, limits):
    """Make pools with limits of a test's own; they are closed at its end."""
    made, usual = [], limits

    def make(observer=None, **limits):
        limits = usual | limits
        pool = open_pool(store, QueryLimits(**limits), PREFIXES, base="http://example.org/", observer=observer)
        made.append(pool)
        assert wait_until_ready(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


@pytest.fixture(scope="module")
def pool(store, limits):
    with closing(open_pool(store, QueryLimits(**limits), PREFIXES, base="http://example.org/")) as pool:
        assert wait_until_ready(pool)
        yield pool
