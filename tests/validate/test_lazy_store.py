"""pyshacl sees the whole graph through the lazy store: whatever it asks for is what a graph in memory would say."""

from __future__ import annotations

from itertools import product

import pyoxigraph as ox

from ckg.model.staged import Role
from ckg.validate.prefilter.lazy_store import LazyStore
from ckg.validate.prefilter.triple_table import encoded
from ckg.validate.rdflib_graphs import to_rdflib

DATA = """
:a :p :b , "one" , "1"^^xsd:integer ; :q :c , _:x .
:b :p "one" ; :q :a .
_:x :q "eins"@de , :a .
"""


def test_every_pattern_finds_what_a_graph_in_memory_finds(stage) -> None:
    graphs = stage(DATA).of(Role.DATA)
    quads = list(ox.parse(path=graphs[0].path, format=ox.RdfFormat.N_QUADS))
    triples = {tuple(map(to_rdflib, (quad.subject, quad.predicate, quad.object))) for quad in quads}
    assert len(triples) == 9
    with encoded(graphs) as table:
        store = LazyStore(table)
        assert len(store) == 9
        for triple, given in product(sorted(triples, key=str), product([True, False], repeat=3)):
            pattern = tuple(term if kept else None for term, kept in zip(triple, given, strict=True))
            expected = {t for t in triples if all(p in (None, term) for p, term in zip(pattern, t, strict=True))}
            found = [found for found, _ in store.triples(pattern)]
            assert set(found) == expected
            assert len(found) == len(expected)
