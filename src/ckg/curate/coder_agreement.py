"""Two coders' records of the same texts held against each other: who agrees on what, and beyond chance or not.

Records are matched by their IRI where both have it, else by the words they rest on: two records of which quotations of
the same source text overlap are the same passage, those that overlap most first. For each property the categories that
the two coders chose for the matched records are compared by Cohen's kappa (Educational and Psychological Measurement
20, 1960): (observed - expected) / (1 - expected), where what is expected follows from how often each coder chose each
category. A property that a coder left out is a category of its own; several values are one category together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from ckg.model import evidence_terms as terms
from ckg.model.vocabulary import RDF_NS

TYPE = f"{RDF_NS}type"
Category = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodedPassage:
    """A stretch of a source text, told by its hash: code points, the end exclusive."""

    text: str
    start: int
    end: int

    def shared(self, other: CodedPassage) -> int:
        """Return how many characters two stretches share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start)) if self.text == other.text else 0


@dataclass(frozen=True, slots=True)
class CodedRecord:
    """A record as one coder has it: its values by property, and the passages that it rests on."""

    iri: str
    values: Mapping[str, Category]
    passages: tuple[CodedPassage, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """How two coders agree on one property: in how many of `records` they do, and Cohen's kappa.

    `kappa` is None where both always chose one and the same category: then nothing can be said beyond chance.
    """

    property: str
    records: int
    agreed: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two matched records on which the coders differ in one property, with what each chose; empty: left out."""

    first: str
    second: str
    property: str
    chosen: Category
    instead: Category


@dataclass(frozen=True, slots=True)
class Agreement:
    """The outcome: matched pairs, records that only one coder has, and property by property who agrees.

    `used_by_one` are the properties that only one of the coders uses at all.
    """

    pairs: tuple[tuple[str, str], ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    fields: tuple[FieldAgreement, ...]
    disagreements: tuple[Disagreement, ...]
    used_by_one: tuple[str, ...] = ()


def compare(first: Sequence[CodedRecord], second: Sequence[CodedRecord], properties: Sequence[str] = ()) -> Agreement:
    """Return how two codings agree on the given properties, by default on those that both use in matched records.

    Compared is what both could have coded: records of classes that both use, which rest on words of texts that both
    quote, or have one IRI.
    """
    first, second = _comparable(first, second), _comparable(second, first)
    pairs = _matched(first, second)
    used = [{name for pair in pairs for name in pair[side].values} for side in (0, 1)]
    names = properties or sorted(used[0] & used[1])
    fields, disagreements = [], []
    for name in names:
        chosen = [(one.values.get(name, ()), other.values.get(name, ())) for one, other in pairs]
        agreed = sum(one == other for one, other in chosen)
        fields.append(FieldAgreement(name, len(chosen), agreed, cohen_kappa(chosen)))
        disagreements += [
            Disagreement(one.iri, other.iri, name, mine, theirs)
            for (one, other), (mine, theirs) in zip(pairs, chosen, strict=True)
            if mine != theirs
        ]
    ours, theirs = ({pair[side].iri for pair in pairs} for side in (0, 1))
    return Agreement(
        tuple((one.iri, other.iri) for one, other in pairs),
        tuple(record.iri for record in first if record.iri not in ours),
        tuple(record.iri for record in second if record.iri not in theirs),
        tuple(fields),
        tuple(disagreements),
        tuple(sorted(used[0] ^ used[1])),
    )


def cohen_kappa(chosen: Sequence[tuple[Category, Category]]) -> float | None:
    """Return Cohen's kappa of pairs of categories; None where it is not defined.

    >>> pairs = [(("yes",), ("yes",))] * 20 + [(("yes",), ("no",))] * 5 + [(("no",), ("yes",))] * 10
    >>> round(cohen_kappa(pairs + [(("no",), ("no",))] * 15), 2)
    0.4
    """
    total = len(chosen)
    if not total:
        return None
    ours, theirs = Counter(one for one, _ in chosen), Counter(other for _, other in chosen)
    expected = sum(ours[category] * theirs[category] for category in ours) / total**2
    if expected == 1:
        return None
    observed = sum(one == other for one, other in chosen) / total
    return (observed - expected) / (1 - expected)


def coded_records(quads: Iterable[ox.Quad]) -> list[CodedRecord]:
    """Return what rests on quotations or on sources, in the order of IRIs, with the properties that lead to things.

    What a record rests on is no property here: that two coders quote other words is no disagreement.
    """
    facts: dict[ox.NamedNode | ox.BlankNode, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = {}
    for quad in quads:
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
            facts.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    found = []
    for node, own in facts.items():
        if not isinstance(node, ox.NamedNode) or not own.keys() & {terms.RESTS_ON, terms.STATED_IN}:
            continue
        values = {
            name: tuple(sorted(str(value.value) for value in given if isinstance(value, ox.NamedNode)))
            for name, given in own.items()
            if name not in (terms.RESTS_ON, terms.STATED_IN)
        }
        passages = tuple(
            passage for quotation in own.get(terms.RESTS_ON, ()) for passage in _passages(quotation, facts)
        )
        found.append(CodedRecord(node.value, {name: value for name, value in values.items() if value}, passages))
    return sorted(found, key=lambda record: record.iri)


def _comparable(records: Sequence[CodedRecord], others: Sequence[CodedRecord]) -> list[CodedRecord]:
    classes = {name for record in others for name in record.values.get(TYPE, ())}
    texts = {passage.text for record in others for passage in record.passages}
    iris = {record.iri for record in others}
    return [
        record
        for record in records
        if record.iri in iris
        or (set(record.values.get(TYPE, ())) & classes and any(passage.text in texts for passage in record.passages))
    ]


def _passages(
    quotation: ox.NamedNode | ox.BlankNode | ox.Literal,
    facts: Mapping[ox.NamedNode | ox.BlankNode, Mapping[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]],
) -> Iterator[CodedPassage]:
    if isinstance(quotation, ox.Literal):
        return
    own = facts.get(quotation, {})
    for selector in own.get(terms.HAS_SELECTOR, ()):
        place = {} if isinstance(selector, ox.Literal) else facts.get(selector, {})
        for sha256 in own.get(terms.SOURCE_TEXT_SHA256, ()):
            for start, end in zip(place.get(terms.START, ()), place.get(terms.END, ()), strict=False):
                yield CodedPassage(sha256.value, int(start.value), int(end.value))


def _matched(first: Sequence[CodedRecord], second: Sequence[CodedRecord]) -> list[tuple[CodedRecord, CodedRecord]]:
    """Return the pairs of records of one thing or one passage, in the order of the first coder."""
    by_iri = {record.iri: record for record in second}
    pairs = {record.iri: (record, by_iri[record.iri]) for record in first if record.iri in by_iri}
    taken = set(pairs)
    candidates = sorted(
        (
            (-_likeness(one, other), order, other.iri, one, other)
            for order, one in enumerate(first)
            for other in second
            if one.iri not in pairs and other.iri not in taken and _likeness(one, other)
        ),
        key=lambda row: row[:3],
    )
    for *_, one, other in candidates:
        if one.iri not in pairs and other.iri not in taken:
            pairs[one.iri] = one, other
            taken.add(other.iri)
    return [pairs[record.iri] for record in first if record.iri in pairs]


def _likeness(one: CodedRecord, other: CodedRecord) -> float:
    """Return how much of the shorter passages two records share, a little more where they are of one class."""
    shared = sum(mine.shared(theirs) for mine in one.passages for theirs in other.passages)
    if not shared:
        return 0.0
    shorter = min(sum(passage.end - passage.start for passage in record.passages) for record in (one, other))
    return shared / shorter + (0.5 if set(one.values.get(TYPE, ())) & set(other.values.get(TYPE, ())) else 0)
