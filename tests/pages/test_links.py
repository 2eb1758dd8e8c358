"""Every link inside the site leads somewhere."""

from __future__ import annotations

import os
import re
from collections import deque
from html import unescape
from urllib.parse import urldefrag, urljoin
from zlib import crc32

import pytest
from flask import Flask

pytestmark = pytest.mark.gone_on  # it reads every page

_FEW = {
    "/neighbourhood": 6,
    "/search": 6,
    "/sparql": 6,
    "/evidence": 6,
    "/cite": 6,
    "/about": 60,
    "/browse": 60,
    "/promises": 20,
    "/why": 100,
}
"""Pages that are made for any thing, question or filter: some of each are followed, not all."""

_DATA = re.compile(r"\.(?:ttl|jsonld|nt|rdf|trig|nq|n3|jelly|md)$")
"""Addresses of documents in other formats, of which some are followed."""

_PART = 1 if os.environ.get("CKG_LINKS") == "all" else 3
"""Of the pages of things one in so many is followed, and the first of each kind; CKG_LINKS=all follows every one.

That each thing has a page at all is asked in `tests/web/test_crawl.py`.
"""


def followed(address: str, kinds: dict[str, int]) -> bool:
    """Say whether the page is read: `kinds` counts the pages of things by the folder in their addresses."""
    if not address.startswith("/doc/"):
        return True
    kind = address.split("/")[2]
    kinds[kind] = kinds.get(kind, 0) + 1
    return kinds[kind] <= 3 or crc32(address.encode()) % _PART == 0


def test_all_links_inside_the_site_are_alive(app: Flask) -> None:
    client = app.test_client()
    seen: dict[str, str] = {"/": ""}
    todo = deque(["/"])
    visits: dict[str, int] = {}
    anchors: set[tuple[str, str, str]] = set()
    identifiers: dict[str, set[str]] = {}
    dead = []
    kinds: dict[str, int] = {}
    while todo:
        path = todo.popleft()
        start = path.partition("?")[0]
        visits[start] = visits.get(start, 0) + 1
        if visits[start] > _FEW.get(start, 10_000) or not followed(path, kinds):
            continue
        accept = "text/html" if "/static/" not in path else "*/*"
        with client.get(path, headers={"Accept": accept}) as answer:
            text = answer.text if answer.content_type.startswith("text/html") else ""
        if answer.status_code not in (200, 303):
            dead.append(f"{path} ({answer.status_code}), linked from {seen[path]}")
            continue
        if answer.status_code == 303:
            targets = [answer.headers["Location"]]
        elif text:
            identifiers[path] = set(re.findall(r'\sid="([^"]+)"', text))
            targets = re.findall(r'(?:href|src|action)="([^"]+)"', text)
        else:
            continue
        for target in targets:
            whole = urljoin(path, unescape(target))
            if not whole.startswith("/") or whole.startswith("//"):
                continue
            address, fragment = urldefrag(whole)
            if fragment:
                anchors.add((address, fragment, path))
            if address == "/language" or (_DATA.search(address) and visits.get("rdf", 0) > 60):
                continue
            if _DATA.search(address):
                visits["rdf"] = visits.get("rdf", 0) + 1
            if re.search(r"[?&](?:sort|format)=", address):  # each table in each order and format: some are followed
                visits["orders"] = visits.get("orders", 0) + 1
                if visits["orders"] > 80:
                    continue
            if address not in seen:
                seen[address] = path
                todo.append(address)
    missing = [f"{a}#{f}, linked from {p}" for a, f, p in anchors if a in identifiers and f not in identifiers[a]]
    assert not dead, "\n".join(dead[:20])
    assert not missing, "\n".join(missing[:20])
    assert len(seen) > 400
