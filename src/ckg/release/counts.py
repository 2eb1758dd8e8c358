"""Counting what a release holds, in one pass over its triples: classes, properties, links to elsewhere.

The figures are those of VoID (https://www.w3.org/TR/void/, sections 4.6 and 5). Memory grows with the number of
distinct objects (about 65 bytes each), not with that of triples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ckg.formats.statement_lines import TYPE, Rows, iri
from ckg.model.iris import Base
from ckg.model.vocabulary import OWL_NS, RDFS_NS, SKOS_NS

_LINKS = {
    f"<{name}>"
    for name in (
        f"{OWL_NS}sameAs",
        f"{RDFS_NS}seeAlso",
        *(f"{SKOS_NS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
    )
}
_MAX_SIGNATURES = 100_000

Signature = tuple[tuple[str, ...], tuple[tuple[str, int], ...]]
"""The classes of a subject, and how often it has each of its properties."""


@dataclass(frozen=True, slots=True)
class Property:
    """How often a property is used, with how many subjects and how many objects."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class Class:
    """How many things are of a class, and for each property they have how often it is used and by how many."""

    entities: int
    properties: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a set of triples holds. `entities` are the things of the project; `links` is by predicate and web site."""

    triples: int
    subjects: int
    objects: int
    entities: int
    properties: Mapping[str, Property]
    classes: Mapping[str, Class]
    links: Mapping[tuple[str, str], int]


def count(groups: Iterable[tuple[str, Rows]], base: Base) -> Counts:
    """Count the triples of groups as `statements.subjects` yields them."""
    tally = Tally(base)
    for subject, rows in groups:
        tally.add(subject, rows)
    return tally.counts()


class Tally:
    """Takes one subject after the other and sums up; the things of the project are those below `base`."""

    def __init__(self, base: Base) -> None:
        self._things = f"<{base.thing('')}"
        self._triples = self._subjects = self._entities = 0
        self._objects: dict[str, set[int]] = {}
        self._uses: Counter[str] = Counter()
        self._users: Counter[str] = Counter()
        self._links: Counter[tuple[str, str]] = Counter()
        # Most subjects look like many others: their classes and properties are counted once for all of a kind.
        self._signatures: Counter[Signature] = Counter()
        self._members: Counter[str] = Counter()
        self._by_class: dict[str, dict[str, list[int]]] = {}
        self._subject = ""
        self._types: list[str] = []
        self._runs: dict[str, int] = {}

    def add(self, subject: str, rows: Rows) -> None:
        """Count a group; the groups of one subject follow each other."""
        if subject != self._subject:
            self._end()
            self._subject, self._types, self._runs = subject, [], {}
        runs, objects = self._runs, self._objects
        last = ""
        number = 0
        for predicate, value in rows:
            if predicate != last:
                if number:
                    runs[last] = runs.get(last, 0) + number
                last, number = predicate, 0
                seen = objects.setdefault(predicate, set())
            number += 1
            seen.add(hash(value))
            if predicate == TYPE:
                self._types.append(value)
            elif predicate in _LINKS and value[0] == "<":
                self._links[predicate, "/".join(value.split("/", 3)[:3])] += 1
        if number:
            runs[last] = runs.get(last, 0) + number

    def _end(self) -> None:
        """Count the subject whose groups have all come."""
        if self._runs:
            self._subjects += 1
            self._entities += self._subject.startswith(self._things)
            self._signatures[tuple(self._types), tuple(self._runs.items())] += 1
            if len(self._signatures) >= _MAX_SIGNATURES:
                self._sum_up()

    def _sum_up(self) -> None:
        for (types, runs), times in self._signatures.items():
            for predicate, number in runs:
                self._triples += number * times
                self._uses[predicate] += number * times
                self._users[predicate] += times
            for name in types:
                self._members[name] += times
                properties = self._by_class.setdefault(name, {})
                for predicate, number in runs:
                    sums = properties.setdefault(predicate, [0, 0])
                    sums[0] += number * times
                    sums[1] += times
        self._signatures.clear()

    def counts(self) -> Counts:
        """Return the sums."""
        self._end()
        self._runs = {}
        self._sum_up()
        properties = {
            iri(predicate): Property(uses, self._users[predicate], len(self._objects[predicate]))
            for predicate, uses in self._uses.items()
        }
        classes = {
            iri(found): Class(
                members, {iri(p): (sums[0], sums[1]) for p, sums in sorted(self._by_class[found].items())}
            )
            for found, members in self._members.items()
            if found.startswith("<")
        }
        links: Counter[tuple[str, str]] = Counter()
        for (predicate, site), times in self._links.items():
            parts = urlsplit(iri(site.rstrip(">") + ">"))
            if parts.scheme and parts.netloc:
                links[iri(predicate), f"{parts.scheme}://{parts.netloc}/"] += times
        return Counts(
            triples=self._triples,
            subjects=self._subjects,
            objects=len(set[int]().union(*self._objects.values())),
            entities=self._entities,
            properties=dict(sorted(properties.items())),
            classes=dict(sorted(classes.items())),
            links=dict(sorted(links.items())),
        )
