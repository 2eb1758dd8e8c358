"""What a browser could run in a page."""

from __future__ import annotations

import html.parser
import re


class Markup(html.parser.HTMLParser):
    """Collects what could run: scripts and styles in the page, handlers, addresses of other schemes."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        named = {name: value or "" for name, value in attributes}
        is_text = tag == "meta" and "http-equiv" not in named and named.get("property") not in ("og:url", "og:image")
        for name, value in attributes:
            if name == "content" and is_text:
                continue
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.dangers.append(f"<{tag} {name}={value!r}>"[:200])
            if name in ("href", "src", "action", "formaction", "data", "xlink:href", "poster", "content"):
                text = re.sub(r"[\x00-\x20]", "", value or "").lower()
                if re.match(r"(javascript|vbscript|data|file|blob):", text) and not text.startswith("data:image/"):
                    self.dangers.append(f"<{tag} {name}={value!r}>"[:200])
                if name != "content" and re.match(r"(?://|https?:)", text) and tag not in ("a", "link", "area"):
                    self.dangers.append(f"<{tag} {name}={value!r}>"[:200])
        if tag in ("iframe", "object", "embed", "base", "meta-refresh", "style", "plaintext"):
            self.dangers.append(f"<{tag}>")
        types = dict(attributes)
        if tag == "script" and "src" not in types and types.get("type") not in ("application/ld+json",):
            self.dangers.append("<script> in the page")
