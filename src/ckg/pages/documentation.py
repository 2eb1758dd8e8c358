"""The documentation of the software on the site itself: the files of `docs/`, each a page below `/help/`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from markdown_it.token import Token
from markupsafe import Markup

from ckg.pages import render, text
from ckg.pages.folder import markdown
from ckg.pages.site import Site
from ckg.pages.view_context import ViewContext

LANGUAGE: Final = "en"
"""The language in which all of it is written."""

_CHECKOUT: Final = Path(__file__).parents[3]
_MAX_FOUND: Final = 20
_EXCERPT_CHARS: Final = 160
_DEEPEST_LISTED: Final = 3


@dataclass(frozen=True, slots=True)
class DocHeading:
    """A heading of a document: its level (2 for `##`), its words, and the anchor that leads to it."""

    level: int
    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class DocumentationText:
    """A document as HTML without its first heading, which is its title; `links` are those that it has, as written."""

    name: str
    title: str
    body: Markup
    headings: Sequence[DocHeading]
    sections: Sequence[tuple[DocHeading, str]]
    links: Sequence[str]


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section in which all words occur that were looked for."""

    name: str
    anchor: str
    title: str
    heading: str
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentationPage(render.Page):
    """The page of one document."""

    document: DocumentationText


def folder() -> Path | None:
    """Return the folder of the documents: in the package where it is installed, else in the checkout."""
    packaged = Path(str(resources.files("ckg"))) / "docs"
    for found in (packaged, _CHECKOUT / "docs"):
        if found.is_dir() and (found == packaged or (_CHECKOUT / "pyproject.toml").is_file()):
            return found
    return None


@cache
def names() -> tuple[str, ...]:
    """Return the names of the documents: their paths without the ending, those of `docs/` itself first."""
    found = folder()
    paths = found.rglob("*.md") if found is not None else ()
    return tuple(
        sorted(
            (path.relative_to(found).as_posix()[:-3] for path in paths if found), key=lambda name: ("/" in name, name)
        )
    )


def titles() -> list[tuple[str, str]]:
    """Return name and title of each document, in the order of their titles."""
    return sorted(((name, read(name).title) for name in names()), key=lambda row: row[1].casefold())


@cache
def read(name: str) -> DocumentationText:
    """Return a document. Raises `KeyError` for a name that none has."""
    where = folder()
    if where is None or name not in names():
        raise KeyError(name)
    tokens = markdown.tokens((where / f"{name}.md").read_text(encoding="utf-8"))
    headings = list(_with_anchors(tokens))
    links = list(_with_addresses(tokens, name))
    title = headings[0].words if headings and headings[0].level == 1 else name
    shown = tokens[3:] if headings and headings[0].level == 1 and tokens[0].type == "heading_open" else tokens
    listed = [heading for heading in headings if 1 < heading.level <= _DEEPEST_LISTED]
    return DocumentationText(
        name, title, markdown.render_tokens(shown), listed, list(_sections(tokens, headings)), links
    )


def _with_anchors(tokens: Sequence[Token]) -> Iterator[DocHeading]:
    """Give headings the anchors that GitHub gives them, and yield them."""
    taken: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _words(tokens[place + 1])
            slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
            taken[slug] = taken.get(slug, -1) + 1
            anchor = f"{slug}-{taken[slug]}" if taken[slug] else slug
            token.attrSet("id", anchor)
            yield DocHeading(int(token.tag[1:]), words, anchor)


def _with_addresses(tokens: Sequence[Token], name: str) -> Iterator[str]:
    """Let links lead to the pages of other documents, and yield them as written; to other files they lead nowhere."""
    for token in tokens:
        stack: list[bool] = []
        for child in token.children or ():
            if child.type == "link_open":
                written = str(child.attrGet("href"))
                yield written
                address = address_of(written, name)
                stack.append(address is not None)
                if address is None:
                    child.type, child.tag, child.attrs = "html_inline", "", {}
                    child.content = ""
                else:
                    child.attrSet("href", address)
            elif child.type == "link_close" and not stack.pop():
                child.type, child.tag, child.content = "html_inline", "", ""


def address_of(written: str, name: str) -> str | None:
    """Return where a link of a document leads on the site, relative to its page; None for a file that is no document.

    >>> address_of("#limits", "endpoint"), address_of("https://www.w3.org/", "endpoint")
    ('#limits', 'https://www.w3.org/')
    """
    if "://" in written or written.startswith("#"):
        return written
    path, mark, anchor = written.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    if not target.endswith(".md") or target[:-3] not in names():
        return None
    return posixpath.relpath(target[:-3], posixpath.dirname(name) or ".") + mark + anchor


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or () if child.type in ("text", "code_inline"))


def _sections(tokens: Sequence[Token], headings: Sequence[DocHeading]) -> Iterator[tuple[DocHeading, str]]:
    """Yield the text below each heading, up to the next one."""
    left = iter(headings)
    heading, said = DocHeading(1, "", ""), list[str]()
    for token in tokens:
        if token.type == "heading_open":
            yield heading, " ".join(said)
            heading, said = next(left), []
        elif token.type == "inline":
            said.append(_words(token))
        elif token.type in ("fence", "code_block"):
            said.append(token.content)
    yield heading, " ".join(said)


def find(typed: str) -> list[FoundSection]:
    """Return the sections in which all words occur, those with all of them in their heading first."""
    wanted = typed.casefold().split()
    rows = []
    for name in names() if wanted else ():
        document = read(name)
        for heading, said in document.sections:
            head = f"{document.title} {heading.words}".casefold()
            if all(word in head or word in said.casefold() for word in wanted):
                at = min((place for word in wanted if (place := said.casefold().find(word)) >= 0), default=0)
                excerpt = text.plain(said[max(0, at - 40) :], _EXCERPT_CHARS)
                rows.append(
                    (
                        not all(word in head for word in wanted),
                        FoundSection(name, heading.anchor, document.title, heading.words, excerpt),
                    )
                )
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])][:_MAX_FOUND]


def html(site: Site, reader: ViewContext, name: str) -> str | None:
    """Return the page of a document, or None for a name that none has."""
    try:
        document = read(name)
    except KeyError:
        return None
    model = DocumentationPage(title=document.title, document=document)
    return render.page(site, reader, "documentation.html", model)
