"""What a reader who comes with a question sees and does: on a phone, a tablet, a desktop and a wide screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.browser

JAPAN, CHINA = "https://w3id.org/ckg/id/state/japan", "https://w3id.org/ckg/id/state/china"
WIDTHS = {"phone": 390, "tablet": 768, "desktop": 1280, "wide": 1920}


@pytest.fixture(params=WIDTHS, scope="module")
def screen(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser window of one of the widths, by turns light and dark."""
    width = WIDTHS[request.param]
    scheme = "dark" if request.param in ("phone", "wide") else "light"
    context = browser.new_context(base_url=site, viewport={"width": width, "height": 900}, color_scheme=scheme)
    yield context
    context.close()


def test_in_two_clicks_from_what_japan_promised_to_who_disputes_the_20_billion(tab: Page) -> None:
    tab.goto("/")
    expect(tab.locator("blockquote").first).to_contain_text("set a new target of business projects")
    tab.get_by_role("link", name="Promises", exact=True).click()
    row = tab.get_by_role("row").filter(has_text="Business projects of 3 trillion yen")
    expect(row).to_contain_text("Japan")
    expect(row).to_contain_text("set a new target of business projects at a total amount of 3 trillion yen")
    row.get_by_role("link", name="Conflict over the target in dollars").click()
    sides = tab.get_by_role("table").first.get_by_role("row")
    expect(sides.filter(has_text="20 billion").first).to_contain_text("News Central Asia")
    expect(sides.last).to_contain_text("190 billion")
    expect(sides.last).to_contain_text("weak")


def test_the_first_page_says_in_one_screen_what_this_is(screen: BrowserContext, pictures: Path) -> None:
    tab = screen.new_page()
    tab.goto("/")
    width = tab.viewport_size["width"]
    seen = tab.evaluate(
        """() => [...document.querySelectorAll('h1, .bigfind input, .counted a, .opening .figure-number')].map(
           part => [part.innerText || part.id, part.getBoundingClientRect().bottom])"""
    )
    tab.screenshot(path=pictures / f"first-page-{width}.png")
    tab.close()
    assert [words for words, bottom in seen if bottom > 900] == []
    assert [words.split()[1] for words, _ in seen if words.split()[0].isdigit()] == [
        *("summits", "promises", "sources", "quotations", "disputes")
    ]
    assert seen[-1][0] == "¥3 trillion"


def test_the_header_is_one_row_with_a_menu_where_there_is_no_room_for_its_links(screen: BrowserContext) -> None:
    tab = screen.new_page()
    tab.goto("/sources")
    assert tab.locator(".masthead").bounding_box()["height"] < 70
    link, button = tab.locator("#menu a", has_text="Timeline"), tab.get_by_role("button", name="Menu")
    if tab.viewport_size["width"] < 1024:
        expect(link).to_be_hidden()
        button.click()
    else:
        expect(button).to_be_hidden()
        tab.set_viewport_size({"width": 1024, "height": 900})
        assert tab.locator(".masthead").bounding_box()["height"] < 70
        expect(link).to_be_visible()
    link.click()
    expect(tab.locator("h1")).to_have_text("Meetings in time")
    tab.close()


def test_a_table_never_scrolls_the_page_and_is_cards_on_a_phone(screen: BrowserContext) -> None:
    tab = screen.new_page()
    width = tab.viewport_size["width"]
    for path in ("/promises", f"/promises?left=partner:{JAPAN}&right=partner:{CHINA}", "/conflicts"):
        tab.goto(path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
        shown = tab.locator("main tbody tr").first.evaluate("row => getComputedStyle(row).display")
        assert (shown == "block") == (width < 768), path
    tab.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_promises_are_filtered_sorted_and_compared_without_script(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(base_url=site, viewport={"width": width, "height": 900}, java_script_enabled=False)
    tab = context.new_page()
    tab.goto("/promises")
    if width < 768:
        expect(tab.locator("main tbody tr").first).to_be_in_viewport()
        tab.locator("summary", has_text="Filter and compare").click()
    tab.locator("summary", has_text="Theme").click()
    tab.get_by_role("checkbox", name="investment and business").check()
    tab.locator(".facet[open]").get_by_role("button", name="Apply").click()
    expect(tab.get_by_role("status")).to_contain_text("Theme: investment")
    expect(tab.locator("main tbody")).to_contain_text("Business projects of 3 trillion yen")
    if width > 1000:
        tab.get_by_role("link", name="Amount as stated").click()
        assert "sort=amount" in tab.url
        assert "theme=" in tab.url
    else:
        tab.locator("summary", has_text="Filter and compare").click()
    tab.locator("#side-left").select_option(f"partner:{JAPAN}")
    tab.locator("#side-right").select_option(f"partner:{CHINA}")
    tab.get_by_role("button", name="Compare").click()
    expect(tab.get_by_role("heading", name="Japan and China, side by side")).to_be_visible()
    context.close()


def test_the_right_column_stays_in_view_and_the_raw_statements_are_folded(tab: Page) -> None:
    tab.goto("/doc/commitment/tokyo-2025-business-target")
    expect(tab.locator("#page-said")).to_be_visible()
    expect(tab.locator(".statements .facts").first).to_be_hidden()
    tab.evaluate("scrollTo(0, 2500)")
    assert tab.locator(".columns > aside").bounding_box()["y"] < 100
    tab.locator("#page-said").click()
    expect(tab.locator(".statements .facts").first).to_be_visible()


def test_all_partners_stand_on_one_axis_and_every_mark_is_a_link(tab: Page) -> None:
    tab.goto("/timeline")
    lanes = tab.locator("svg.timeline").first
    assert {"Japan", "China", "European Union", "Russia", "United States"} <= set(
        lanes.locator("text.what").all_text_contents()
    )
    lanes.locator("a:has(circle)").first.click()
    expect(tab).not_to_have_url("/timeline")


def test_a_corridor_numbers_its_legs_as_its_list_does_and_its_map_has_a_scale(tab: Page) -> None:
    tab.goto("/doc/corridor/trans-caspian")
    legs = tab.locator("section[aria-labelledby=legs] li")
    assert tab.locator("svg.map .leg-digit").count() == legs.count() == 6
    expect(tab.locator("svg.map text", has_text="km")).to_have_text("200 km")
    assert [row.split(",")[0] for row in legs.all_inner_texts()][:3] == [
        "Port of Aktau → Port of Alat (Baku)",
        "Port of Kuryk → Port of Alat (Baku)",
        "Port of Alat (Baku) → Port of Batumi",
    ]
    tab.locator("svg.map a", has_text="Port of Aktau").click()
    expect(tab.locator("h1")).to_have_text("Port of Aktau")


def test_the_choice_of_a_language_changes_the_page_and_long_words_fit_a_phone(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 844}, locale="en-GB")
    tab = context.new_page()
    tab.goto("/promises")
    tab.get_by_label("Language of the pages and of names").select_option("ru")
    expect(tab.locator("html")).to_have_attribute("lang", "ru")
    expect(tab.locator("h1")).to_have_text("Обещания")
    for path in ("/", "/conflicts", "/timeline", "/evidence", "/sparql", "/help", "/doc/declaration/tokyo-2025"):
        tab.goto(path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()
