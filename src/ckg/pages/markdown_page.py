"""The document of any thing in Markdown (CommonMark), for language models and notes: the same content as its page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import NamedNode

from ckg.pages import entity, evidence_records, standing, statement_groups
from ckg.pages.evidence_records import Dispute, EvidenceRecord, QuotedWords, SourceRecord
from ckg.pages.graph import Node
from ckg.pages.statement_groups import Group, PageBudget, ShownValue
from ckg.pages.view_context import Ref, ViewContext
from ckg.query.document import Document, node_of

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|~&!])")
_LIST_MARK: Final = re.compile(r"^([-+=]|\d+[.)])")
_CHECKED: Final = {True: "; found in the source text", False: "; the source text was not at hand", None: ""}
_NOT_IN_ADDRESS: Final = re.compile(r"[\s<>\\]")


def render(reader: ViewContext, document: Document, *, root: str, citation: str, following: str = "") -> str:
    """Return a page of a document in Markdown.

    `root` is the address of the site, against which links are made absolute, `citation` says how to cite the document,
    and `following` is the address of its next page, empty on the last one.
    """
    writer = _Writer(reader, root)
    lines = [*writer.head(node_of(document.about)), *writer.body(document)]
    if following:
        lines += ["", f"[The next page]({_address(urljoin(root, following))}) has the rest."]
    return "\n".join([*lines, "", "---", "", escaped(citation), ""])


def escaped(text: str) -> str:
    r"""Return text on one line in which nothing is markup (CommonMark 0.31, 2.4).

    >>> print(escaped("1. *yen* [sic]"))
    1\. \*yen\* \[sic\]
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LIST_MARK.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", line)


def _address(href: str) -> str:
    """Return an address between angle brackets, in which spaces and brackets are escaped."""
    return f"<{_NOT_IN_ADDRESS.sub(lambda found: f'%{ord(found[0]):02X}', href)}>"


class _Writer:
    def __init__(self, reader: ViewContext, root: str) -> None:
        self._reader = reader
        self._root = root

    def head(self, node: Node) -> Iterator[str]:
        reader = self._reader
        own = reader.ref(node)
        yield f"# {escaped(own.words.text)}"
        yield ""
        kinds = ", ".join(self._link(kind) for kind in reader.kinds(node))
        iri = _address(own.iri) if isinstance(node, NamedNode) else "a node without a name"
        yield " · ".join(part for part in (kinds, iri, f"`{own.curie}`" if own.curie else "") if part)
        names = "; ".join(f"{escaped(w.text)} ({w.lang or 'no language'})" for w in reader.other_names(node))
        if names:
            yield from ("", f"Other names: {names}")
        definition = reader.definition(node)
        if definition:
            yield from ("", escaped(definition.text))
        stands = standing.of(reader.graph, node)
        if stands is not None:
            yield from ("", f"**Standing: {stands.words}.** {escaped(stands.meaning)}.")

    def body(self, document: Document) -> Iterator[str]:
        reader, node, budget = self._reader, node_of(document.about), PageBudget()
        if isinstance(node, NamedNode) and evidence_records.is_record(reader, node):
            yield from self._evidence(evidence_records.record(reader, node))
        yield from self._part("What is said of it", statement_groups.outgoing(reader, node, document.said, budget))
        yield from self._part("What refers to it", statement_groups.incoming(reader, document.pointing, budget))
        for part in entity.parts(reader, document, budget):
            yield from ("", f"## {escaped(part.ref.words.text)}", "")
            yield " · ".join((*(self._link(kind) for kind in part.kinds), _address(part.ref.iri)))
            if part.words:
                yield from ("", escaped(part.words.text))
            yield from ("", *self._groups(part.groups))

    def _part(self, title: str, groups: Sequence[Group]) -> Iterator[str]:
        if groups:
            yield from ("", f"## {title}", "", *self._groups(groups))

    def _groups(self, groups: Iterable[Group], depth: int = 0) -> Iterator[str]:
        indent = "  " * depth
        for group in groups:
            name = self._link(group.predicate)
            for value in group.values:
                yield f"{indent}- {name}: {self._value(value)}"
                yield from self._groups(value.parts, depth + 1)
            if group.more:
                yield f"{indent}- {name}: {group.more:,} more, which did not fit here"

    def _value(self, value: ShownValue) -> str:
        shown = value.shown
        if isinstance(shown, Ref):
            text = self._link(shown)
        else:
            text = escaped(shown.raw or shown.words.text)
            text += f" ({shown.words.lang})" if shown.words.lang else ""
            text += " …" if shown.cut else ""
        return f"{text} *(inferred)*" if value.inferred else text

    def _link(self, ref: Ref) -> str:
        text = escaped(ref.words.text)
        return f"[{text}]({_address(urljoin(self._root, ref.href))})" if ref.href else text

    def _evidence(self, record: EvidenceRecord) -> Iterator[str]:
        yield from ("", "## In which words", "", f"Standing: {record.standing}.")
        if record.inferred:
            yield "No source states this: it follows from other statements by a rule."
        if record.said_by:
            yield f"Said by: {', '.join(escaped(who.label) for who in record.said_by)}."
        for quoted in record.quotations:
            yield from ("", f"> {escaped(quoted.words)}", "", self._where(quoted))
        for source in record.stated_in:
            yield from ("", f"Stated in {_source(source)}, without words that are quoted here.")
        for dispute in record.disputes:
            yield from ("", self._dispute(dispute))

    def _where(self, quoted: QuotedWords) -> str:
        place = f", characters {quoted.start} to {quoted.end}" if quoted.start is not None else ""
        language = f", {quoted.language}" if quoted.language else ""
        source = _source(quoted.source) if quoted.source else "a source that is not named"
        return f"— {source}{place}{language}{_CHECKED[quoted.checked]}."

    def _dispute(self, dispute: Dispute) -> str:
        sides = ", ".join(f"[{escaped(side.label)}]({_address(side.iri)})" for side in dispute.against)
        over = escaped(dispute.over or dispute.label)
        return f"**Disputed:** {over}" + (f"; it is between this and: {sides}." if sides else ".")


def _source(source: SourceRecord) -> str:
    said = [*source.publishers, source.date, source.grade]
    told = f" ({', '.join(escaped(part) for part in said if part)})" if any(said) else ""
    return f"[{escaped(source.label)}]({_address(source.iri)}){told}"
