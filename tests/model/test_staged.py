"""What is known of all staged graphs together."""

from __future__ import annotations

from pathlib import Path

from ckg.model.staged import Role, StagedGraph, Staging


def graph(name: str, role: Role, triples: int) -> StagedGraph:
    return StagedGraph(f"https://example.org/graph/{name}", role, Path(f"{name}.nq"), "", triples, ())


def test_triples_are_counted_graph_by_graph_and_graphs_found_by_their_role() -> None:
    data, shapes = graph("a", Role.DATA, 3), graph("shapes", Role.SHAPES, 4)
    staging = Staging((shapes,)).with_graphs([data])
    assert staging.triples == 7
    assert staging.graphs == (data, shapes)
    assert staging.of(Role.DATA) == (data,)
