"""Search: what was typed, in names, quotations and definitions of all languages; and suggestions while typing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from ckg.pages import evidence, evidence_records, render, summaries, text
from ckg.pages.messages import gettext, grouped, marked
from ckg.pages.site import Site
from ckg.pages.summaries import Brief
from ckg.pages.tables import table_page
from ckg.pages.tables.data_table import NAME, Cell, DataTable, TableColumn, TableRow, TableValue, translated
from ckg.pages.tables.shown_table import ShownTable
from ckg.pages.tabular import Listing
from ckg.pages.terms import EVIDENCE, OA, PROV, XSD
from ckg.pages.view_context import Ref, ViewContext
from ckg.query.lookup import Statement
from ckg.release.search.fields import Field
from ckg.release.search.hits import Hit, HitPage, Match

PER_PAGE: Final = 20
MAX_HITS: Final = 200
"""Hits that are listed, and among which filters and orders choose."""

COLUMNS: Final = (
    TableColumn(NAME, marked("Name")),
    TableColumn("kind", marked("Kind"), "things", facet=True),
    TableColumn("standing", marked("Standing"), facet=True),
    TableColumn("year", marked("Year"), "date", facet=True),
    TableColumn("language", marked("Language"), facet=True),
    TableColumn("where", marked("Found in"), facet=True),
    TableColumn("text", marked("Text")),
    TableColumn("match", marked("Word found"), is_extra=True),
)
"""The columns of what is found; the year is that of the first source, else the first that is stated."""

_ORDERS: Final = {"": marked("best first"), "-year": marked("newest first"), "name": marked("by name")}
_MAX_SUGGESTIONS: Final = 8
_MAX_NEAR_SHOWN: Final = 3
_MAX_STATEMENTS: Final = 200
_DATES: Final = frozenset({XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth})
_DAY: Final = re.compile(r"\d{4}")
_WHERE: Final = {
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(render.Page):
    """What was found for what was typed; `there` says whether the release has a search index."""

    typed: str
    rows: list[HitRow]
    shown: ShownTable
    chips: list[tuple[str, str, str]]
    downloads: list[tuple[str, str]]
    orders: list[tuple[str, str, bool]]
    there: bool


def find(site: Site, reader: ViewContext, typed: str, page: int, per_page: int) -> HitPage:
    """Return a page of what is found, empty where nothing was typed or the release has no index."""
    if site.search is None or not typed.strip():
        return HitPage((), 0, complete=True)
    return site.search.find(typed, language=reader.language, limit=per_page, offset=(page - 1) * per_page)


def table(site: Site, reader: ViewContext, typed: str) -> DataTable:
    """Return what was found as a table, the best first; what is beyond `MAX_HITS` is counted in a note."""
    found = find(site, reader, typed, 1, MAX_HITS)
    rows = [_row(reader, hit) for hit in found.hits if not reader.graph.is_twin(hit.iri)]
    near = ", ".join(text.plain(stem, 60) for stem in found.near[:_MAX_NEAR_SHOWN])
    notes = []
    if rows and near:
        notes.append(
            gettext(
                "No text has these words as you typed them. These results have similar ones: %(words)s.", words=near
            )
        )
    elif rows and found.match is Match.SOME:
        notes.append(gettext("No single text has all of these words. These results have the most of them."))
    if found.total > MAX_HITS:
        total = grouped(found.total)
        if not found.complete:
            total = gettext("%(number)s or more", number=total)
        notes.append(
            gettext(
                "Found: %(total)s. These are the best %(number)s; another word leaves fewer.",
                total=total,
                number=MAX_HITS,
            )
        )
    exact = found.complete and found.total <= MAX_HITS
    return DataTable(translated(COLUMNS), rows, exact=exact, title=gettext("Search"), notes=notes, per_page=PER_PAGE)


def _row(reader: ViewContext, hit: Hit) -> TableRow:
    node = NamedNode(hit.iri)
    ref = reader.ref(node)
    said = reader.graph.about(node, limit=_MAX_STATEMENTS).rows
    key = evidence_records.standing_of(reader, node, said)
    before, match, after = (text.plain_part(part) for part in (hit.before, hit.match, hit.after))
    cells: dict[str, Cell] = {
        NAME: [TableValue(hit.label or ref.words.text, ref.href, hit.label_language, hit.iri)],
        "kind": [TableValue(text.plain(hit.kind), key=hit.class_iri)] if hit.class_iri else [],
        "standing": [TableValue(gettext(key), key=key, tone=key)] if key != evidence_records.NOT_STATED else [],
        "year": [TableValue(text.date(day), key=day) for day in _days(reader, node, said)],
        "language": [TableValue(reader.language_name(hit.language), key=hit.language)] if hit.language else [],
        "where": [TableValue(gettext(_WHERE[hit.field]), key=_WHERE[hit.field])],
        "text": [TableValue(before + match + after, language=hit.language)],
        "match": [TableValue(match, language=hit.language)] if match else [],
    }
    return TableRow(hit.iri, {column: cell for column, cell in cells.items() if cell})


def _days(reader: ViewContext, node: NamedNode, said: Iterable[Statement]) -> list[str]:
    """Return the first day of the sources of a coded statement; of any other thing the first that is stated of it."""
    graph = reader.graph
    quoted = (
        origin
        for one in graph.nodes(node, EVIDENCE.restsOn)
        for origin in graph.nodes(one, OA.hasSource, PROV.wasQuotedFrom)
    )
    sources = [*graph.nodes(node, EVIDENCE.statedIn), *quoted]
    days = [day for one in dict.fromkeys(sources) if (day := evidence.day_of(graph, one))]
    if not days:
        stated = (row.object for row in said if isinstance(row.object, Literal) and not row.inferred)
        days = [literal.value for literal in stated if literal.datatype in _DATES and _DAY.match(literal.value)]
    return sorted(days)[:1]


def html(site: Site, reader: ViewContext, typed: str, shown: ShownTable) -> str:
    """Return the page of results; without anything typed, an empty form."""
    told = text.plain(typed, 100)
    wanted = shown.wanted
    orders = [
        (gettext(words), wanted.query(without=("page", "sort"), sort=key), wanted.sort == key)
        for key, words in _ORDERS.items()
    ]
    model = Results(
        title=gettext("Search: %(words)s", words=told) if told else gettext("Search"),
        typed=text.plain(typed, 200),
        rows=[_hit_row(reader, row) for row in shown.rows],
        shown=shown,
        chips=table_page.chips(shown, with_text=False),
        downloads=table_page.downloads(shown),
        orders=orders,
        there=site.search is not None,
        hide_search=True,
    )
    return render.page(site, reader, "search.html", model)


def _hit_row(reader: ViewContext, row: TableRow) -> HitRow:
    node = NamedNode(row.iri)
    kind, where, language, words, match = (
        row.cells.get(key, [TableValue("")])[0] for key in ("kind", "where", "language", "text", "match")
    )
    before, found, after = words.text.partition(match.text) if match.text else (words.text, "", "")
    brief = summaries.brief(reader, node) if evidence_records.is_record(reader, node) else None
    return HitRow(reader.ref(node), kind.text, where.text, before, found, after, language.key, brief)


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


def _label(hit: Hit, ref: Ref) -> str:
    """Return the name to suggest, with the words that matched where they are another name."""
    matched = text.plain(hit.before + hit.match + hit.after, 80)
    label = text.plain(hit.label or ref.words.text, 100)
    return label if matched.casefold() == label.casefold() else f"{label} · {matched}"
