"""What leaves the site: descriptions, schema.org, citations, the feed of releases, the help page."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from html import unescape

import pytest

ATOM = "{http://www.w3.org/2005/Atom}"
TARGET = "/doc/commitment/tokyo-2025-business-target"
IRI = "https://w3id.org/ckg/id/commitment/tokyo-2025-business-target"


def head(html: str) -> dict[str, str]:
    rows = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html)
    return {name: unescape(content) for name, content in rows}


def schema_org(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])


def test_a_shared_link_says_what_was_promised_in_which_words_and_by_whom(page) -> None:
    html = page(TARGET)
    said = head(html)
    assert "¥3 trillion" in said["description"]
    assert re.search("“.+” \\(.+\\)", said["description"])
    assert said["og:description"] == said["description"]
    assert (said["og:title"], said["og:url"]) == (
        "Business projects of 3 trillion yen in Central Asia in five years",
        IRI,
    )
    assert f'<link rel="canonical" href="{IRI}">' in html


def test_a_summit_is_an_event_with_place_days_and_participants(page) -> None:
    found = schema_org(page("/doc/summit/tokyo-2025"))
    assert (found["@type"], found["startDate"], found["endDate"]) == ("Event", "2025-12-19", "2025-12-20")
    assert found["location"][0]["name"] == "Tokyo"
    assert "Kazakhstan" in [one["name"] for one in found["attendee"]]


def test_a_claim_says_who_claims_it_and_where_it_appeared(page) -> None:
    found = schema_org(page("/doc/claim/huanqiu-balance-russia"))
    assert found["@type"] == "Claim"
    assert found["author"][0]["name"] == "Huanqiu Times"
    assert found["appearance"][0]["@type"] == "CreativeWork"


def test_the_data_set_names_files_that_are_there(client, page) -> None:
    found = schema_org(page("/catalog"))
    assert found["temporalCoverage"].startswith("20")
    files = [row["contentUrl"].removeprefix("https://w3id.org/ckg") for row in found["distribution"]]
    assert files
    assert {client.head(path).status_code for path in files} == {200}


@pytest.mark.parametrize(("form", "begins"), [("txt", "“Business projects"), ("bibtex", "@misc{"), ("csl", '[{"id"')])
def test_a_thing_is_cited_with_the_release(client, page, form: str, begins: str) -> None:
    address = next(unescape(a) for a in re.findall(r'href="(/cite[^"]+)"', page(TARGET)) if a.endswith(form))
    answer = client.get(address)
    assert answer.text.startswith(begins)
    assert IRI in answer.text
    assert answer.headers["Ckg-Release"] in answer.text


def test_what_is_not_there_is_not_cited(client) -> None:
    assert client.get("/cite?iri=https://example.org/nothing").status_code == 404


def test_the_feed_lists_the_releases_newest_first(client) -> None:
    answer = client.get("/releases.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    entries = ElementTree.fromstring(answer.data).findall(f"{ATOM}entry")
    assert answer.headers["Ckg-Release"] in [entry.findtext(f"{ATOM}id").rpartition("/")[2] for entry in entries]
    days = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert days == sorted(days, reverse=True)


def test_the_help_page_leads_to_what_it_speaks_of(client, page) -> None:
    html = page("/help")
    main = html[html.index("<main") : html.index("</main")]
    links = [unescape(href) for href in re.findall(r'href="(/[^"]*)"', main)]
    assert len(links) >= 8
    assert {client.get(href).status_code for href in links} == {200}
    assert client.get("/favicon.ico").content_type.startswith("image/")
