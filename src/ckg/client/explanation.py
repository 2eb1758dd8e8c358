"""Why a statement holds: stated, inferred, or not in the graph, which are three different things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ckg.client.coded_statement import CodedStatement

Verdict = Literal["stated", "inferred", "not in the graph"]


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """A step of a proof: the triple, the rule that gives it (`asserted` where it is stated), and its premises."""

    triple: tuple[str, str, str]
    rule: str
    words: str
    premises: tuple[int, ...]
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TripleExplanation:
    """What is to be said of a triple; `steps` is the proof of an inferred one, the triple itself last."""

    verdict: Verdict
    standing: str | None
    graphs: tuple[str, ...]
    steps: tuple[ExplanationStep, ...]
    evidence: CodedStatement | None

    def __str__(self) -> str:
        if not self.steps:
            return self.verdict + (f" in {', '.join(self.graphs)}" if self.graphs else "")
        lines = [
            f"{number}. {' '.join(step.triple)}: {step.rule}"
            + (f" from {', '.join(str(place + 1) for place in step.premises)}" if step.premises else "")
            for number, step in enumerate(self.steps, 1)
        ]
        return "\n".join(lines)


def from_answer(row: Mapping[str, Any], evidence: CodedStatement | None) -> TripleExplanation:
    """Return an explanation of the server."""
    steps = tuple(
        ExplanationStep(
            (step["triple"][0], step["triple"][1], step["triple"][2]),
            step["rule"],
            step["words"],
            tuple(step["premises"]),
            tuple(step["graphs"]),
        )
        for step in row["steps"]
    )
    return TripleExplanation(row["verdict"], row["standing"], tuple(row["graphs"]), steps, evidence)
