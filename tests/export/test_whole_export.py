"""The questions of a whole data set, asked in the browser of its export, have the answers of its endpoint.

Skipped, because an export of the shipped data takes minutes:
`ckg export DIR --releases RELEASES`, then
`CKG_EXPORT=DIR CKG_RELEASES=RELEASES pytest -s tests/export/test_whole_export.py`.
"""

from __future__ import annotations

import http.server
import json
import os
import shutil
import threading
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from ckg.pages.questions import questions
from ckg.web.app import EXTENSION, create_app

EXPORT, RELEASES = os.environ.get("CKG_EXPORT", ""), os.environ.get("CKG_RELEASES", "")
ANSWER = """query => new Promise((resolve) => {
  window.waiting = (message) => resolve(message);
  window.worker.postMessage({ query });
})"""
WORKER = """async () => {
  const form = document.querySelector("form.sparql");
  const address = new URL(form.dataset.engine, document.baseURI);
  window.worker = new Worker(form.dataset.worker, { type: "module" });
  window.worker.addEventListener("message", ({ data }) => { if (!data.progress) window.waiting(data); });
  window.worker.postMessage({ index: await (await fetch(address)).json(), root: new URL(".", address).href });
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def ask(page: Page, address: str, query: str) -> tuple[dict[str, object], float]:
    """Return what a fresh page answers, and the seconds from loading the page to the answer."""
    page.goto(f"{address}sparql.html")
    begun = page.evaluate("performance.now()")
    page.evaluate(WORKER)
    said = page.evaluate(ANSWER, query)
    assert "result" in said, said
    return said["result"], (page.evaluate("performance.now()") - begun) / 1000


def rows(found: dict[str, object]) -> list[str]:
    bindings = found["results"]["bindings"]  # type: ignore[index]
    for row in bindings:
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = ""
    return sorted(json.dumps(row, sort_keys=True) for row in bindings)


@pytest.mark.skipif(not EXPORT or not RELEASES, reason=f"CKG_EXPORT and CKG_RELEASES are not set: {__doc__}")
def test_every_ready_question_has_in_the_browser_the_answer_of_the_endpoint() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=EXPORT))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/"
    app = create_app(Path(RELEASES), {"limits.workers": 1, "limits.spares": 0, "limits.budget_seconds": 1e9})
    client = app.test_client()
    asked = questions(app.extensions[EXTENSION].acquire().serving.site.reader("en"))
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        for question in asked:
            found, seconds = ask(page, address, question.text)
            times.append(seconds)
            print(f"{seconds:.2f} s, {found['milliseconds']:.0f} ms of it the query: {question.words.text}")
            answer = client.get("/sparql", query_string={"query": question.text, "format": "srj"})
            assert rows(json.loads(str(found["json"]))) == rows(answer.get_json(force=True)), question.words.text
        browser.close()
    app.close()
    server.shutdown()
    server.server_close()
    assert asked
    print(
        f"{len(asked)} questions, each on a page of its own; the first after {times[0]:.2f} s, "
        f"the median after {sorted(times)[len(times) // 2]:.2f} s"
    )
