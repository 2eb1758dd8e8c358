"""Keeping the description of staged graphs beside their files, so that a cached result can be opened again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ckg.model.staged import Role, StagedGraph

NAME = "graphs.json"


def write(folder: Path, graphs: Iterable[StagedGraph]) -> None:
    """Write the index of the graphs whose files lie in `folder`."""
    rows = [
        {
            "name": graph.name,
            "role": graph.role.value,
            "file": graph.path.name,
            "sha256": graph.sha256,
            "triples": graph.triples,
            "sources": list(graph.sources),
        }
        for graph in graphs
    ]
    (folder / NAME).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(folder: Path) -> tuple[StagedGraph, ...]:
    """Return the graphs that `write` described."""
    return tuple(
        StagedGraph(
            row["name"], Role(row["role"]), folder / row["file"], row["sha256"], row["triples"], tuple(row["sources"])
        )
        for row in json.loads((folder / NAME).read_text(encoding="utf-8"))
    )
