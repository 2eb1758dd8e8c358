"""The ten kinds of folder in a browser: nothing fails to load, and nothing is wider than a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route
from tests.folders.conftest import Site, published
from tests.folders.test_kinds import KINDS

pytestmark = pytest.mark.browser

ADDRESS = "https://folder.example"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(params=KINDS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Site]]:
    site = published(tmp_path_factory, request.param)
    yield request.param, site
    site.app.close()


def answering(site: Site) -> Callable[[Route], None]:
    """Return what answers a browser's requests with what the site says, without a port."""

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        found = site.client.get(f"{parts.path}?{parts.query}", headers=route.request.headers, follow_redirects=True)
        headers = {name: value for name, value in found.headers if name.lower() != "content-encoding"}
        route.fulfill(status=found.status_code, headers=headers, body=found.data)

    return answer


def test_its_pages_load_and_fit_a_desktop_and_a_phone(browser: Browser, folder: tuple[str, Site]) -> None:
    kind, site = folder
    address, text, word = KINDS[kind]
    wrong: list[str] = []
    for viewport in (DESKTOP, PHONE):
        tab = browser.new_page(viewport=viewport)
        tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        tab.route("**/*", answering(site))
        for path in ("/", "/browse", f"/search?q={word}", address):
            tab.goto(ADDRESS + path)
            if tab.evaluate(OVERFLOW) > 0:
                wrong.append(f"{path} is wider than {viewport['width']} px")
        assert text in tab.content()
        tab.close()
    assert wrong == []
