"""A small store on disk and pools on it."""

from contextlib import closing

import pyoxigraph as ox
import pytest

from ckg.query.limits import Limits
from ckg.query.pool import Pool, wait_until_ready

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


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "store"
    store = ox.Store(str(folder))
    store.bulk_load(DATA.encode(), ox.RdfFormat.TURTLE)
    store.bulk_load(
        "".join(
            f"<http://example.org/n{i}> <http://example.org/p{i % 3}> <http://example.org/n{i * 7 % MANY}> .\n"
            for i in range(MANY)
        ).encode(),
        ox.RdfFormat.N_TRIPLES,
    )
    for graph in ("g1", "g2"):
        store.bulk_load(
            f"<http://example.org/{graph}s> <http://example.org/in> '{graph}' .".encode(),
            ox.RdfFormat.TURTLE,
            to_graph=ox.NamedNode(f"http://example.org/{graph}"),
        )
    store.flush()
    return folder


@pytest.fixture
def pools(store):
    """Make pools with limits of a test's own; they are closed at its end."""
    made = []

    def make(observer=None, **limits):
        limits = {"budget_seconds": 0.0, "budget_errors": 0, "seconds": 20.0} | limits
        pool = Pool(store, Limits(**limits), PREFIXES, base="http://example.org/", observer=observer)
        made.append(pool)
        assert wait_until_ready(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


@pytest.fixture(scope="module")
def pool(store):
    limits = Limits(budget_seconds=0.0, budget_errors=0, seconds=20.0)
    with closing(Pool(store, limits, PREFIXES, base="http://example.org/")) as pool:
        assert wait_until_ready(pool)
        yield pool
