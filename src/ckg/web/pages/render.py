"""Filling a template: what every page shares, and the templates' own vocabulary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, render_template, request
from markupsafe import Markup

from ckg import __version__
from ckg.web.pages import standing, text
from ckg.web.pages.evidence import language_name
from ckg.web.pages.reader import Reader
from ckg.web.pages.site import Site
from ckg.web.pages.terms import CKG
from ckg.web.svg.element import Raw

OWN_NAMES = {
    "en": "English",
    "ja": "日本語",
    "ru": "Русский",
    "zh": "中文",
    "kk": "Қазақша",
    "uz": "Oʻzbekcha",
    "ky": "Кыргызча",
    "tg": "Тоҷикӣ",
    "tk": "Türkmençe",
}
_LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "CC BY 4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0 1.0",
}
_PLACES = (
    ("browse", "Browse", ()),
    ("timeline", "Timeline", (CKG.Meeting,)),
    ("conflicts", "Disagreements", (CKG.Conflict,)),
    ("sources", "Sources", (CKG.Source,)),
    ("sparql", "Query", ()),
    ("catalog", "Data", ()),
)


def register(app: Flask) -> None:
    """Give the templates their filters and parts."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(date=text.date, language_name=language_name, plain=text.plain)
    app.jinja_env.globals["m"] = app.jinja_env.get_template("macros.html").module
    app.jinja_env.globals["asset"] = _asset


def page(site: Site, reader: Reader, template: str, *, title: str, **values: Any) -> str:
    """Return a page.

    `title` is plain text; `structured` among the values is JSON-LD for search engines; `query` names the parameters of
    the address that a change of language must keep.
    """
    structured = values.pop("structured", None)
    shared: dict[str, Any] = {
        "project": site.about,
        "release_id": site.release.id,
        "licence_name": _LICENCES.get(site.about.license, site.about.license),
        "languages": [(tag, OWN_NAMES.get(tag, tag)) for tag in site.about.languages],
        "language": reader.language,
        "root": reader.root,
        "here": f"{reader.root}{request.path}",
        "return_to": _return_to(),
        "navigation": navigation(site, reader),
        "standings": standing.ALL
        if site.graph.lookup.count(predicate=CKG.standing.value, most=1).number
        else (standing.INFERRED,),
        "structured": data_block(structured) if structured else None,
    }
    clash = shared.keys() & values.keys()
    if clash:
        raise TypeError(f"every page has {', '.join(sorted(clash))} already")
    return render_template(template, **shared, **values, title=text.plain(title, 160))


def navigation(site: Site, reader: Reader) -> list[tuple[str, str]]:
    """Return the ways into the site that have something to show."""
    return [
        (f"{reader.root}/{path}", name)
        for path, name, classes in _PLACES
        if not classes or any(site.graph.lookup.instances(cls.value, limit=1) for cls in classes)
    ]


def data_block(value: Mapping[str, Any]) -> Markup:
    r"""Return JSON that can stand in a script element without ending it or being taken for markup.

    >>> str(data_block({"name": "</script><!--"}))
    '{"name":"\\u003c/script\\u003e\\u003c!--"}'
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return Markup(written)  # noqa: S704  # no character that HTML or script could act on is left


def markup(drawn: Raw) -> Markup:
    """Return a drawing as templates take it in."""
    return Markup(drawn)  # noqa: S704  # every text in a drawing was escaped by svg.element


def _asset(name: str) -> str:
    return f"{request.script_root}/static/{name}?v={__version__}"


def _return_to() -> str:
    """Return the address of the page at hand without a language in it, percent-encoded."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    query = urlencode(kept)
    return quote(request.path, safe="/-._~%:@,;=+!") + (f"?{query}" if query else "")
