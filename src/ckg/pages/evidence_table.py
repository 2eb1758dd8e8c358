"""The table of evidence: coded statements, filtered and a page at a time, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import zstandard

from ckg.formats import Format
from ckg.formats.media import JSON
from ckg.pages import evidence_records, render
from ckg.pages.evidence_records import COLUMNS
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.tables import table_files
from ckg.pages.view_context import ViewContext

PER_PAGE: Final = 50
MAX_PER_PAGE: Final = evidence_records.MAX_RECORDS
"""So that the whole table can be had at once."""

MAX_PAGES: Final = 1_000
MAX_IRIS: Final = 200
"""Statements that one request may name."""

Row = Mapping[str, Any]
_FLAGS: Final = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


class FilterError(ValueError):
    """A filter cannot be understood; the message says which and what it may be."""


@dataclass(frozen=True, slots=True)
class EvidenceFilter:
    """What of the table is wanted; an empty text and None leave a column alone.

    `text` occurs in the label or the quoted words, whatever the case. `kind`, `by`, `source` and `about` are an IRI, a
    CURIE, or part of a name. `iris` are the statements themselves.
    """

    text: str = ""
    kind: str = ""
    standing: str = ""
    by: str = ""
    source: str = ""
    about: str = ""
    disputed: bool | None = None
    inferred: bool | None = None
    iris: tuple[str, ...] = ()

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """The filter as arguments of an address."""
        flags = {"disputed": self.disputed, "inferred": self.inferred}
        texts = {"q": self.text, "kind": self.kind, "standing": self.standing, "by": self.by, "source": self.source}
        rows = [(name, value) for name, value in {**texts, "about": self.about}.items() if value]
        rows += [(name, "true" if value else "false") for name, value in flags.items() if value is not None]
        return rows + [("iri", iri) for iri in self.iris]


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """A page of the table: `total` rows match; `complete` is false where the data have more than can be listed."""

    rows: Sequence[Row]
    total: int
    page: int
    per_page: int
    complete: bool

    @property
    def more(self) -> bool:
        """Whether there are rows after this page."""
        return self.total > self.page * self.per_page


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceTable(render.Page):
    """The page of the table."""

    found: EvidencePage
    filter: EvidenceFilter
    kinds: list[str]
    known_standings: list[str]
    query: str
    downloads: list[tuple[str, str]]


def read_filter(arguments: Mapping[str, Sequence[str]]) -> EvidenceFilter:
    """Return the filter that the arguments of an address ask for. Raises `FilterError`.

    >>> read_filter({"disputed": ["true"], "q": ["yen"]}).arguments
    [('q', 'yen'), ('disputed', 'true')]
    """

    def text(name: str) -> str:
        return (list(arguments.get(name, ())) or [""])[0].strip()[:500]

    def flag(name: str) -> bool | None:
        given = text(name).casefold()
        if not given:
            return None
        if given not in _FLAGS:
            raise FilterError(f"{name} must be true or false, not {given[:20]}.")
        return _FLAGS[given]

    iris = tuple(arguments.get("iri", ()))
    if len(iris) > MAX_IRIS:
        raise FilterError(f"At most {MAX_IRIS} statements can be named in one request.")
    return EvidenceFilter(
        text("q"),
        text("kind"),
        text("standing"),
        text("by"),
        text("source"),
        text("about"),
        flag("disputed"),
        flag("inferred"),
        iris,
    )


def all_rows(reader: ViewContext) -> bytes:
    """Return every record of the table, packed for a cache: as it is, it would take more than its share there."""
    nodes, complete = evidence_records.listed(reader)
    rows = [evidence_records.record(reader, node).as_json() for node in nodes]
    return zstandard.compress(json.dumps({"complete": complete, "rows": rows}, ensure_ascii=False).encode())


def _unpacked(table: bytes) -> Mapping[str, Any]:
    """Return what `all_rows` has packed: an object with `complete` and `rows`."""
    found: Mapping[str, Any] = json.loads(zstandard.decompress(table))
    return found


def found(
    reader: ViewContext, wanted: EvidenceFilter, page: int, per_page: int, table: Callable[[], bytes]
) -> EvidencePage:
    """Return a page of what a filter leaves of the table; statements that are named are read without the table."""
    if wanted.iris:
        rows, complete = _named_rows(reader, wanted.iris), True
    else:
        read = _unpacked(table())
        rows, complete = read["rows"], read["complete"]
    named = {name: _iri(reader, getattr(wanted, name)) for name in ("kind", "by", "source", "about")}
    left = [row for row in rows if _matches(row, wanted, named)]
    start = (page - 1) * per_page
    return EvidencePage(left[start : start + per_page], len(left), page, per_page, complete)


def _named_rows(reader: ViewContext, iris: Iterable[str]) -> list[Row]:
    nodes = [node for iri in dict.fromkeys(iris) if (node := reader.resolve(iri)) is not None]
    return [
        evidence_records.record(reader, node).as_json() for node in nodes if evidence_records.is_record(reader, node)
    ]


def _iri(reader: ViewContext, name: str) -> str:
    node = reader.resolve(name)
    return node.value if node is not None else ""


def _matches(row: Row, wanted: EvidenceFilter, named: Mapping[str, str]) -> bool:
    text = wanted.text.casefold()
    words = (row["label"], *(q["words"] for q in row["quotations"]))
    about = [{"iri": fact["iri"], "label": fact["value"]} for fact in row["facts"] if fact["iri"]]
    columns = {"kind": row["kinds"], "by": row["said_by"], "source": _sources(row), "about": about}
    return (
        (not text or any(text in word.casefold() for word in words))
        and (not wanted.standing or row["standing"] == wanted.standing)
        and (wanted.disputed is None or bool(row["disputes"]) == wanted.disputed)
        and (wanted.inferred is None or row["inferred"] == wanted.inferred)
        and all(
            not getattr(wanted, name) or _has(values, getattr(wanted, name), named[name])
            for name, values in columns.items()
        )
    )


def _has(values: Iterable[Row], name: str, iri: str) -> bool:
    part = name.casefold()
    return any((bool(iri) and value["iri"] == iri) or part in value["label"].casefold() for value in values)


def _sources(row: Row) -> list[Row]:
    return [q["source"] for q in row["quotations"] if q["source"]] + list(row["stated_in"])


def _each(sources: Iterable[Row]) -> list[Row]:
    return list({source["iri"]: source for source in sources}.values())


def as_json(found_: EvidencePage, wanted: EvidenceFilter, release: str, path: str) -> bytes:
    """Return a page of the table as JSON, with the address of the next one (None on the last)."""
    arguments = [*wanted.arguments, ("page", str(found_.page + 1)), ("per_page", str(found_.per_page))]
    answer = {
        "release": release,
        "total": found_.total,
        "complete": found_.complete,
        "page": found_.page,
        "per_page": found_.per_page,
        "next": f"{path}?{urlencode([*arguments, ('format', JSON.key)])}" if found_.more else None,
        "rows": list(found_.rows),
    }
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def as_text(found_: EvidencePage, form: Format) -> bytes:
    """Return a page of the table in CSV, TSV or Parquet, a row of text for each statement."""
    rows = (evidence_records.flat(row) for row in found_.rows)
    return table_files.of_text(COLUMNS, ([row[name] for name in COLUMNS] for row in rows), form)


def files(reader: ViewContext, wanted: EvidenceFilter) -> list[tuple[str, str]]:
    """Return address and format of each file that has the whole table, or all of it that a filter leaves."""
    all_of_it = [*wanted.arguments, ("per_page", str(MAX_PER_PAGE))]
    return [
        (f"{reader.path('evidence')}?{urlencode([*all_of_it, ('format', form.key)])}", form.name)
        for form in table_files.offered()
    ]


def html(site: Site, reader: ViewContext, found_: EvidencePage, wanted: EvidenceFilter, table: bytes) -> str:
    """Return the page of the table."""
    rows = _unpacked(table)["rows"]
    kinds = sorted({kind["label"] for row in rows for kind in row["kinds"]}, key=str.casefold)
    query = urlencode(wanted.arguments)
    model = EvidenceTable(
        title=gettext("Table of evidence"),
        description=gettext("Each coded statement with its words, its source, its standing, and what disputes it."),
        found=replace(found_, rows=[{**row, "sources": _each(_sources(row))} for row in found_.rows]),
        filter=wanted,
        kinds=kinds,
        known_standings=sorted({row["standing"] for row in rows}),
        query=query,
        downloads=files(reader, wanted),
    )
    return render.page(site, reader, "evidence.html", model)
