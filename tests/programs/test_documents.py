"""The questions of docs/agents.md and the notebook of docs/: what they show is what happens."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import ckg
from ckg.agents.tools import Tools

DOCS = Path(__file__).parents[2] / "docs"
_QUESTION = re.compile(r"^### (.+?)\n\n```json\n(.+?)\n```\n\nThe answer holds (.+?)\.$", re.MULTILINE | re.DOTALL)
QUESTIONS = [found.groups() for found in _QUESTION.finditer((DOCS / "agents.md").read_text(encoding="utf-8"))]


def test_there_are_fifteen_questions() -> None:
    assert len(QUESTIONS) == 15


@pytest.mark.parametrize(("question", "calls", "holds"), QUESTIONS, ids=[question for question, *_ in QUESTIONS])
def test_a_question_is_answered_by_its_calls(graph: ckg.KnowledgeGraph, question: str, calls: str, holds: str) -> None:
    tools = {tool.__name__: tool for tool in Tools(graph).all}
    answer: dict[str, Any] = {}
    for name, arguments in json.loads(calls):
        answer = tools[name](**arguments)
    written = json.dumps(answer, ensure_ascii=False)
    for part in re.findall(r"`([^`]+)`", holds):
        assert part in written, (question, part, written[:500])


def test_the_notebook_runs(shipped_releases: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed: pip install nbclient ipykernel")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("CKG_NOTEBOOK_RELEASES", str(shipped_releases))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    notebook = nbformat.read(DOCS / "python.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    said = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
    assert any("@misc" in out.get("text", "") for out in said)
    assert any("text/html" in out.get("data", {}) for out in said)
