"""Take the picture at the top of README.md: the first page of the shipped data set, small enough to be kept in git.

Start `./run serve`, then: .venv/bin/python docs/make_picture.py [ADDRESS]. It needs Debian's chromium.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent / "home.jpg"
MAX_BYTES = 120_000


def main() -> None:
    """Write the picture, or say why not."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/"
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no chromium; `apt-get install chromium` brings it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=PICTURE, type="jpeg", quality=55)
        browser.close()
    size = PICTURE.stat().st_size
    if size > MAX_BYTES:
        sys.exit(f"{PICTURE} has {size:,} bytes, more than the {MAX_BYTES:,} that are kept in git.")
    print(f"{PICTURE}: {size:,} bytes")


if __name__ == "__main__":
    main()
