"""The pages are valid HTML, by the Nu Html Checker."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.gone_on  # it starts a checker for every kind of page

CHECKER = Path(__file__).parents[2] / "editor" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PATHS = [
    "/",
    "/doc/declaration/tokyo-2025",
    "/doc/clause/tokyo-2025-business-target",
    "/doc/commitment/tokyo-2025-business-target",
    "/doc/claim/huanqiu-balance-russia",
    "/doc/conflict/tokyo-2025-target-in-dollars",
    "/doc/summit/tokyo-2025",
    "/doc/state/japan",
    "/doc/resource/uranium",
    "/doc/corridor/trans-caspian",
    "/doc/source/founding-digest",
    "/doc/quotation/adoption",
    "/doc/scheme/theme",
    "/why?of=state:japan&by=ckg:partyTo",
    "/ontology",
    "/ontology/claim",
    "/shapes",
    "/browse",
    "/conflicts",
    "/sources",
    "/timeline",
    "/coverage",
    "/catalog",
    "/report",
    "/dump/",
    "/search?q=uranium",
    "/sparql",
    "/neighbourhood?of=https://w3id.org/ckg/id/state/japan",
    "/help",
    "/help/reference",
    "/?lang=ru",
    "/promises?lang=ja",
    "/sparql?lang=ru",
    "/doc/commitment/tokyo-2025-business-target?lang=ja",
]


@pytest.mark.skipif(not CHECKER.is_file(), reason="the checker is not installed: npm ci in editor/")
@pytest.mark.skipif(shutil.which("java") is None, reason="the checker needs Java")
def test_every_kind_of_page_is_valid_html(page: Callable[..., str], tmp_path: Path) -> None:
    names = {}
    for number, path in enumerate(PATHS):
        file = tmp_path / f"{number}.html"
        file.write_text(page(path), encoding="utf-8")
        names[file.name] = path
    command = ["java", "-Xss2m", "-jar", str(CHECKER), "--errors-only", "--format", "json", str(tmp_path)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stderr)
    wrong = [f"{names[Path(row['url']).name]}: {row['message']}" for row in found["messages"]]
    assert not wrong, "\n".join(wrong[:20])
