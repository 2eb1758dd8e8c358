"""Merging sorted files: the same as sorting everything at once, however small the blocks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckg.release import merge

TERMS = ["<x:a>", "<x:a/b>", "<x:ab>", "_:b", "_:b1", "_:bx1", "<x:日>"]
OBJECTS = [*TERMS, '"a"', '"a"@en', '"a"@en-us', '"a"^^<x:a>', '"a "', '"a\\" "', '""', '"日"']
statements = st.lists(
    st.builds(
        lambda s, p, o: f"{s} {p} {o}",
        st.sampled_from(TERMS),
        st.sampled_from(["<x:p>", "<x:pp>"]),
        st.sampled_from(OBJECTS),
    ),
    max_size=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(statements, min_size=1, max_size=5), st.integers(1, 300))
def test_the_union_is_sorted_and_holds_each_triple_once_whatever_the_blocks(
    stage, tmp_path_factory, monkeypatch, graphs, block
):
    monkeypatch.setattr(merge, "_MEMORY_BYTES", 0)
    monkeypatch.setattr(merge, "_MIN_BLOCK_BYTES", block)
    staging = stage({f"g{n}": graph for n, graph in enumerate(graphs)}, into=tmp_path_factory.mktemp("m"))
    found = [line for lines in merge.triples(staging.graphs) for line in lines]
    assert found == sorted({f"{triple} .\n".encode() for graph in graphs for triple in graph})
    quads = [line for lines in merge.quads(staging.graphs) for line in lines]
    assert quads == sorted(line for graph in staging.graphs for line in graph.path.read_bytes().splitlines(True))


def test_more_files_than_a_process_may_open_are_merged(stage, tmp_path):
    resource = pytest.importorskip("resource", reason="POSIX only")
    staging = stage({f"g{n}": [f"<x:{n:04d}> <x:p> <x:o>"] for n in range(300)})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = max(int(number.name) for number in Path("/dev/fd").iterdir())  # by other tests of this process
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken + 60, hard))
    try:
        assert sum(len(lines) for lines in merge.triples(staging.graphs)) == 300
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_no_graphs_give_no_lines(stage):
    assert list(merge.triples(())) == []
    assert list(merge.triples(stage({"a": []}).graphs)) == []
