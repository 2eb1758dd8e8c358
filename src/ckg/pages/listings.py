"""Tables of the vocabulary of evidence: all disagreements, all sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ckg.pages import claims, evidence
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.summaries import Brief
from ckg.pages.tables import table_page
from ckg.pages.tables.data_table import NAME, Cell, DataTable, TableColumn, TableRow, TableValue, thing, things
from ckg.pages.tables.shown_table import ShownTable
from ckg.pages.terms import EVIDENCE
from ckg.pages.view_context import ViewContext


def disagreements(reader: ViewContext) -> DataTable:
    """Return every conflict with its point and its sides, those with most sides first."""
    graph = reader.graph
    rows = []
    for conflict in claims.conflicts(reader):
        node = reader.node(conflict.ref)
        cells: dict[str, Cell] = {
            NAME: [thing(conflict.ref)],
            "point": [TableValue(conflict.over)] if conflict.over else [],
            "sides": [_side(side) for side in conflict.sides],
            "number": [TableValue(str(len(conflict.sides)), number=float(len(conflict.sides)))],
            "kind": things(reader.refs(graph.nodes(node, EVIDENCE.conflictKind))),
            "about": things(reader.refs(graph.nodes(node, EVIDENCE.conflictOn))),
            "said_by": _voices(conflict.sides),
        }
        rows.append(TableRow(conflict.ref.iri, {key: cell for key, cell in cells.items() if cell}))
    rows.sort(key=lambda row: (-(row.cells["number"][0].number or 0), row.cells[NAME][0].text.casefold()))
    return DataTable(
        [
            TableColumn(NAME, gettext("Disagreement")),
            TableColumn("point", gettext("The point")),
            TableColumn("sides", gettext("The sides, the most reliable source first")),
            TableColumn("number", gettext("Sides"), "number"),
            TableColumn("about", gettext("About"), "things", facet=True),
            TableColumn("kind", gettext("Kind"), "things", facet=True),
            TableColumn("said_by", gettext("Said by"), "things", facet=True, is_extra=True),
        ],
        rows,
        title=gettext("Where sources disagree"),
        lead=gettext(
            "Statements that contradict each other on one point. All of them are kept; none is averaged or chosen."
        ),
    )


def _side(side: Brief) -> TableValue:
    """Return one side as a value: its figures or its name, and who says so in a source of which grade."""
    figures = "; ".join(f.words for f in side.figures if f.said)
    who = [ref.words.text for ref in side.voice[:2]]
    best = side.all_sources[0] if side.all_sources else None
    grade = best.grade.words.text if best is not None and best.grade else ""
    told = ", ".join(part for part in (*dict.fromkeys(who), best.date if best is not None else "", grade) if part)
    return TableValue(
        figures or side.ref.words.text, side.ref.href, "" if figures else side.ref.words.lang, source=told
    )


def _voices(sides: Iterable[Brief]) -> list[TableValue]:
    return things({ref.iri: ref for side in sides for ref in side.voice if ref.iri}.values())


def disagreements_html(site: Site, reader: ViewContext, shown: ShownTable) -> str:
    """Return the page of the table of conflicts."""
    return table_page.html(site, reader, shown, "conflicts.html")


def sources(reader: ViewContext) -> DataTable:
    """Return every source with its grade, its date, and how much rests on it; the most reliable first."""
    graph = reader.graph
    quoted = Counter(
        origin
        for quotation in graph.instances(EVIDENCE.Quotation)
        if (found := evidence.quotation(reader, quotation).source) is not None
        for origin in [found.ref.iri]
    )
    rows = []
    for node in graph.instances(EVIDENCE.Source):
        found = evidence.source(reader, node)
        records = len(graph.subjects(node, EVIDENCE.statedIn))
        cells: dict[str, Cell] = {
            NAME: [thing(found.ref)],
            "publisher": things(found.publishers),
            "date": [TableValue(found.date, key=found.day)] if found.day else [],
            "in": [TableValue(found.language)] if found.language else [],
            "grade": [thing(found.grade)] if found.grade else [],
            "records": [TableValue(str(records), number=float(records))],
            "quotations": [TableValue(str(quoted[found.ref.iri]), number=float(quoted[found.ref.iri]))],
            "reports": things(found.primary),
        }
        order = (evidence.rank(reader, found), found.day or "9999", found.ref.words.text.casefold())
        rows.append((order, TableRow(found.ref.iri, {key: cell for key, cell in cells.items() if cell})))
    return DataTable(
        [
            TableColumn(NAME, gettext("Source")),
            TableColumn("publisher", gettext("Publisher"), "things", facet=True),
            TableColumn("date", gettext("Date"), "date", facet=True),
            TableColumn("in", gettext("Language"), facet=True),
            TableColumn(
                "grade",
                gettext("Grade"),
                "things",
                facet=True,
                definition=gettext("How close a source is to what it says."),
            ),
            TableColumn("records", gettext("Records stated"), "number"),
            TableColumn("quotations", gettext("Quotations"), "number"),
            TableColumn(
                "reports", gettext("Reports"), "things", definition=gettext("The sources whose words it repeats.")
            ),
        ],
        [row for _, row in sorted(rows, key=lambda pair: pair[0])],
        title=gettext("Sources"),
        lead=gettext("Every statement comes from one of these."),
    )


def sources_html(site: Site, reader: ViewContext, shown: ShownTable) -> str:
    """Return the page of the table of sources."""
    return table_page.html(site, reader, shown, "sources.html")
