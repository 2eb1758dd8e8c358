"""The documents tell the truth: their commands print what stands below them, and their links lead somewhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .run_examples import rewritten

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("name", ["docs/tour.md", "docs/tutorial.md", "docs/curating.md"])
def test_the_commands_of_a_document_print_what_it_shows(name: str, shipped_releases: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    shown = (ROOT / name).read_text(encoding="utf-8")
    assert rewritten(ROOT / name, shipped_releases) == shown, (
        "renew it with: .venv/bin/python tests/docs/run_examples.py"
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_links_of_a_document_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (document.parent / target).exists()] == []
