"""The store: the union as default graph, every graph by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.release.conftest import staged

from ckg.errors import StageFailed
from ckg.release import dumps, manifest, store
from ckg.release.layout import ProjectMetadata, Release

BASE = "https://w3id.org/ckg/"


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


def publish(folder: Path, graphs: dict[str, list[str]], predecessor: Release | None = None) -> Release:
    """Make what of a release a store is made from, and the store."""
    (folder / "dumps").mkdir(parents=True)
    staging = staged(graphs, folder / "graphs")
    triples = dumps.union(staging, folder / "dumps", "ckg")
    made = store.build(staging, triples, folder / "store", predecessor)
    ProjectMetadata("ckg", "T", "", BASE, "1", "", "https://example.org/l", "", "", ("en",), (), {}).write(
        folder / "project.json"
    )
    manifest.write(folder, release=folder.name, inputs="", staging=staging, counts={}, store=made.record)
    return Release(folder)


def content(release: Release) -> set[str]:
    return {str(quad) for quad in ox.Store.read_only(str(release.store))}


def steps(release: Release) -> int:
    return int(store.canonical_json.read_object(release.folder / "store.json")["steps"])


MANY = [f'<x:{number}> <x:p> "{number}"' for number in range(400)]


def test_a_little_change_goes_on_from_the_store_before_and_comes_to_the_same(tmp_path):
    older = publish(tmp_path / "1-a", {"a": [*MANY, "<x:a> <x:p> _:b1"], "b": ["<x:both> <x:p> <x:b>"]})
    graphs = {"a": [*MANY[1:], "_:b1 <x:q> <x:new>", "<x:both> <x:p> <x:b>"], "inferred": ["<x:i> <x:p> _:b1"]}
    newer = publish(tmp_path / "2-b", graphs, older)
    assert steps(newer) == 1
    assert content(newer) == content(publish(tmp_path / "anew", graphs))
    names = {name.value for name in ox.Store.read_only(str(newer.store)).named_graphs()}
    assert names == {f"{BASE}graph/a", f"{BASE}graph/inferred"}


def test_going_on_leaves_the_store_before_as_it_was(tmp_path):
    older = publish(tmp_path / "1-a", {"a": MANY})
    before = content(older)
    publish(tmp_path / "2-b", {"a": MANY[1:]}, older)
    manifest.verify(older, deep=True)
    assert content(older) == before
    shutil.rmtree(older.folder)
    assert len(content(Release(tmp_path / "2-b"))) == 2 * len(MANY[1:])


def test_much_that_is_different_is_loaded_anew(tmp_path):
    older = publish(tmp_path / "1-a", {"a": MANY})
    assert steps(publish(tmp_path / "2-b", {"a": MANY[100:]}, older)) == 0


def test_a_damaged_store_is_not_gone_on_from(tmp_path):
    older = publish(tmp_path / "1-a", {"a": MANY})
    next(older.store.glob("*.sst")).write_bytes(b"")
    newer = publish(tmp_path / "2-b", {"a": MANY[1:]}, older)
    assert steps(newer) == 0
    assert len(content(newer)) == 2 * len(MANY[1:])


def test_a_store_of_another_layout_is_not_gone_on_from(tmp_path, monkeypatch):
    older = publish(tmp_path / "1-a", {"a": MANY})
    monkeypatch.setattr(store, "LAYOUT", store.LAYOUT + 1)
    assert steps(publish(tmp_path / "2-b", {"a": MANY[1:]}, older)) == 0


def test_after_eight_steps_the_store_is_loaded_anew(tmp_path):
    release = publish(tmp_path / "0", {"a": MANY})
    seen = []
    for number in range(1, 10):
        release = publish(tmp_path / str(number), {"a": MANY[number:]}, release)
        seen.append(steps(release))
    assert seen == [1, 2, 3, 4, 5, 6, 7, 8, 0]


GRAPHS = st.dictionaries(
    st.sampled_from(["a", "b", "inferred", "shapes"]),
    st.lists(
        st.builds(
            "{} {} {}".format,
            st.sampled_from(["<x:s>", "_:b1", "<x:t>"]),
            st.sampled_from(["<x:p>", "<x:q>"]),
            st.sampled_from(['"1"', '"1"@en', "_:b1", "<x:s>", '"01"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        ),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=GRAPHS, after=GRAPHS)
def test_going_on_is_the_same_as_loading_anew_whatever_has_changed(tmp_path, before, after, monkeypatch):
    monkeypatch.setattr(store, "_LARGEST_SHARE", 1)
    for folder in tmp_path.iterdir():
        shutil.rmtree(folder)
    before, after = ({**graphs, "base": MANY[:50]} for graphs in (before, after))
    newer = publish(tmp_path / "2", after, publish(tmp_path / "1", before))
    assert steps(newer) == 1
    assert content(newer) == content(publish(tmp_path / "3", after))
