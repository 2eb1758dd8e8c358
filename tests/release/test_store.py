"""The store: the union as default graph, every graph by name."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ckg.errors import StageFailed
from ckg.release import dumps, store


def test_the_default_graph_is_the_union_and_every_graph_is_there_by_name(stage, tmp_path):
    staging = stage(
        {
            "ontology": ["<x:P> <x:p> <x:o>"],
            "a": ["<x:a> <x:p> <x:b>", "<x:both> <x:p> <x:b>"],
            "b": ["<x:both> <x:p> <x:b>"],
            "inferred": ["<x:i> <x:p> <x:b>"],
            "shapes": ["<x:s> <x:p> <x:b>"],
        }
    )
    (tmp_path / "dumps").mkdir()
    triples = dumps.union(staging, tmp_path / "dumps", "ckg")
    store.build(staging, triples, tmp_path / "store")
    reader = ox.Store.read_only(str(tmp_path / "store"))

    def subjects(query: str) -> list[str]:
        return sorted(str(row[0]) for row in reader.query(query))

    assert subjects("SELECT ?s { ?s <x:p> ?o }") == ["<x:P>", "<x:a>", "<x:both>", "<x:i>"]
    for graph in staging.graphs:
        count = reader.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph.name}> {{ ?s ?p ?o }} }}")
        assert int(next(iter(count))[0].value) == graph.triples
    assert subjects("SELECT ?s { GRAPH ?g { ?s <x:p> ?o } }").count("<x:both>") == 2


def test_a_blank_node_is_the_same_in_the_union_and_in_its_graph_and_is_called_as_in_the_dumps(stage, tmp_path):
    staging = stage({"a": ["<x:a> <x:p> _:b1", '_:b1 <x:q> "v"'], "inferred": ["_:b1 <x:r> <x:a>"]})
    (tmp_path / "dumps").mkdir()
    store.build(staging, dumps.union(staging, tmp_path / "dumps", "ckg"), tmp_path / "store")
    reader = ox.Store.read_only(str(tmp_path / "store"))
    nodes = {term for quad in reader for term in (quad.subject, quad.object) if isinstance(term, ox.BlankNode)}
    assert nodes == {ox.BlankNode("b1")}


def test_a_store_is_never_built_into_one_that_is_there(stage, tmp_path):
    staging = stage({"a": ["<x:a> <x:p> <x:b>"]})
    triples = dumps.union(staging, tmp_path, "ckg")
    store.build(staging, triples, tmp_path / "store")
    with pytest.raises(StageFailed, match="exists"):
        store.build(staging, triples, tmp_path / "store")
