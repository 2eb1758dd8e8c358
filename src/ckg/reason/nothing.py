"""What follows without any rule: nothing. It is written without an engine, which takes time to load."""

from __future__ import annotations

from pathlib import Path

from ckg.model.staged import StagedGraph, Staging
from ckg.reason import contradictions_file
from ckg.reason.inconsistency import Contradictions
from ckg.reason.lines import write as write_lines


def write(into: Path, inferred_graph: str) -> StagedGraph:
    """Write an empty `inferred.nq`, and no contradictions, into a folder; return the staged graph."""
    contradictions_file.write(Contradictions(), Staging(()), into)
    return write_lines((), into / "inferred.nq", inferred_graph)
