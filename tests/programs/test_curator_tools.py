"""What a language model can do for a curator: drafts that are checked, and nothing written."""

from __future__ import annotations

from pathlib import Path

import bridges
import pytest
from bridges import DATA

from ckg.agents.curator import CuratorTools


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bridges.write(tmp_path)


def test_a_draft_is_checked_turtle_and_is_written_nowhere(folder: Path) -> None:
    found = CuratorTools(folder).draft(
        "bridge", "new", label="New bridge", answers=["state=sound"], file="data/bridges.ttl"
    )
    assert found["outcome"] == "answer", found
    assert "ex:state state:sound" in found["turtle"]
    assert (folder / "data/bridges.ttl").read_text() == DATA
    assert not (folder / "data/draft.ttl").exists()


def test_a_draft_that_lacks_an_answer_is_refused_with_what_is_asked(folder: Path) -> None:
    tools = CuratorTools(folder)
    found = tools.draft("bridge", "new", label="New bridge")
    assert found["outcome"] == "refused"
    assert "state:broken  broken" in found["detail"]
    assert "bridge  ex:Bridge" in tools.draft()["kinds"]
    assert "state of repair" in tools.draft("bridge")["fields"]


def test_what_looks_like_an_option_is_a_value(folder: Path) -> None:
    found = CuratorTools(folder).draft("--help", "--help")
    assert found["outcome"] == "refused"
    assert "--help" in found["detail"]
