"""Lighthouse (npm, 12.2.3) on five pages of a running server: the four scores, and what was marked down.

    ckg serve &
    python benchmarks/lighthouse.py http://127.0.0.1:8700/

Needs Node 20 and Chromium (`CHROME_PATH`); `npx` fetches Lighthouse, which is no part of this project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any, Final
from urllib.parse import urljoin

PAGES: Final = ("", "promises", "doc/commitment/tokyo-2025-business-target", "search?q=uranium", "sparql")
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
WANTED: Final = 0.95


def report(address: str) -> dict[str, Any]:
    """Return Lighthouse's report on a page: a phone of the middle class on slow 4G, as it is set by default."""
    npx = shutil.which("npx")
    if npx is None:
        sys.exit("npx is missing: install Node 20")
    command = [npx, "--yes", "lighthouse@12.2.3", address, "--quiet", "--output=json"]
    chrome = {"CHROME_PATH": os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""}
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    done = subprocess.run([*command, flags], check=True, capture_output=True, env={**os.environ, **chrome})
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print a table of the scores; 1 where one is below 95."""
    root = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8700/"
    print("| page | " + " | ".join(CATEGORIES) + " | largest paint | blocked | bytes |\n|---|" + "---:|" * 7)
    worst = 1.0
    for page in PAGES:
        found = report(urljoin(root, page))
        scores = [found["categories"][name]["score"] for name in CATEGORIES]
        audits = ("largest-contentful-paint", "total-blocking-time", "total-byte-weight")
        values = [found["audits"][name]["displayValue"].removeprefix("Total size was ") for name in audits]
        shown = [*(f"{100 * score:.0f}" for score in scores), *(value.replace("\xa0", " ") for value in values)]
        print(f"| `/{page}` | " + " | ".join(shown) + " |", flush=True)
        worst = min(worst, *scores)
    return int(worst < WANTED)


if __name__ == "__main__":
    sys.exit(main())
