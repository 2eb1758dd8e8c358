"""Search: what was typed, in names, quotations and definitions of all languages; and suggestions while typing."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ckg.pages import render, text
from ckg.pages.site import Site
from ckg.pages.tabular import Listing
from ckg.pages.view_context import Ref, ViewContext
from ckg.release.search.fields import Field
from ckg.release.search.searching import Hit, HitPage

PER_PAGE = 20
_MAX_SUGGESTIONS = 8
_WHERE = {
    Field.LABEL: "a name",
    Field.OTHER_LABEL: "another name",
    Field.QUOTATION: "quoted words",
    Field.DEFINITION: "a definition",
    Field.LOCAL_NAME: "the IRI",
}


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit as the page shows it: the thing, its kind, and the text in which the words were found."""

    ref: Ref
    kind: str
    where: str
    before: str
    match: str
    after: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(render.Page):
    """What was found for what was typed; `there` says whether the release has a search index."""

    typed: str
    rows: list[HitRow]
    total: int
    complete: bool
    there: bool
    page: int
    more: bool


def find(site: Site, reader: ViewContext, typed: str, page: int, per_page: int = PER_PAGE) -> HitPage:
    """Return a page of what is found, empty where nothing was typed or the release has no index."""
    if site.search is None or not typed.strip():
        return HitPage((), 0, complete=True)
    return site.search.find(typed, language=reader.language, limit=per_page, offset=(page - 1) * per_page)


def html(site: Site, reader: ViewContext, typed: str, page: int) -> str | None:
    """Return the page of results; without anything typed, an empty form. None for a page behind the last one."""
    found = find(site, reader, typed, page)
    if page > 1 and not found.hits:
        return None
    rows = [row for hit in found.hits if (row := _row(reader, hit)) is not None]
    shown = text.plain(typed, 100)
    model = Results(
        title=f"Search: {shown}" if shown else "Search",
        typed=text.plain(typed, 200),
        rows=rows,
        total=found.total,
        complete=found.complete,
        there=site.search is not None,
        page=page,
        more=found.total > page * PER_PAGE,
        hide_search=True,
    )
    return render.page(site, reader, "search.html", model)


def listing(site: Site, reader: ViewContext, typed: str, page: int) -> Listing:
    """Return what was found as data: each thing with its name, its kind, and the text that speaks for it."""
    found = find(site, reader, typed, page)
    columns = ("iri", "label", "language", "kind", "where", "text")
    rows = [
        (hit.iri, hit.label, hit.label_language, hit.kind, _WHERE[hit.field], hit.before + hit.match + hit.after)
        for hit in found.hits
        if not reader.graph.is_twin(hit.iri)
    ]
    return Listing(columns, rows, found.total, page, exact=found.complete, more=found.total > page * PER_PAGE)


def suggested(site: Site, reader: ViewContext, typed: str) -> Listing:
    """Return things whose name begins so as data."""
    rows = [(row["iri"], row["label"], row["lang"], row["kind"]) for row in _suggestions(site, reader, typed)]
    return Listing(("iri", "label", "language", "kind"), rows, len(rows))


def suggestions(site: Site, reader: ViewContext, typed: str) -> bytes:
    """Return things whose name begins so, as a JSON array of objects with label, lang, kind, href and iri."""
    return json.dumps(_suggestions(site, reader, typed), ensure_ascii=False).encode() + b"\n"


def _suggestions(site: Site, reader: ViewContext, typed: str) -> list[dict[str, str]]:
    hits = site.search.suggest(typed, language=reader.language, limit=_MAX_SUGGESTIONS) if site.search else ()
    rows = []
    for hit in hits:
        ref = reader.named(hit.iri)
        if ref is None or not ref.href or reader.graph.is_twin(hit.iri):
            continue
        name = {"label": _label(hit, ref), "lang": hit.label_language, "kind": hit.kind}
        rows.append({**name, "href": ref.href, "iri": ref.iri})
    return rows


def _row(reader: ViewContext, hit: Hit) -> HitRow | None:
    ref = reader.named(hit.iri)
    if ref is None or reader.graph.is_twin(hit.iri):
        return None
    before, match, after = (text.plain_part(part) for part in (hit.before, hit.match, hit.after))
    return HitRow(ref, text.plain(hit.kind), _WHERE[hit.field], before, match, after, hit.language)


def _label(hit: Hit, ref: Ref) -> str:
    """Return the name to suggest, with the words that matched where they are another name."""
    matched = text.plain(hit.before + hit.match + hit.after, 80)
    label = text.plain(hit.label or ref.words.text, 100)
    return label if matched.casefold() == label.casefold() else f"{label} · {matched}"
