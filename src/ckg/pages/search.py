"""Search: what was typed, in names, quotations and definitions of all languages; and suggestions while typing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from ckg.pages import evidence_records, render, summaries, text
from ckg.pages.messages import gettext, marked
from ckg.pages.site import Site
from ckg.pages.summaries import Brief
from ckg.pages.tabular import Listing
from ckg.pages.view_context import Ref, ViewContext
from ckg.release.search.fields import Field
from ckg.release.search.hits import Hit, HitPage, Match

PER_PAGE = 20
_MAX_SUGGESTIONS = 8
_MAX_FACETS = 12
_MAX_NEAR_SHOWN = 3
_WHERE = {
    Field.LABEL: marked("a name"),
    Field.OTHER_LABEL: marked("another name"),
    Field.QUOTATION: marked("quoted words"),
    Field.DEFINITION: marked("a definition"),
    Field.LOCAL_NAME: marked("the IRI"),
}


@dataclass(frozen=True, slots=True)
class HitRow:
    """A hit as the page shows it: the thing, its kind, and the text in which the words were found.

    `brief` is the statement in brief, None for what is no coded statement.
    """

    ref: Ref
    kind: str
    where: str
    before: str
    match: str
    after: str
    lang: str
    brief: Brief | None


@dataclass(frozen=True, slots=True)
class KindFacet:
    """A kind of what was found, how many there are, the address that keeps them, and whether they are kept."""

    ref: Ref
    number: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(render.Page):
    """What was found for what was typed; `there` says whether the release has a search index.

    `match` says what the texts found have of the words, `near` what was taken in the place of words that are nowhere.
    """

    typed: str
    rows: list[HitRow]
    total: int
    complete: bool
    match: Match
    near: list[str]
    facets: list[KindFacet]
    all_kinds: str
    arguments: str
    there: bool
    page: int
    more: bool


def find(
    site: Site, reader: ViewContext, typed: str, page: int, per_page: int = PER_PAGE, *, kind: str = ""
) -> HitPage:
    """Return a page of what is found, empty where nothing was typed or the release has no index."""
    if site.search is None or not typed.strip():
        return HitPage((), 0, complete=True)
    offset = (page - 1) * per_page
    return site.search.find(typed, language=reader.language, limit=per_page, offset=offset, kind=kind)


def html(site: Site, reader: ViewContext, typed: str, page: int, kind: str = "") -> str | None:
    """Return the page of results; without anything typed, an empty form. None for a page behind the last one.

    `kind` keeps the things whose most specific class has that IRI.
    """
    found = find(site, reader, typed, page, kind=kind)
    if page > 1 and not found.hits:
        return None
    rows = [row for hit in found.hits if (row := _row(reader, hit)) is not None]
    shown = text.plain(typed, 100)
    model = Results(
        title=gettext("Search: %(words)s", words=shown) if shown else gettext("Search"),
        typed=text.plain(typed, 200),
        rows=rows,
        total=found.total,
        complete=found.complete,
        match=found.match,
        near=[text.plain(stem, 60) for stem in found.near[:_MAX_NEAR_SHOWN]],
        facets=_facets(reader, found, typed, kind),
        all_kinds=f"?{urlencode({'q': typed})}",
        arguments=urlencode({"q": typed, **({"kind": kind} if kind else {})}),
        there=site.search is not None,
        page=page,
        more=found.total > page * PER_PAGE,
        hide_search=True,
    )
    return render.page(site, reader, "search.html", model)


def _facets(reader: ViewContext, found: HitPage, typed: str, chosen: str) -> list[KindFacet]:
    if len(found.kinds) < 2:
        return []
    rows = []
    for iri, number in found.kinds[:_MAX_FACETS]:
        ref = reader.named(iri)
        if ref is not None:
            rows.append(KindFacet(ref, number, f"?{urlencode({'q': typed, 'kind': iri})}", iri == chosen))
    return rows


def listing(site: Site, reader: ViewContext, typed: str, page: int, kind: str = "") -> Listing:
    """Return what was found as data: each thing with its name, its kind, and the text that speaks for it."""
    found = find(site, reader, typed, page, kind=kind)
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
    node = NamedNode(hit.iri)
    brief = summaries.brief(reader, node) if evidence_records.is_record(reader, node) else None
    return HitRow(ref, text.plain(hit.kind), _WHERE[hit.field], before, match, after, hit.language, brief)


def _label(hit: Hit, ref: Ref) -> str:
    """Return the name to suggest, with the words that matched where they are another name."""
    matched = text.plain(hit.before + hit.match + hit.after, 80)
    label = text.plain(hit.label or ref.words.text, 100)
    return label if matched.casefold() == label.casefold() else f"{label} · {matched}"
