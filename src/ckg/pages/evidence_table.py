"""The table of evidence: every coded statement with its words, its source, its standing and what disputes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from ckg.formats.media import JSON
from ckg.pages import evidence_records, standing, text
from ckg.pages.messages import gettext, marked
from ckg.pages.site import Site
from ckg.pages.tables import table_files, table_page
from ckg.pages.tables.data_table import NAME, Cell, DataTable, TableColumn, TableRow, TableValue, translated
from ckg.pages.tables.shown_table import ShownTable
from ckg.pages.tables.table_request import ALL_COLUMNS, MAX_PER_PAGE
from ckg.pages.view_context import ViewContext

MAX_IRIS: Final = 200
"""Statements that one request may name."""

_STANDING: Final = marked("Who answers for it: the parties, a source, or the editors.")
_BY_RULE: Final = marked("Follows only by a rule.")

COLUMNS: Final = (
    TableColumn(NAME, marked("Statement")),
    TableColumn("kind", marked("Kind"), "things", facet=True, by_part=True),
    TableColumn(
        "standing",
        marked("Standing"),
        facet=True,
        definition=_STANDING,
    ),
    TableColumn("by", marked("Said by"), "things", facet=True, by_part=True),
    TableColumn("words", marked("Words"), "words"),
    TableColumn("source", marked("Source"), "things", facet=True, by_part=True),
    TableColumn("disputes", marked("Sources disagree on"), "things"),
    TableColumn("disputed", marked("Disputed"), "flag", facet=True, is_extra=True),
    TableColumn("against", marked("Disputed with"), "things", is_extra=True),
    TableColumn("about", marked("About"), "things", facet=True, is_extra=True, by_part=True),
    TableColumn("inferred", marked("Inferred"), "flag", facet=True, is_extra=True, definition=_BY_RULE),
    TableColumn("language", marked("Language of the words"), facet=True, is_extra=True),
    TableColumn("checked", marked("Words found in the source"), "flag", is_extra=True),
    TableColumn("publisher", marked("Publisher"), facet=True, is_extra=True),
    TableColumn("date", marked("Date of the source"), "date", facet=True, is_extra=True),
    TableColumn("grade", marked("Grade of the source"), facet=True, is_extra=True),
)
"""The columns; those beyond the first seven are shown to who asks for them."""

Row = Mapping[str, Any]


def table(reader: ViewContext, iris: Iterable[str] = ()) -> DataTable:
    """Return all coded statements in the order of their IRIs, or those among some things (IRIs or CURIEs) in theirs."""
    nodes, complete = (_records_among(reader, iris), True) if iris else evidence_records.listed(reader)
    return DataTable(
        translated(COLUMNS),
        [_row(reader, evidence_records.record(reader, node).as_json()) for node in nodes],
        exact=complete,
        title=gettext("Table of evidence"),
        lead=gettext(
            "Each coded statement with its standing, who says it, the words it is based on, and their source. Read a "
            "row as a whole: a claim is not a fact, and a disputed statement has another side."
        ),
    )


def _records_among(reader: ViewContext, iris: Iterable[str]) -> list[NamedNode]:
    nodes = dict.fromkeys(node for iri in iris if (node := reader.resolve(iri)) is not None)
    return [node for node in nodes if evidence_records.is_record(reader, node)]


def _row(reader: ViewContext, row: Row) -> TableRow:
    quoted = row["quotations"]
    sources = {s["iri"]: s for s in (*(q["source"] for q in quoted if q["source"]), *row["stated_in"])}.values()
    checked = {q["checked"] for q in quoted}
    cells: dict[str, Cell] = {
        NAME: [TableValue(row["label"], row["page"], row["label_language"], row["iri"])],
        "kind": _things(reader, row["kinds"]),
        "standing": [_standing(row["standing"])],
        "by": _things(reader, row["said_by"]),
        "words": [TableValue(q["words"], _href(reader, q["iri"]), q["language"]) for q in quoted if q["words"]],
        "source": [_source(reader, source) for source in sources],
        "disputes": [
            TableValue(d["over"] or d["label"], _href(reader, d["iri"]), key=d["iri"]) for d in row["disputes"]
        ],
        "disputed": [_flag(is_true=bool(row["disputes"]))],
        "against": _things(reader, (side for dispute in row["disputes"] for side in dispute["against"])),
        "about": _things(reader, ({"iri": f["iri"], "label": f["value"]} for f in row["facts"] if f["iri"])),
        "inferred": [_flag(is_true=row["inferred"])],
        "language": [_language(reader, tag) for tag in dict.fromkeys(q["language"] for q in quoted) if tag],
        "checked": [_flag(is_true=checked == {True})] if checked and None not in checked else [],
        "publisher": [TableValue(name) for name in dict.fromkeys(name for s in sources for name in s["publishers"])],
        "date": [TableValue(text.date(day), key=day) for day in dict.fromkeys(s["date"] for s in sources) if day],
        "grade": [TableValue(grade) for grade in dict.fromkeys(s["grade"] for s in sources) if grade],
    }
    return TableRow(row["iri"], {key: cell for key, cell in cells.items() if cell})


def _things(reader: ViewContext, found: Iterable[Row]) -> list[TableValue]:
    """Return things as values, each once."""
    rows = {row["iri"] or row["label"]: row for row in found}.values()
    return [TableValue(row["label"], _href(reader, row["iri"]), key=row["iri"]) for row in rows]


def _href(reader: ViewContext, iri: str) -> str:
    ref = reader.ref(NamedNode(iri)) if iri and not iri.startswith("_:") else None
    return ref.href if ref is not None else ""


def _standing(key: str) -> TableValue:
    return TableValue(gettext(key), key=key, tone=key if any(key == known.key for known in standing.ALL) else "")


def _source(reader: ViewContext, source: Row) -> TableValue:
    told = ", ".join(part for part in (text.date(source["date"]) if source["date"] else "", source["grade"]) if part)
    return TableValue(source["label"], _href(reader, source["iri"]), key=source["iri"], source=told)


def _flag(*, is_true: bool) -> TableValue:
    return TableValue(gettext("yes"), key="true") if is_true else TableValue(gettext("no"), key="false")


def _language(reader: ViewContext, tag: str) -> TableValue:
    return TableValue(reader.language_name(tag), key=tag)


def as_json(reader: ViewContext, shown: ShownTable, release: str) -> bytes:
    """Return the rows of a page as records, with the address of the next page (None on the last)."""
    wanted = shown.wanted
    following = [*wanted.arguments(page=str(wanted.page + 1)), ("format", JSON.key)]
    answer = {
        "release": release,
        "total": shown.total,
        "complete": shown.exact,
        "page": wanted.page,
        "per_page": wanted.per_page,
        "next": f"{reader.path('evidence')}?{urlencode(following)}" if shown.more else None,
        "rows": [evidence_records.record(reader, NamedNode(row.iri)).as_json() for row in shown.rows],
    }
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def files(reader: ViewContext) -> list[tuple[str, str]]:
    """Return address and format of each file that has the whole table with all of its columns."""
    whole = {"show": ALL_COLUMNS, "per_page": str(MAX_PER_PAGE)}
    address = reader.path("evidence")
    return [(f"{address}?{urlencode({**whole, 'format': f.key}, safe='*')}", f.name) for f in table_files.offered()]


def html(site: Site, reader: ViewContext, shown: ShownTable) -> str:
    """Return the page of the table."""
    return table_page.html(site, reader, shown, "evidence.html")
