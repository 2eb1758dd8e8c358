"""The documents are pages of the site: each can be read there, and every link between them leads somewhere."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest

from ckg.pages import documentation

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = re.compile(r"\]\((?!https?://)([^)#\s]+)(?:#([^)\s]+))?\)")


def anchors(name: str) -> set[str]:
    return {heading.anchor for heading, _ in documentation.read(name).sections}


def test_every_document_is_a_page() -> None:
    assert set(documentation.names()) == {path.relative_to(DOCS).as_posix()[:-3] for path in DOCS.rglob("*.md")}


@pytest.mark.parametrize("name", documentation.names())
def test_every_link_of_a_document_leads_somewhere(name: str) -> None:
    read = documentation.read(name)
    assert read.title
    for link in read.links:
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (
            posixpath.normpath(posixpath.join("docs", posixpath.dirname(name), path)) if path else f"docs/{name}.md"
        )
        assert (ROOT / target).exists(), f"{name} links to {link}"
        if anchor:
            assert anchor in anchors(target.removeprefix("docs/").removesuffix(".md")), f"{name} links to {link}"
        if target.startswith("docs/") and target.endswith(".md") and path:
            assert f'href="{documentation.address_of(link, name)}"' in read.body


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for path, anchor in README.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), path
        assert not anchor or anchor in anchors(path.removeprefix("docs/").removesuffix(".md")), (path, anchor)


def test_the_documents_are_found_by_their_words() -> None:
    found = documentation.find("stored queries")
    assert (found[0].name, found[0].anchor) == ("endpoint", "stored-queries")
    assert documentation.find("xyzxyz") == []
