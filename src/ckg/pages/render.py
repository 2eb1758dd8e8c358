"""Filling a template: what every page shares, and the templates' own vocabulary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from ckg import __version__
from ckg.pages import standing, text
from ckg.pages.evidence import language_name
from ckg.pages.reader import Reader
from ckg.pages.site import Location, Site
from ckg.pages.svg.element import Raw
from ckg.pages.terms import CKG

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


def environment() -> Environment:
    """Return the templates with their filters and parts."""
    made = Environment(loader=PackageLoader("ckg.pages"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(date=text.date, language_name=language_name, plain=text.plain)
    made.globals["m"] = made.get_template("macros.html").module
    return made


def page(site: Site, reader: Reader, template: str, *, title: str, **values: Any) -> str:
    """Return a page.

    `title` is plain text; `structured` among the values is JSON-LD for search engines; `query` names the parameters of
    the address that a change of language must keep.
    """
    structured = values.pop("structured", None)
    location = site.location()
    shared: dict[str, Any] = {
        "project": site.about,
        "release_id": site.release.id,
        "licence_name": _LICENCES.get(site.about.license, site.about.license),
        "languages": [(tag, OWN_NAMES.get(tag, tag)) for tag in site.about.languages],
        "language": reader.language,
        "root": reader.root,
        "here": f"{reader.root}{location.path}",
        "return_to": _return_to(location),
        "asset": lambda name: f"{reader.root}/static/{name}?v={__version__}",
        "navigation": navigation(site, reader),
        "standings": standing.ALL
        if site.graph.lookup.count(predicate=CKG.standing.value, most=1).number
        else (standing.INFERRED,),
        "structured": data_block(structured) if structured else None,
    }
    clash = shared.keys() & values.keys()
    if clash:
        raise TypeError(f"every page has {', '.join(sorted(clash))} already")
    return site.templates.get_template(template).render(**shared, **values, title=text.plain(title, 160))


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


def _return_to(location: Location) -> str:
    """Return the address of the page at hand without a language in it, percent-encoded."""
    query = urlencode([(key, value) for key, value in location.arguments if key != "lang"])
    return quote(location.path, safe="/-._~%:@,;=+!") + (f"?{query}" if query else "")
