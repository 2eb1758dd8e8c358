"""Everything that is said of a thing and with it, grouped by property, with the graph or rule it comes from.

A page has a budget: every value takes a part of it, a node without a name is unfolded once, and what the budget does
not hold is on a page of its own, to which a link leads. So no shape of data makes a page large or slow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ckg.model.vocabulary import OWL_NS
from ckg.pages import text
from ckg.pages.graph import Node, Term
from ckg.pages.terms import EVIDENCE, OA, OWL, RDF
from ckg.pages.view_context import Datum, Ref, ViewContext
from ckg.query.lookup import Statement

_MAX_DEPTH: Final = 6  # how deep nodes without a name are unfolded in one another
_PARTS_MAX: Final = 100  # statements of one such node that are shown in its place
_VALUE_BYTES: Final = 250  # of markup around a value

_LAST = {OWL.sameAs, EVIDENCE.tracesTo, EVIDENCE.reportedBy}


@dataclass(slots=True)
class PageBudget:
    """What is left of one page: bytes of markup for values, and the nodes that it has unfolded, each at an anchor."""

    left_bytes: int = 600_000
    unfolded: dict[BlankNode, str] = field(default_factory=dict)

    def take(self, size: int) -> bool:
        """Take bytes for a value; say whether there were any left."""
        self.left_bytes -= size
        return self.left_bytes > 0


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a property; `parts` are the statements of a node without a name, shown in its place.

    `anchor` is where on the page the node is unfolded; a node that stands elsewhere too, or has more to say than is
    shown, is a link to there.
    """

    shown: Ref | Datum
    inferred: bool
    graphs: list[Ref]
    parts: list[Group]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one property; `more` of them did not fit on the page."""

    predicate: Ref
    values: list[ShownValue]
    more: int
    why: str = ""

    @property
    def graphs(self) -> list[Ref]:
        """The graphs that all values share, shown once."""
        first = self.values[0].graphs if self.values else []
        return first if all(value.graphs == first for value in self.values) else []


def outgoing(reader: ViewContext, subject: Node, rows: Iterable[Statement], budget: PageBudget) -> list[Group]:
    """Return what is said of a thing, but its classes and those names that the head of the page has."""
    labels = {*reader.labels}
    head = {reader.label(subject).text, *(words.text for words in reader.other_names(subject))}

    def is_in_head(row: Statement) -> bool:
        if row.predicate == RDF.type:
            return True
        return row.predicate in labels and isinstance(row.object, Literal) and text.plain(row.object.value) in head

    return _groups(reader, [row for row in rows if row.subject == subject and not is_in_head(row)], budget, 0)


def parted(
    reader: ViewContext, groups: list[Group], *, of: Node | None = None, to: Node | None = None
) -> tuple[list[Group], list[Group]]:
    """Return groups in two: what is stated, and what only follows by rule, with the address that says why.

    `of` is the thing the statements are about, or `to` the thing they point to.
    """
    stated: list[Group] = []
    inferred: list[Group] = []
    for group in groups:
        for wanted, kept in ((False, stated), (True, inferred)):
            values = [value for value in group.values if value.inferred is wanted]
            if values:
                more = group.more if kept is stated or not stated else 0
                # What is said of a node without a name has no address at which it could be explained.
                named = wanted and isinstance(of or to, NamedNode)
                why = reader.why_address(by=reader.node(group.predicate), of=of, to=to) if named else ""
                kept.append(Group(group.predicate, values, more, why))
    return stated, inferred


def incoming(reader: ViewContext, rows: Iterable[Statement], budget: PageBudget) -> list[Group]:
    """Return the statements that point to a thing, by property, with their subjects as values."""
    by_predicate: dict[NamedNode, list[Statement]] = {}
    for row in rows:
        if not isinstance(row.subject, BlankNode) and reader.graph.own([row.subject]):
            by_predicate.setdefault(row.predicate, []).append(row)
    groups = []
    for predicate, found in by_predicate.items():
        shown = [_value(reader, row, row.subject, budget, _MAX_DEPTH) for row in found if budget.take(_VALUE_BYTES)]
        groups.append(Group(reader.ref(predicate), sorted(shown, key=_order), len(found) - len(shown)))
    return sorted(groups, key=_by_label)


def _groups(reader: ViewContext, rows: Iterable[Statement], budget: PageBudget, depth: int) -> list[Group]:
    by_predicate: dict[NamedNode, list[Statement]] = {}
    for row in rows:
        if isinstance(row.object, Triple) or (row.predicate != OWL.sameAs and not reader.graph.own([row.object])):
            continue
        by_predicate.setdefault(row.predicate, []).append(row)
    groups = []
    for predicate, found in by_predicate.items():
        shown: list[ShownValue] = []
        for row in found:
            assert not isinstance(row.object, Triple)
            if budget.take(_VALUE_BYTES + (min(len(row.object.value), text.SHOWN_CHARS))):
                shown.append(_value(reader, row, row.object, budget, depth))
        shown.sort(key=_order)
        groups.append(Group(reader.ref(predicate), shown, len(found) - len(shown)))
    return sorted(groups, key=_by_label)


def _value(reader: ViewContext, row: Statement, term: Term, budget: PageBudget, depth: int) -> ShownValue:
    graphs = [reader.ref(NamedNode(name)) for name in row.graphs]
    if not isinstance(term, BlankNode):
        return ShownValue(reader.show(term), row.inferred, graphs, [])
    if term in budget.unfolded:
        shown = reader.node_ref(term, f"#{budget.unfolded[term]}")
        return ShownValue(shown, row.inferred, graphs, [])
    if depth >= _MAX_DEPTH or budget.left_bytes <= 0:
        return ShownValue(reader.node_ref(term), row.inferred, graphs, [])
    anchor = budget.unfolded[term] = f"node-{len(budget.unfolded) + 1}"
    about = reader.graph.about(term, limit=_PARTS_MAX)
    # What was inferred of a node without a name is on its own page; here it would drown what was said.
    rows = [r for r in about.rows if not r.inferred]
    if any(r.predicate == RDF.first for r in rows):
        rows = _members(reader, term, rows)
    parts = _groups(reader, rows, budget, depth + 1)
    whole = not about.more and not any(group.more for group in parts)
    shown = reader.node_ref(term, "" if whole else None)
    return ShownValue(shown, row.inferred, graphs, parts, anchor)


def _members(reader: ViewContext, head: Node, rows: list[Statement]) -> list[Statement]:
    first = next(row for row in rows if row.predicate == RDF.first)
    rest = [row for row in rows if row.predicate not in (RDF.first, RDF.rest)]
    return [*(first._replace(object=member, predicate=RDF.member) for member in reader.graph.members(head)), *rest]


def _by_label(group: Group) -> tuple[int, str, str]:
    late = NamedNode(group.predicate.iri) in _LAST
    technical = group.predicate.iri.startswith((OA.iri, OWL_NS))
    return int(late) + int(technical), group.predicate.words.text.casefold(), group.predicate.iri


def _order(value: ShownValue) -> tuple[bool, str, str]:
    shown = value.shown
    if isinstance(shown, Ref) and not shown.iri:
        return value.inferred, "", ""  # nodes without a name stay in the order of the data
    if isinstance(shown, Ref):
        return value.inferred, shown.words.text.casefold(), shown.iri
    return value.inferred, shown.words.text.casefold(), shown.words.lang
