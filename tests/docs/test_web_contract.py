"""The rows of the web contract and the tests that are named by them belong to each other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
HELD_ELSEWHERE = {"16"}
"""Row 16 is held by the crawl of the site, as it is behind a proxy (tests/web/test_crawl.py, test_site.py)."""


def test_every_row_is_held_by_a_test_and_every_test_of_a_row_has_its_row() -> None:
    text = (ROOT / "docs" / "web-contract.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (\d+) \|", text)
    assert len(rows) == len(set(rows)) > 18
    folders = (ROOT / "tests" / "web", ROOT / "tests" / "standards")
    tests = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("test_*.py"))
    named = set(re.findall(r"def test_row_(\d+)_", tests))
    assert set(rows) - named == HELD_ELSEWHERE
    assert named <= set(rows)
