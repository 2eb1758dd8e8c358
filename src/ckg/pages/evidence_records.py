"""Coded statements as flat records for programs: what is said, in which standing, who says so, in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from ckg.pages import evidence, standing
from ckg.pages.graph import Node
from ckg.pages.terms import EVIDENCE, PROV, RDF
from ckg.pages.view_context import Ref, ViewContext
from ckg.query.lookup import Statement, Term

MAX_RECORDS: Final = 2_000
"""Coded statements that the table of evidence can list; a larger set is asked by SPARQL, or thing by thing."""

NOT_STATED: Final = "not stated"
"""What is said of a record whose standing nobody gave."""

_ENOUGH_STATEMENTS: Final = 200  # of a thing of which so many are inferred, others say nothing else
_PAGE_STATEMENTS: Final = 5_000
_OF_THE_EVIDENCE: Final = {
    *(RDF.type, EVIDENCE.restsOn, EVIDENCE.statedIn, EVIDENCE.standing, EVIDENCE.inConflict, EVIDENCE.assertedBy),
    *(PROV.wasAttributedTo, PROV.hadPrimarySource),
}


@dataclass(frozen=True, slots=True)
class NamedThing:
    """A thing with the name it has in the reader's language."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Where words stand: the source, who published it and when (as in the data), its grade and its own address."""

    iri: str
    label: str
    publishers: tuple[str, ...]
    date: str
    grade: str
    language: str
    url: str
    reports: tuple[NamedThing, ...]


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """Words of a source; `start` and `end` are code points of its text, `checked` is None where nobody can say.

    `primary` are the sources from which the source has the words; `primary_unknown` says that it has several and does
    not tell which.
    """

    iri: str
    words: str
    language: str
    before: str
    after: str
    start: int | None
    end: int | None
    checked: bool | None
    source: SourceRecord | None
    primary: tuple[NamedThing, ...]
    primary_unknown: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """A conflict in which a statement takes one side: the point, and the statements on the other sides."""

    iri: str
    label: str
    over: str
    against: tuple[NamedThing, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of a record: `value` is a name or a literal's text, `iri` is empty for a literal.

    `inferred` says that nobody stated it: it follows by rule.
    """

    property: str
    property_label: str
    value: str
    iri: str
    datatype: str
    language: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """A coded statement with everything that it must be read with.

    `inferred` says that no source states the record: it follows by rule. `quotations` are in the order of their
    sources and positions, `stated_in` are sources that state it without quoted words of theirs.
    """

    iri: str
    curie: str
    label: str
    label_language: str
    kinds: tuple[NamedThing, ...]
    standing: str
    inferred: bool
    disputes: tuple[Dispute, ...]
    said_by: tuple[NamedThing, ...]
    quotations: tuple[QuotedWords, ...]
    stated_in: tuple[SourceRecord, ...]
    facts: tuple[Fact, ...]
    page: str

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON has it."""
        return asdict(self)


def is_record(reader: ViewContext, node: Node) -> bool:
    """Say whether a thing is a coded statement: it rests on quotations, is stated in a source, or is a claim."""
    graph = reader.graph
    return bool(
        graph.nodes(node, EVIDENCE.restsOn)
        or graph.nodes(node, EVIDENCE.statedIn)
        or graph.is_a(node, EVIDENCE.Record, EVIDENCE.Statement, EVIDENCE.Claim, EVIDENCE.Observation)
    )


def are_there(reader: ViewContext) -> bool:
    """Say whether there is any coded statement."""
    return any(reader.graph.lookup.uses(p.value, limit=1).rows for p in (EVIDENCE.restsOn, EVIDENCE.statedIn))


def listed(reader: ViewContext) -> tuple[list[NamedNode], bool]:
    """Return the coded statements in the order of their IRIs, at most `MAX_RECORDS`, and whether these are all."""
    found: set[NamedNode] = set()
    lookup = reader.graph.lookup
    for predicate in (EVIDENCE.restsOn, EVIDENCE.statedIn):
        offset, more = 0, True
        while more:
            page = lookup.uses(predicate.value, offset=offset, limit=_PAGE_STATEMENTS)
            found.update(row.subject for row in page.rows if isinstance(row.subject, NamedNode))
            offset, more = offset + _PAGE_STATEMENTS, page.more
            if len(found) > MAX_RECORDS:
                return sorted(found, key=lambda node: node.value)[:MAX_RECORDS], False
    for cls in (EVIDENCE.Statement, EVIDENCE.Claim, EVIDENCE.Observation):
        nodes = lookup.instances(cls.value, limit=MAX_RECORDS + 1)
        found.update(node for node in nodes if isinstance(node, NamedNode))
    rows = sorted(reader.graph.own(found), key=lambda node: node.value)
    return rows[:MAX_RECORDS], len(rows) <= MAX_RECORDS


def record(reader: ViewContext, node: NamedNode) -> EvidenceRecord:
    """Return a coded statement as a record."""
    graph = reader.graph
    said = [row for row in graph.about(node, limit=1_000).rows if not isinstance(row.object, Triple)]
    ref = reader.ref(node)
    quoted = evidence.quotations(reader, node)
    inferred = bool(said) and all(row.inferred for row in said)
    return EvidenceRecord(
        iri=node.value,
        curie=ref.curie,
        label=ref.words.text,
        label_language=ref.words.lang,
        kinds=_things(reader.kinds(node)),
        standing=standing_of(reader, node, said),
        inferred=inferred,
        disputes=tuple(_dispute(reader, node, conflict) for conflict in graph.named(node, EVIDENCE.inConflict)),
        said_by=_things(reader.refs(graph.nodes(node, EVIDENCE.assertedBy, PROV.wasAttributedTo))),
        quotations=tuple(_quoted(found) for found in quoted),
        stated_in=tuple(_source(found) for found in evidence.unquoted_sources(reader, node, quoted)),
        facts=tuple(_facts(reader, said)),
        page=ref.href,
    )


def standing_of(reader: ViewContext, node: Node, said: Iterable[Statement]) -> str:
    """Return the standing of a thing: its own, else that of the graph it stands in, else inferred, else not stated."""
    own = standing.of(reader.graph, node)
    if own is not None:
        return own.key
    rows = list(said)
    for row in rows:
        for name in () if row.inferred else row.graphs:
            of_graph = standing.of(reader.graph, NamedNode(name))
            if of_graph is not None:
                return of_graph.key
    return standing.INFERRED.key if rows and all(row.inferred for row in rows) else NOT_STATED


def standing_of_thing(reader: ViewContext, node: Node) -> str:
    """Return the standing of a thing, as `standing_of` does, on what is said of it."""
    return standing_of(reader, node, reader.graph.about(node, limit=_ENOUGH_STATEMENTS).rows)


def statement_standing(reader: ViewContext, row: Statement, of_subject: str) -> str:
    """Return the standing of one statement: inferred if it only follows by rule, else that of its graph or subject."""
    if row.inferred:
        return standing.INFERRED.key
    for name in row.graphs:
        of_graph = standing.of(reader.graph, NamedNode(name))
        if of_graph is not None and of_subject in (NOT_STATED, standing.CURATED.key):
            return of_graph.key
    return of_subject


def fact(reader: ViewContext, row: Statement) -> Fact:
    """Return a statement about a thing as one of its facts."""
    words = reader.label(row.predicate)
    name = reader.prefixes.curie(row.predicate.value) or row.predicate.value
    value, iri, datatype, language = _value(reader, row.object)
    return Fact(name, words.text, value, iri, datatype, language, row.inferred)


def _value(reader: ViewContext, term: Term) -> tuple[str, str, str, str]:
    if isinstance(term, Literal):
        datatype = reader.prefixes.curie(term.datatype.value) or term.datatype.value
        return term.value, "", datatype, term.language or ""
    if isinstance(term, NamedNode):
        return reader.ref(term).words.text, term.value, "", ""
    return str(term), "", "", ""


def _facts(reader: ViewContext, said: Sequence[Statement]) -> Iterable[Fact]:
    for row in said:
        if row.predicate in _OF_THE_EVIDENCE or row.predicate in reader.labels:
            continue
        if isinstance(row.object, NamedNode) and reader.graph.is_twin(row.object.value):
            continue
        yield fact(reader, row)


def _things(refs: Iterable[Ref]) -> tuple[NamedThing, ...]:
    return tuple(NamedThing(ref.iri, ref.words.text) for ref in refs)


def _source(found: evidence.Source) -> SourceRecord:
    return SourceRecord(
        iri=found.ref.iri,
        label=found.ref.words.text,
        publishers=tuple(ref.words.text for ref in found.publishers),
        date=found.day,
        grade=found.grade.words.text if found.grade else "",
        language=found.language,
        url=found.url,
        reports=_things(found.primary),
    )


def _quoted(found: evidence.QuotationView) -> QuotedWords:
    return QuotedWords(
        iri=found.ref.iri,
        words=found.words,
        language=found.lang,
        before=found.before,
        after=found.after,
        start=found.start,
        end=found.end,
        checked=found.checked,
        source=_source(found.source) if found.source else None,
        primary=_things(found.primary),
        primary_unknown=found.primary_unknown,
    )


def _dispute(reader: ViewContext, node: NamedNode, conflict: NamedNode) -> Dispute:
    sides = [side for side in reader.graph.nodes(conflict, EVIDENCE.between) if side != node]
    over = reader.words(conflict, EVIDENCE.over)
    ref = reader.ref(conflict)
    return Dispute(conflict.value, ref.words.text, over.text if over else "", _things(reader.refs(sides)))
