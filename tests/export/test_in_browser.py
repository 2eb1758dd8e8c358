"""An export in a real Chromium with nothing but a file server: queries are answered by the browser itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ckg.pages.querying import has_engine

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium on this machine"),
    pytest.mark.skipif(not has_engine(), reason="no query engine was built: `./run test` builds it where npm is"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Return a page of the browser; whatever it complains about fails the test."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def answer(tab: Page) -> list[list[str]]:
    expect(tab.locator("form.sparql")).to_have_attribute("data-answered", "1", timeout=60_000)
    return [row.locator("td").all_inner_texts() for row in tab.locator("#answer tbody tr").all()]


def ask(tab: Page, address: str, query: str) -> None:
    tab.goto(f"{address}sparql.html")
    tab.evaluate(
        "query => { history.replaceState(null, '', '?' + new URLSearchParams({query})); location.reload(); }", query
    )


def test_a_ready_question_has_its_answer_and_asking_again_gives_the_same(tab: Page, file_server: str) -> None:
    tab.goto(f"{file_server}sparql.html")
    tab.get_by_role("link", name="How many people live in each place?").click()
    written = [row.locator("td").all_inner_texts() for row in tab.locator("#answer tbody tr").all()]
    assert [row[1] for row in written] == ["Japan", "Tokyo", "Aktau"]
    tab.get_by_role("button", name="Run").click()
    rows = answer(tab)
    assert [row[:2] for row in rows] == [row[:2] for row in written]
    assert [row[2] for row in rows] == ["124000000", "14000000", "180000"]
    assert Axe().run(tab).response["violations"] == []
    tab.locator("#answer a").get_by_text("Aktau").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Aktau")


def test_an_answer_is_drawn_by_the_browser_where_it_can_be_compared(tab: Page, file_server: str) -> None:
    ask(tab, file_server, "SELECT ?kind (COUNT(?s) AS ?things) { ?s a ?kind } GROUP BY ?kind ORDER BY ?kind")
    rows = answer(tab)
    chart = tab.locator("#answer svg.chart")
    expect(chart.locator("rect.column")).to_have_count(len(rows))
    assert f"{rows[0][0]}: {rows[0][1]}" in (chart.get_attribute("aria-label") or "")
    expect(tab.locator("#answer").get_by_role("button", name="SVG")).to_be_visible()
    days = '("a" "2025-12-19"^^xsd:date 3) ("b" "2024-01-02"^^xsd:date 1) ("c" "2023"^^xsd:gYear 2)'
    ask(tab, file_server, f"SELECT * {{ VALUES (?what ?day ?rank) {{ {days} }} }}")
    answer(tab)
    expect(tab.locator("#answer svg.timeline circle.event")).to_have_count(2)
    expect(tab.locator("#answer figcaption")).to_contain_text("Rows without a whole day, not drawn: 1.")
    expect(tab.locator("#answer svg.chart")).to_have_count(0)
    assert Axe().run(tab).response["violations"] == []


def test_a_query_of_named_graphs_and_one_that_is_wrong_are_answered_as_such(tab: Page, file_server: str) -> None:
    ask(tab, file_server, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a small:State } ?t a small:Place } GROUP BY ?g")
    assert sorted(row[0].rpartition("/")[2] for row in answer(tab)) == ["places"]
    ask(tab, file_server, "SELECT * { ?s ?p }")
    expect(tab.get_by_role("alert")).to_contain_text("expected")
    ask(tab, file_server, "DESCRIBE <https://data.example/kg/id/odd>")
    expect(tab.get_by_role("alert")).to_contain_text("DESCRIBE is not answered by a copy")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            'SELECT (GROUP_CONCAT(?n; SEPARATOR="(") AS ?all) { <id/city/tokyo> rdfs:label ?n FILTER(LANG(?n)="en") }',
            "en",
        ),
        (
            "SELECT (COUNT(*) AS ?n) { ?a (small:in|small:in) ?b }",
            "counts them once where SPARQL 1.1 counts them twice",
        ),
        ("ASK { <nowhere> rdfs:seeAlso* ?x }", "is nowhere in the data"),
        ("ASK { GRAPH ?g { ?s ?p ?o FILTER(BOUND(?g)) } }", "evaluated by the engine in the browser in another way"),
        ("ASK { FILTER(12345678901234567890 > 1) }", "19 digits or more"),
    ],
)
def test_what_the_engine_answers_in_another_way_than_the_standard_is_mended_or_refused(
    tab: Page, file_server: str, query: str, said: str
) -> None:
    based = f"BASE <https://data.example/kg/> {query}"
    tab.goto(f"{file_server}sparql.html")
    form = tab.locator("form.sparql")
    form.wait_for()
    answers = tab.evaluate(
        """async (query) => {
          const form = document.querySelector("form.sparql");
          const address = new URL(form.dataset.engine, document.baseURI);
          const worker = new Worker(form.dataset.worker, { type: "module" });
          worker.postMessage({ index: await (await fetch(address)).json(), root: new URL(".", address).href });
          worker.postMessage({ query });
          return new Promise((resolve) => worker.addEventListener("message", ({ data }) => {
            if (!data.progress) resolve(data);
          }));
        }""",
        based,
    )
    if said == "en":
        assert json.loads(answers["result"]["json"])["results"]["bindings"] == [
            {"all": {"type": "literal", "value": "Tokyo"}}
        ]
    else:
        assert said in answers["problem"]


def test_a_query_that_does_not_end_is_stopped_and_the_next_one_is_answered(tab: Page, file_server: str) -> None:
    ask(tab, file_server, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    tab.get_by_role("button", name="Stop").click()
    expect(tab.get_by_role("status")).to_have_text("Stopped")
    tab.locator("textarea[name=query]").evaluate("field => field.value = 'ASK { ?s ?p ?o }'")
    tab.evaluate("() => document.querySelector('.CodeMirror')?.CodeMirror.setValue('ASK { ?s ?p ?o }')")
    tab.get_by_role("button", name="Run").click()
    expect(tab.locator("#answer p").first).to_have_text("Yes", timeout=60_000)


def test_without_javascript_pages_and_the_ready_answers_remain(browser: Browser, file_server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{file_server}sparql.html")
    expect(page.locator("form.sparql")).to_be_hidden()
    page.get_by_role("link", name="How many people live in each place?").click()
    expect(page.locator("#answer tbody tr")).to_have_count(3)
    page.goto(f"{file_server}id/state/japan/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Japan")
    context.close()


def test_pages_are_read_from_a_disk(browser: Browser, exported: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((exported / "index.html").as_uri())
    page.get_by_role("link", name="Browse").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto((exported / "sparql.html").as_uri())
    expect(page.locator("[data-without]")).to_contain_text("browsers allow it only from a web server")
    context.close()


@pytest.mark.parametrize("typed", ["japan", "日", "akt", "SOMEBODY else"])
def test_search_finds_names_by_the_beginnings_of_words(tab: Page, file_server: str, typed: str) -> None:
    names = {"japan": "Japan", "日": "Japan", "akt": "Aktau", "SOMEBODY else": "Somebody else's"}
    tab.goto(f"{file_server}doc/state/japan.html")
    tab.get_by_role("searchbox").fill(typed)
    tab.get_by_role("searchbox").press("Enter")
    hit = tab.get_by_role("link", name=names[typed], exact=True)
    expect(hit).to_be_visible()
    hit.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(names[typed])


def test_search_says_that_nothing_is_found_and_works_from_a_disk(tab: Page, exported: Path) -> None:
    tab.goto((exported / "search.html").as_uri())
    tab.get_by_role("searchbox").fill("nowhere at all")
    tab.get_by_role("button", name="Search").click()
    expect(tab.get_by_role("status")).to_contain_text("Nothing found")
    tab.get_by_role("searchbox").fill("tokyo")
    tab.get_by_role("button", name="Search").click()
    expect(tab.locator(".hit")).to_have_count(1)
    expect(tab.get_by_role("status")).to_have_text("1 thing found")


def test_why_an_inferred_statement_holds_is_a_page_of_its_own(tab: Page, file_server: str) -> None:
    tab.goto(f"{file_server}doc/state/japan.html")
    tab.get_by_text("Inferred statements").first.click()
    tab.get_by_role("link", name="why?").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Why?")
    expect(tab.locator("ol.proof li").first).to_contain_text("stated in")
    assert "/why/" in tab.url
