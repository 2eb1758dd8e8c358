"""A coded statement as Python has it: it cannot be made without its standing, its words and their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True, slots=True)
class Quoted:
    """Quoted words: their language, the source's IRI and name, its date and grade, and whether they were checked."""

    words: str
    language: str
    source: str
    source_label: str
    date: str
    grade: str
    url: str
    checked: bool | None

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.source_label, self.date, self.grade) if part)
        return f"“{self.words}” ({place})"


@dataclass(frozen=True, slots=True)
class CodedStatement:
    """A coded statement with what it must be read with.

    `disputes` are what it is disputed over, each with the IRIs of the statements that say otherwise; `sources` are the
    names of all sources, quoted or not; `record` is all that the server says of it.
    """

    iri: str
    label: str
    kinds: tuple[str, ...]
    standing: str
    inferred: bool
    said_by: tuple[str, ...]
    words: tuple[Quoted, ...]
    sources: tuple[str, ...]
    disputes: tuple[tuple[str, tuple[str, ...]], ...]
    page: str
    record: Mapping[str, Any]

    @property
    def disputed(self) -> bool:
        """Whether another statement says otherwise."""
        return bool(self.disputes)

    def __str__(self) -> str:
        said = f", said by {', '.join(self.said_by)}" if self.said_by else ""
        lines = [f"{self.label} [{self.standing}{said}]", *(f"  {quoted}" for quoted in self.words)]
        if not self.words:
            lines += [f"  stated in {', '.join(self.sources) or 'no source that is named'}"]
        lines += [f"  disputed over {over}: see {', '.join(against)}" for over, against in self.disputes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        words = "".join(f"<li>{escape(str(quoted))}</li>" for quoted in self.words)
        disputed = "".join(f"<p>Disputed: {escape(over)}</p>" for over, _ in self.disputes)
        said = f", said by {escape(', '.join(self.said_by))}" if self.said_by else ""
        return f"<p><b>{escape(self.label)}</b> [{escape(self.standing)}{said}]</p><ul>{words}</ul>{disputed}"


def from_record(row: Mapping[str, Any], address: str) -> CodedStatement:
    """Return a record of the server as evidence; `address` is the root of the server."""
    quoted = tuple(_quoted(q) for q in row["quotations"])
    unquoted = [source["label"] for source in row["stated_in"]]
    return CodedStatement(
        iri=row["iri"],
        label=row["label"],
        kinds=tuple(kind["label"] for kind in row["kinds"]),
        standing=row["standing"],
        inferred=row["inferred"],
        said_by=tuple(who["label"] for who in row["said_by"]),
        words=quoted,
        sources=tuple(dict.fromkeys([*(q.source_label for q in quoted if q.source_label), *unquoted])),
        disputes=tuple(
            (dispute["over"] or dispute["label"], tuple(side["iri"] for side in dispute["against"]))
            for dispute in row["disputes"]
        ),
        page=f"{address}{row['page']}" if row["page"].startswith("/") else row["page"],
        record=row,
    )


def _quoted(row: Mapping[str, Any]) -> Quoted:
    source = row["source"] or {}
    return Quoted(
        words=row["words"],
        language=row["language"],
        source=source.get("iri", ""),
        source_label=source.get("label", ""),
        date=source.get("date", ""),
        grade=source.get("grade", ""),
        url=source.get("url", ""),
        checked=row["checked"],
    )
