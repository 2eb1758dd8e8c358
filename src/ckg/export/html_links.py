"""Links of a page of the server, found and written anew for files."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

Rewrite = Callable[[str], str]
"""What becomes of the value of an attribute that holds an address, as it is after character references are resolved."""

_TOKEN: Final = re.compile(
    r"<!--.*?-->"
    r"|<(?P<raw>script|style)\b(?P<raw_tag>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>(?P<content>.*?)</(?P=raw)\s*>"
    r"|<[A-Za-z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE: Final = re.compile(
    r"(?P<head>\s(?:href|src|action|poster|data-engine|data-worker|data-search)\s*=\s*)"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))",
    re.IGNORECASE,
)


def rewritten(page: str, rewrite: Rewrite) -> str:
    """Return a page with every address in an attribute of a tag replaced; texts, scripts and comments stay.

    >>> rewritten('<p title="a > b">href="/x" <a class=c href="/a?b=1&amp;c=2">x</a>', lambda a: a + "!")
    '<p title="a > b">href="/x" <a class=c href="/a?b=1&amp;c=2!">x</a>'
    """

    def attribute(found: re.Match[str]) -> str:
        value = next(v for v in (found["double"], found["single"], found["bare"]) if v is not None)
        return f'{found["head"]}"{html.escape(rewrite(html.unescape(value)))}"'

    def token(found: re.Match[str]) -> str:
        text = found[0]
        if text.startswith("<!--"):
            return text
        if found["raw"]:
            begin, end = found.span("raw_tag")
            at = found.start()
            return text[: begin - at] + _ATTRIBUTE.sub(attribute, text[begin - at : end - at]) + text[end - at :]
        return _ATTRIBUTE.sub(attribute, text)

    return _TOKEN.sub(token, page)


def addresses(page: str) -> list[str]:
    """Return every address in an attribute of a tag, in their order.

    >>> addresses("<a href='#x'>a</a><!-- <a href='/no'> --><img src=/b.png><script src='/c.js'>'<a href=d>'</script>")
    ['#x', '/b.png', '/c.js']
    """
    found: list[str] = []

    def note(address: str) -> str:
        found.append(address)
        return address

    rewritten(page, note)
    return found
