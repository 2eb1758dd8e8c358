"""Everything that is said of a thing and with it, grouped by property, with the graph or rule it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from ckg.model.vocabulary import OWL_NS
from ckg.pages.graph import Node, Term
from ckg.pages.terms import EVIDENCE, OA, OWL, RDF
from ckg.pages.view_context import Datum, Ref, ViewContext
from ckg.query.lookup import Statement

PER_PROPERTY = 15
_MAX_DEPTH = 3

_LAST = {OWL.sameAs, EVIDENCE.tracesTo, EVIDENCE.reportedBy}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a property; `parts` are the statements of a node without a name, shown in its place."""

    shown: Ref | Datum
    inferred: bool
    graphs: list[Ref]
    parts: list[Group]


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one property; `more` of them are not shown."""

    predicate: Ref
    values: list[ShownValue]
    more: int
    why: str = ""

    @property
    def graphs(self) -> list[Ref]:
        """The graphs that all values share, shown once."""
        first = self.values[0].graphs if self.values else []
        return first if all(value.graphs == first for value in self.values) else []


def outgoing(reader: ViewContext, subject: Node, rows: Iterable[Statement]) -> list[Group]:
    """Return what is said of a thing, its names and classes left out: the head of the page has them."""
    said_elsewhere = {*reader.labels, RDF.type}
    own = [row for row in rows if row.subject == subject and row.predicate not in said_elsewhere]
    return _groups(reader, own, 0)


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
                why = reader.why_address(by=reader.node(group.predicate), of=of, to=to) if wanted else ""
                kept.append(Group(group.predicate, values, more, why))
    return stated, inferred


def incoming(reader: ViewContext, rows: Iterable[Statement]) -> list[Group]:
    """Return the statements that point to a thing, by property, with their subjects as values."""
    by_predicate: dict[NamedNode, list[Statement]] = {}
    for row in rows:
        if not isinstance(row.subject, BlankNode) and reader.graph.own([row.subject]):
            by_predicate.setdefault(row.predicate, []).append(row)
    groups = []
    for predicate, found in by_predicate.items():
        shown = [_value(reader, row, row.subject, _MAX_DEPTH) for row in found[:PER_PROPERTY]]
        groups.append(Group(reader.ref(predicate), sorted(shown, key=_order), len(found) - len(shown)))
    return sorted(groups, key=_by_label)


def _groups(reader: ViewContext, rows: list[Statement], depth: int) -> list[Group]:
    by_predicate: dict[NamedNode, list[Statement]] = {}
    for row in rows:
        if isinstance(row.object, Triple) or (row.predicate != OWL.sameAs and not reader.graph.own([row.object])):
            continue
        by_predicate.setdefault(row.predicate, []).append(row)
    groups = []
    for predicate, found in by_predicate.items():
        shown: list[ShownValue] = []
        for row in found[:PER_PROPERTY]:
            assert not isinstance(row.object, Triple)
            shown.append(_value(reader, row, row.object, depth))
        shown.sort(key=_order)
        groups.append(Group(reader.ref(predicate), shown, len(found) - len(shown)))
    return sorted(groups, key=_by_label)


def _value(reader: ViewContext, row: Statement, term: Term, depth: int) -> ShownValue:
    parts: list[Group] = []
    if isinstance(term, BlankNode) and depth < _MAX_DEPTH:
        rows = [r for r in reader.graph.about(term, limit=50).rows if r.predicate not in (RDF.rest,)]
        if any(r.predicate == RDF.first for r in rows):
            rows = _members(reader, term, rows)
        parts = _groups(reader, rows, depth + 1)
    graphs = [reader.ref(NamedNode(name)) for name in row.graphs]
    return ShownValue(reader.show(term), row.inferred, graphs, parts)


def _members(reader: ViewContext, head: Node, rows: list[Statement]) -> list[Statement]:
    first = next(row for row in rows if row.predicate == RDF.first)
    return [first._replace(object=member, predicate=RDF.member) for member in reader.graph.members(head)]


def _by_label(group: Group) -> tuple[int, str, str]:
    late = NamedNode(group.predicate.iri) in _LAST
    technical = group.predicate.iri.startswith((OA.iri, OWL_NS))
    return int(late) + int(technical), group.predicate.words.text.casefold(), group.predicate.iri


def _order(value: ShownValue) -> tuple[bool, str, str]:
    shown = value.shown
    if isinstance(shown, Ref):
        return value.inferred, shown.words.text.casefold(), shown.iri
    return value.inferred, shown.words.text.casefold(), shown.words.lang
