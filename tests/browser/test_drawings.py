"""What is written on the drawings can be read, on a desktop and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
DRAWN = re.compile(r"/doc/(?:state|region|summit|meeting|corridor|resource)/[^<]+")
# Boxes of letters have room above and below that no letter fills.
OVERLAPS = """() => [...document.querySelectorAll('svg.map')].flatMap(svg => {
  const view = svg.viewBox.baseVal, rows = [];
  const boxes = [...svg.querySelectorAll('text')].filter(text => text.getClientRects().length).map(text => {
    const box = text.getBBox(), thin = box.height * 0.2;
    return {text: text.textContent, left: box.x, top: box.y + thin, right: box.x + box.width,
            bottom: box.y + box.height - thin};
  });
  boxes.forEach((a, i) => {
    if (a.left < 0 || a.right > view.width || a.top < 0 || a.bottom > view.height) rows.push(a.text + ' is cut off');
    boxes.slice(i + 1).forEach(b => {
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        rows.push(a.text + ' over ' + b.text);
    });
  });
  return rows;
})"""


def pages_with_maps(tab: Page) -> list[str]:
    index = tab.request.get("/sitemap.xml").text()
    parts = [tab.request.get(path).text() for path in re.findall(r"/sitemap-\d+\.xml", index)]
    paths = sorted({match[0] for match in DRAWN.finditer("".join([index, *parts]))})
    return [path for path in paths if re.search(r"<svg[^>]* class=.map", tab.request.get(path).text())]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_name_on_a_map_lies_over_another_or_is_cut_off(
    browser: Browser, site: str, pictures: Path, viewport: dict[str, int]
) -> None:
    context = browser.new_context(base_url=site, viewport=viewport)
    tab = context.new_page()
    pages = pages_with_maps(tab)
    wrong = {}
    for path in pages:
        tab.goto(path)
        if found := tab.evaluate(OVERLAPS):
            wrong[path] = found
            tab.locator("svg.map").first.screenshot(
                path=pictures / f"map-{viewport['width']}-{path.split('/')[-1]}.png"
            )
    context.close()
    assert len(pages) > 20
    assert not wrong


@pytest.mark.parametrize("path", ["/doc/state/tajikistan", "/doc/corridor/trans-caspian", "/timeline", "/coverage"])
def test_no_letter_of_a_drawing_is_too_small_to_read_on_a_phone(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context(base_url=site, viewport=PHONE)
    tab = context.new_page()
    tab.goto(path)
    sizes = tab.evaluate(
        """() => [...document.querySelectorAll('main svg text')].filter(text => text.getClientRects().length).map(
           text =>
             [text.textContent, parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a])"""
    )
    context.close()
    assert [row for row in sizes if row[1] < 9] == []
