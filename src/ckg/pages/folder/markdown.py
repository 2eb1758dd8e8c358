"""Pages of text: a Markdown file in the pages folder is a page at its path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class TextPage:
    """A text as a page shows it: its title (its first heading, else its file's name) and its HTML, heading included."""

    title: str
    body: Markup


@cache
def _parser() -> MarkdownIt:
    # CommonMark with tables; HTML in the text is shown and not taken over: the pages' policy would stop its scripts.
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def render(text: str) -> Markup:
    r"""Return Markdown as HTML.

    >>> render("Ask **us**. <script>")
    Markup('<p>Ask <strong>us</strong>. &lt;script&gt;</p>\n')
    """
    return Markup(_parser().render(text))  # noqa: S704 - the parser escapes every text


def tokens(text: str) -> list[Token]:
    """Return the tokens of Markdown, which may be changed and then written with `render_tokens`."""
    return _parser().parse(text)


def render_tokens(parsed: Sequence[Token]) -> Markup:
    """Return the HTML of tokens; a table and a block of code can be scrolled by keyboard."""
    parser = _parser()
    written = parser.renderer.render(parsed, parser.options, {})
    written = written.replace("<table>", '<div class="table-scroll" tabindex="0"><table>')
    written = written.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return Markup(written)  # noqa: S704 - the parser escapes every text


def read(path: Path) -> TextPage:
    """Read a page of text."""
    text = path.read_text(encoding="utf-8")
    tokens = _parser().parse(text)
    heads = [place for place, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h1"]
    inline = tokens[heads[0] + 1].children or [] if heads else []
    title = "".join(child.content for child in inline if child.type in ("text", "code_inline"))
    name = path.stem.replace("-", " ").capitalize()
    body = render(text)
    return TextPage(title or name, body if heads else Markup("<h1>{}</h1>\n").format(name) + body)
