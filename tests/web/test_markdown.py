"""Documents in Markdown, as language models ask for them: by Accept, by suffix; with words, sources and standing."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

MARKDOWN = {"Accept": "text/markdown, text/html;q=0.5"}


@pytest.fixture
def client(anybodys: FlaskClient) -> FlaskClient:
    return anybodys


def test_a_client_that_asks_for_markdown_gets_it_and_its_address(client) -> None:
    answer = client.get("/doc/gauge", headers=MARKDOWN)
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.headers["Content-Location"] == "/doc/gauge.md"
    assert answer.text.startswith("# ")
    assert answer.data == client.get("/doc/gauge.md").data
    assert 'rel="alternate"; type="text/markdown"' in client.get("/doc/gauge.ttl").headers["Link"]


def test_a_thing_outside_of_the_base_comes_in_markdown_too(client) -> None:
    text = client.get("/about?iri=http://vocab.example/terms/Danube", headers=MARKDOWN).text
    assert "Donau" in text


def test_links_are_absolute_so_that_a_copied_document_still_leads_somewhere(client) -> None:
    links = re.findall(r"\]\(<([^>]*)>\)", client.get("/doc/gauge.md").text)
    assert links
    assert all(re.match(r"https?://|urn:|mailto:", link) for link in links)


def test_every_page_of_a_long_document_links_to_the_next_one(client) -> None:
    address, seen = "/spatial.md", 0
    while address:
        text = client.get(address).text
        seen += text.count("closeMatch>)") + 1
        found = re.search(r"\[The next page\]\(<http://localhost([^>]*)>\)", text)
        address = found[1] if found else ""
    assert seen > 1


def test_what_is_typed_into_data_is_no_markup_of_the_document() -> None:
    from ckg.pages.markdown_page import escaped

    assert escaped("# <b>[x](y)</b> `z`\n- a") == r"\# \<b\>\[x\](y)\</b\> \`z\` - a"
    assert escaped("- a") == r"\- a"
    assert escaped("10) a") == r"10\) a"
