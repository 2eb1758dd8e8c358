"""The table of promises: who, to whom, what, how much, by when, how strongly, how far it has come, who disputes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup
from pyoxigraph import NamedNode

from ckg.pages import evidence, text
from ckg.pages.graph import Node
from ckg.pages.messages import gettext, marked, ngettext
from ckg.pages.svg.charts import Bar, bars
from ckg.pages.svg.element import markup
from ckg.pages.tables import class_table
from ckg.pages.tables.data_table import (
    NAME,
    Cell,
    DataTable,
    TableColumn,
    TableRow,
    TableValue,
    thing,
    things,
    translated,
)
from ckg.pages.terms import SCHEMA
from ckg.pages.view_context import ViewContext

from . import commitments, figures
from .terms import CKG

_OVER = frozenset({"achieved-self-declared", "achieved-validated", "withdrawn"})
"""The statuses after which nothing more is due."""

COLUMNS = (
    TableColumn(NAME, marked("What")),
    TableColumn("who", marked("Who promised"), "things", facet=True, compared=True),
    TableColumn("to", marked("To whom"), "things", facet=True),
    TableColumn("amount", marked("Amount as stated"), "number"),
    TableColumn("due", marked("Due"), "date", facet=True),
    TableColumn(
        "strength", marked("Strength"), "things", facet=True, definition=marked("The verb of the text, and its rank.")
    ),
    TableColumn(
        "status",
        marked("Status"),
        "things",
        facet=True,
        definition=marked("How far it has come, by the latest source."),
    ),
    TableColumn("disputes", marked("Disputed"), "things"),
    TableColumn("words", marked("Words"), "words"),
    TableColumn("partner", marked("Partner"), "things", facet=True, compared=True, is_extra=True),
    TableColumn("state", marked("State of Central Asia"), "things", facet=True, compared=True, is_extra=True),
    TableColumn("theme", marked("Theme"), "things", facet=True, is_extra=True),
    TableColumn("year", marked("Year"), "date", facet=True, is_extra=True),
    TableColumn("disputed", marked("Disputed or not"), facet=True, is_extra=True),
    TableColumn("mark", marked("Overdue"), facet=True, is_extra=True),
    TableColumn("made", marked("Made at"), "things", is_extra=True),
    TableColumn("source", marked("Source"), "things", is_extra=True),
)


def table(reader: ViewContext) -> DataTable:
    """Return every commitment as a row, the latest first."""
    partners = {
        p for dialogue in reader.graph.instances(CKG.Dialogue) for p in reader.graph.nodes(dialogue, CKG.partner)
    }
    rows = [
        _row(reader, node, partners) for node in reader.graph.instances(CKG.Commitment) if isinstance(node, NamedNode)
    ]
    rows.sort(key=lambda pair: pair[1].cells[NAME][0].text.casefold())
    rows.sort(key=lambda pair: pair[0], reverse=True)
    day = text.date(reader.about.issued) if reader.about.issued else ""
    notes = [
        gettext(
            "Promises of different summits are coded in full, in part or not at all. A count of rows compares the "
            "coding, not the partners. Amounts in different currencies cannot be compared."
        ),
    ]
    if day:
        notes.append(
            gettext(
                "Overdue: the due date had passed on %(day)s, the date of this release, and no source in it says that "
                "the promise was kept or withdrawn. No evidence since: the last day for which a source in this "
                "release says how far it has come.",
                day=day,
            )
        )
    return DataTable(
        translated(COLUMNS),
        [row for _, row in rows],
        grouped_by="theme",
        title=gettext("Promises"),
        lead=gettext(
            "Every promise in one row: who made it to whom, how much, by when, in which words, and who disputes it."
        ),
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class Amounts:
    """Drawings of the amounts that were promised, one for each currency."""

    drawings: list[Markup]


def amounts(reader: ViewContext, _arguments: Mapping[str, str]) -> Amounts:
    """Return the amounts of all promises as bars, each currency by itself."""
    by_currency: dict[str, list[Bar]] = {}
    for node in reader.graph.instances(CKG.Commitment):
        ref = reader.ref(node)
        for found in figures.figures(reader, node)[:1]:
            if found.value is not None and reader.graph.nodes(node, CKG.amount):
                by_currency.setdefault(found.unit, []).append(Bar(ref.words.text, found.value, found.words, ref.href))
    drawings = []
    for number, (currency, rows) in enumerate(sorted(by_currency.items(), key=lambda pair: (-len(pair[1]), pair[0]))):
        rows.sort(key=lambda row: -row.value)
        drawings.append(
            markup(
                bars(gettext("Amounts promised in %(currency)s", currency=currency), rows, ident=f"amounts-{number}")
            )
        )
    return Amounts(drawings)


def _row(reader: ViewContext, node: NamedNode, partners: set[Node]) -> tuple[str, TableRow]:
    """Return the day on which a promise was made, and its row."""
    graph = reader.graph
    bound = graph.nodes(node, CKG.binds)
    said = [one for one in graph.nodes(node, CKG.saidToBind) if one not in bound]
    to = list(dict.fromkeys(graph.nodes(node, CKG.addressedTo, CKG.beneficiary, CKG.moneyTo)))
    meetings = graph.nodes(node, CKG.madeAt)
    made = _made(reader, node, meetings)
    due, basis = commitments.deadline(reader, node)
    disputes = commitments.conflicts_over(reader, node)
    status, last = _status(reader, node)
    marks = _marks(reader, made, due, status, last, disputed=len(disputes))
    cells: dict[str, Cell] = {
        NAME: [thing(reader.ref(node))],
        "who": [*things(reader.refs(bound)), *(_said_to(one) for one in things(reader.refs(said)))],
        "to": things(reader.refs(to)),
        "amount": _amounts(reader, node),
        "due": [TableValue(text.date(due), key=due, source=basis)] if due else [],
        "strength": _strength(reader, node),
        "status": [thing(reader.ref(status))] if status is not None else [],
        "disputes": things(disputes),
        "words": class_table.quoted_words(reader, node),
        "partner": things(reader.refs(_partners(reader, meetings, [*bound, *said], partners))),
        "state": things(reader.refs(_states(reader, node, [*bound, *said, *to]))),
        "theme": things(reader.refs(graph.nodes(node, CKG.theme))),
        "year": [TableValue(made[:4], key=made)] if made else [],
        "disputed": [
            TableValue(gettext("disputed") if disputes else gettext("not disputed"), key="yes" if disputes else "no")
        ],
        "mark": _overdue(marks),
        "made": things(reader.refs(meetings)),
        "source": class_table.sources(reader, node),
    }
    return made, TableRow(node.value, {key: cell for key, cell in cells.items() if cell}, marks)


def _said_to(one: TableValue) -> TableValue:
    return replace(one, source=gettext("as some sources say"))


def _made(reader: ViewContext, node: Node, meetings: Iterable[Node]) -> str:
    """Return the day of a promise: that of its meeting, else that of its earliest source; ISO 8601, or empty."""
    days = [reader.graph.text(meeting, SCHEMA.endDate, SCHEMA.startDate) for meeting in meetings]
    known = sorted(day for day in days if day)
    if known:
        return known[0]
    quoted = evidence.quotations(reader, node)
    sources = [q.source for q in quoted if q.source] + evidence.unquoted_sources(reader, node, quoted)
    return min((source.day for source in sources if source.day), default="")


def _amounts(reader: ViewContext, node: Node) -> list[TableValue]:
    return [
        TableValue(
            f.words,
            f.ref.href,
            key=f.exact,
            number=f.value,
            unit=f.unit,
            source=f"“{f.stated}”" if f.stated else "",
        )
        for f in figures.figures(reader, node)
    ]


def _strength(reader: ViewContext, node: Node) -> list[TableValue]:
    """Return the act with which it was promised and its rank; where only a reporter names one, that act, marked so."""
    found = commitments.strength(reader, node)
    if found is None:
        return []
    if found.rank:
        return [
            replace(
                thing(found.ref),
                number=float(found.rank),
                source=gettext("%(rank)s of %(ranks)s", rank=found.rank, ranks=found.out_of),
            )
        ]
    if found.as_reported is not None:
        return [replace(thing(found.as_reported), number=0.0, source=gettext("as reported"))]
    return [thing(found.ref)]


def _status(reader: ViewContext, node: Node) -> tuple[NamedNode | None, str]:
    """Return the latest status of a promise and its day; None and empty where no source gives one."""
    graph = reader.graph
    steps = [(graph.text(step, CKG.onDate) or "", step) for step in graph.nodes(node, CKG.hasStatusStep)]
    if not steps:
        return None, ""
    day, step = max(steps, key=lambda pair: (pair[0], pair[1].value))
    status = graph.node(step, CKG.status)
    return status if isinstance(status, NamedNode) else None, day


def _marks(
    reader: ViewContext, made: str, due: str, status: NamedNode | None, last: str, *, disputed: int
) -> list[tuple[str, str]]:
    """Return the marks of a row as rows of a style and words."""
    today, end = text.day(reader.about.issued or ""), text.day(due, last=True)
    is_over = status is not None and status.value.rpartition("/")[2] in _OVER
    marks = []
    if disputed:
        marks.append(("conflict", ngettext("disputed on %(n)s point", "disputed on %(n)s points", disputed)))
    if today is not None and end is not None and end < today and not is_over:
        marks.append(("overdue", gettext("overdue: due %(day)s", day=text.date(due))))
    if not is_over:
        since = max(last, made)
        marks.append(
            (
                "plain",
                gettext("no evidence since %(day)s", day=text.date(since))
                if since
                else gettext("no evidence of what became of it"),
            )
        )
    return marks


def _overdue(marks: Iterable[tuple[str, str]]) -> list[TableValue]:
    if any(style == "overdue" for style, _ in marks):
        return [TableValue(gettext("overdue"), key="overdue")]
    return [TableValue(gettext("not overdue"), key="not overdue")]


def _partners(reader: ViewContext, meetings: Iterable[Node], bound: Iterable[Node], partners: set[Node]) -> list[Node]:
    """Return the partners of Central Asia with which it was made: those of the dialogue, else those that are bound."""
    graph = reader.graph
    found = [
        partner
        for meeting in meetings
        for dialogue in graph.nodes(meeting, CKG.meetingOf)
        for partner in graph.nodes(dialogue, CKG.partner)
    ]
    return list(dict.fromkeys(found or [one for one in bound if one in partners]))


def _states(reader: ViewContext, node: Node, named: Iterable[Node]) -> list[Node]:
    """Return the states of a region that a promise names, or that belong to a region which it names."""
    graph = reader.graph
    found = []
    for one in dict.fromkeys([*named, *graph.nodes(node, CKG.about), *graph.subjects(node, CKG.subscribesTo)]):
        found += [one] if graph.nodes(one, CKG.stateOf) else graph.subjects(one, CKG.stateOf)
    return list(dict.fromkeys(found))
