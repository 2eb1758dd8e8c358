"""What passed the gate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ckg.build.inputs import Inputs
from ckg.model.staged import StagedGraph


@dataclass(frozen=True, slots=True)
class GateResult:
    """Inputs that may be published: the folders of the report, the evidence and the closure, and the inferred graph.

    `rules` identifies the project's own rules, empty without any. `changes` is what `ontology_changes.json` holds,
    empty where there is no version before.
    """

    inputs: Inputs
    report: Path
    evidence: Path
    closure: Path
    inferred: StagedGraph
    rules: str
    changes: bytes = b""
