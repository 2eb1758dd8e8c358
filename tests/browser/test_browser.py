"""What a person does with the pages in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/doc/declaration/tokyo-2025",
    "/doc/clause/tokyo-2025-business-target",
    "/doc/commitment/tokyo-2025-business-target",
    "/doc/claim/huanqiu-balance-russia",
    "/doc/conflict/tokyo-2025-target-in-dollars",
    "/doc/summit/tokyo-2025",
    "/doc/state/japan",
    "/doc/corridor/trans-caspian",
    "/doc/source/founding-digest",
    "/why?of=state:japan&by=ckg:partyTo",
    "/ontology/claim",
    "/timeline",
    "/search?q=uranium",
    "/evidence",
    "/promises",
    "/promises?left=partner:https://w3id.org/ckg/id/state/japan&right=partner:https://w3id.org/ckg/id/state/china",
    "/sparql",
    "/sparql?query=SELECT+*+{+?m+a+ckg:Meeting+;+schema:startDate+?date+}#days",
    "/doc/query/due-by-a-date",
]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
AXE_AGAIN = {"runOnly": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]}
"""What another colour scheme or another width can change in a page that has the same markup."""


def test_from_the_first_page_to_a_clause_its_quotation_and_its_source(tab: Page) -> None:
    tab.goto("/")
    tab.get_by_role("link", name="Tokyo Declaration", exact=True).first.click()
    tab.locator("#clause-2 h3 a").click()
    expect(tab.locator("h1")).to_contain_text("Target of business projects")
    tab.get_by_role("link", name=re.compile("^The quotation")).first.click()
    expect(tab.locator("h1")).to_contain_text("Quotation")
    tab.locator("figcaption a").first.click()
    expect(tab.get_by_role("heading", name="Statements based on this source")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "path"),
    [("Казахстан", "state/kazakhstan"), ("東京", "city/tokyo"), ("kazakstan", "state/kazakhstan")],
)
def test_search_in_any_script(tab: Page, typed: str, path: str) -> None:
    tab.goto("/")
    tab.locator("#bigfind").fill(typed)
    tab.locator("#bigfind").press("Enter")
    tab.locator(f'.hit a[href="/doc/{path}"]').click()
    expect(tab).to_have_url(re.compile(f"/doc/{path}$"))


def test_suggestions_come_while_typing_and_are_chosen_with_the_keys(tab: Page) -> None:
    tab.goto("/browse")
    tab.locator("#find").press_sequentially("Trans-Casp")
    expect(tab.get_by_role("option").first).to_be_visible()
    for width in (390, 768, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        box = tab.locator("#find-suggestions").bounding_box()
        assert box is not None
        assert box["x"] >= 0, width
        assert box["x"] + box["width"] <= width
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile("/(doc|graph)/"))


def test_a_ready_question_is_run_charted_and_downloaded(tab: Page, pictures: Path) -> None:
    tab.goto("/sparql")
    tab.get_by_role("searchbox", name="Find an example").fill("money flow")
    tab.get_by_role("link", name=re.compile("Which way does the money flow")).click()
    expect(tab.locator(".progress")).to_contain_text(re.compile(r"[1-9]\d* rows in \d"))
    query = "SELECT ?s (COUNT(?c) AS ?n) WHERE { ?s a ckg:State ; ^ckg:binds ?c }"
    tab.goto("/sparql?" + "query=" + (query + " GROUP BY ?s").replace(" ", "+"))
    tab.get_by_role("tab", name="Map").click()
    expect(tab.locator("#map svg")).to_be_visible()
    tab.get_by_role("tab", name="Chart").click()
    expect(tab.locator("#chart svg")).to_be_visible()
    expect(tab.locator("#map svg")).to_be_hidden()
    with tab.expect_download() as drawn:
        tab.get_by_role("button", name="PNG", exact=True).click()
    assert Path(drawn.value.path()).read_bytes().startswith(b"\x89PNG")
    with tab.expect_download() as drawn:
        tab.get_by_role("button", name="SVG", exact=True).click()
    assert "Source: Japan and Central Asia" in Path(drawn.value.path()).read_text(encoding="utf-8")
    tab.screenshot(path=pictures / "answer.png", full_page=True)
    with tab.expect_download() as download:
        tab.get_by_role("link", name="CSV", exact=True).click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("s,n")


def typed(tab: Page, text: str) -> None:
    """Write a query into the editor as a person does, and ask for completion."""
    tab.goto("/sparql")
    expect(tab.locator(".yasqe .CodeMirror")).to_be_visible()
    with tab.expect_response("**/completions"):
        tab.reload()
    tab.evaluate("document.querySelector('.yasqe .CodeMirror').CodeMirror.setValue('')")
    tab.locator(".yasqe .CodeMirror").click()
    tab.keyboard.type(text)
    tab.keyboard.press("Control+Space")


def written(tab: Page) -> str:
    return tab.evaluate("document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue()")


def test_the_editor_completes_a_class_by_what_was_typed_and_declares_its_prefix(tab: Page) -> None:
    typed(tab, "SELECT * WHERE { ?s a ckg:Com")
    expect(tab.locator(".CodeMirror-hint").first).to_be_visible()
    offered = tab.locator(".CodeMirror-hint").all_inner_texts()
    assert offered
    assert all(text.startswith("ckg:Com") for text in offered)
    tab.locator(".CodeMirror-hint", has_text="ckg:Commitment ").first.click()
    tab.wait_for_function("document.querySelector('.yasqe .CodeMirror').CodeMirror.getValue().includes('PREFIX ckg:')")
    assert re.search(r"\?s a ckg:Commitment$", written(tab))
    assert "PREFIX ckg: <https://w3id.org/ckg/ontology#>" in written(tab)


def test_the_editor_completes_a_property_by_its_label_and_keeps_the_blank(tab: Page) -> None:
    typed(tab, "SELECT * WHERE { ?s a ckg:Claim ; rest")
    tab.locator(".CodeMirror-hint", has_text="ckg:restsOn").first.click()
    assert re.search(r"\?s a ckg:Claim ; ckg:restsOn$", written(tab))


def test_the_editor_completes_a_thing_by_its_name(tab: Page) -> None:
    typed(tab, "SELECT * WHERE { ?s ?p state:kaz")
    tab.locator(".CodeMirror-hint", has_text="state:kazakhstan").first.click()
    assert written(tab).endswith("?p state:kazakhstan")


def test_a_language_stays_from_page_to_page(tab: Page) -> None:
    tab.goto("/doc/state/japan")
    tab.locator("#lang").select_option("ja")
    expect(tab.locator("h1")).to_have_text("日本")
    tab.goto("/doc/state/kazakhstan")
    expect(tab.locator("h1")).to_have_text("カザフスタン")


def test_the_back_button_goes_back(tab: Page) -> None:
    tab.goto("/timeline")
    tab.locator(".story h3 a").first.click()
    expect(tab).to_have_url(re.compile("/doc/meeting/"))
    tab.go_back()
    expect(tab.locator("h1")).to_have_text("Meetings in time")


def test_pages_read_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sparql")
    expect(page.locator("textarea")).to_be_visible()
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("status")).to_contain_text("rows")
    context.close()


def ask(tab: Page, query: str) -> None:
    """Run a query in the editor, and wait until the page says what came of it."""
    tab.evaluate("text => document.querySelector('.yasqe .CodeMirror').CodeMirror.setValue(text)", query)
    tab.get_by_role("button", name="Run", exact=True).click()
    expect(tab.locator(".progress")).to_contain_text(re.compile(r" in \d| after \d"), timeout=30_000)


def test_a_query_is_stopped_and_text_and_history_stay_in_the_browser(tab: Page) -> None:
    tab.goto("/sparql")
    ask(tab, "SELECT ?s { ?s a ckg:Dialogue }")
    tab.get_by_role("button", name="New query").click()
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    tab.evaluate("text => document.querySelector('.yasqe .CodeMirror').CodeMirror.setValue(text)", endless)
    tab.get_by_role("button", name="Run", exact=True).click()
    tab.get_by_role("button", name="Stop").click()
    expect(tab.locator(".progress")).to_contain_text("Stopped after")
    tab.goto("/browse")
    tab.goto("/sparql")
    assert written(tab) == endless
    tab.get_by_role("button", name="Query 1", exact=True).click()
    assert "ckg:Dialogue" in written(tab)
    tab.get_by_text("History", exact=True).click()
    expect(tab.locator(".history li").first).to_contain_text("Stopped after")


def test_all_rows_of_a_long_result_are_there_and_few_of_them_drawn(tab: Page) -> None:
    tab.goto("/sparql")
    ask(tab, "SELECT ?s ?o { ?s a ?o } ORDER BY ?s")
    tab.get_by_role("button", name="Show all rows here").click()
    expect(tab.locator(".counted")).to_contain_text("All ")
    tab.locator(".virtual").evaluate("box => { box.scrollTop = box.scrollHeight; }")
    rows = int(tab.locator(".virtual table").get_attribute("aria-rowcount") or 0)
    last = tab.locator(f'.virtual tr[aria-rowindex="{rows}"]')
    expect(last).to_be_visible()
    expect(last.locator("a").last).not_to_contain_text("http")  # a name, asked for when the row came into sight
    assert rows > 1_000
    assert tab.locator(".virtual tr").count() < 100


def test_a_link_to_a_query_opens_and_runs_it(tab: Page) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto("/sparql")
    ask(tab, "SELECT ?s { ?s a ckg:Dialogue } # 東京")
    query = written(tab)
    tab.get_by_role("button", name="Copy link", exact=True).click()
    expect(tab.locator(".progress")).to_contain_text("Link copied")
    link = tab.evaluate("navigator.clipboard.readText()")
    tab.evaluate("localStorage.clear()")
    tab.goto("about:blank")
    tab.goto(link)
    expect(tab.locator(".counted")).to_contain_text(re.compile(r"\d rows?"))
    assert "/q/" in link
    assert written(tab) == query


@pytest.mark.parametrize("path", PAGES)
def test_no_violation_of_wcag_2_2_aa_and_no_sideways_scrolling_on_a_phone(tab: Page, path: str, pictures: Path) -> None:
    name = re.sub(r"\W+", "-", path).strip("-") or "home"
    found = []
    for scheme, width, rules in (("light", 1280, AXE), ("dark", 390, AXE_AGAIN)):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(path)
        tab.screenshot(path=pictures / f"{name}-{scheme}-{width}.png")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        foot = "scrollY + document.querySelector('.foot').getBoundingClientRect().bottom"
        below = tab.evaluate(f"document.documentElement.scrollHeight - Math.max(innerHeight, {foot})")
        assert below < 2, "nothing is below the foot of a page"
        for violation in Axe().run(tab, options=rules).response["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            found.append(f"{scheme} {violation['id']}: {violation['help']} {nodes}")
    assert not found, "\n".join(found)


def _loaded(browser: Browser, address: str) -> tuple[int, list[str]]:
    """Return how many bytes of bodies a browser without a cache is sent for a page, and the codings of its parts."""
    page = browser.new_page()
    sizes, codings = [], []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("response", lambda response: codings.append(response.headers.get("content-encoding", "")))
    page.goto(address, wait_until="networkidle")
    page.close()
    return int(sum(sizes)), codings


@pytest.mark.parametrize(
    ("path", "most"), [("/sparql", 200_000), ("/", 100_000), ("/doc/declaration/tokyo-2025", 100_000)]
)
def test_a_page_with_everything_it_loads_is_small_on_the_wire(
    browser: Browser, site: str, path: str, most: int
) -> None:
    moved, codings = _loaded(browser, f"{site}{path}")
    assert 5_000 < moved < most
    assert len(codings) >= 5
    assert "" not in codings[:1]
