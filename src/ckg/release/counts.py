"""Counting what a release holds, in one pass over its triples: classes, properties, links to elsewhere.

The figures are those of VoID (https://www.w3.org/TR/void/, sections 4.6 and 5). Memory grows with the number of
distinct objects (about 65 bytes each), not with that of triples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from ckg.model.iris import Base
from ckg.release import merge
from ckg.release.statements import TYPE, iri

_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_LINKS = {
    f"<{name}>".encode()
    for name in (
        f"{_OWL}sameAs",
        f"{_RDFS}seeAlso",
        *(f"{_SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
    )
}
_TYPE = TYPE.encode()
_SIGNATURES = 100_000

Runs = tuple[tuple[bytes, int], ...]


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


def count(triples: Path, base: Base) -> Counts:
    """Count the triples of a sorted N-Triples file."""
    counter = _Counter(f"<{base.thing('')}".encode())
    for subject, types, runs in counter.groups(chain.from_iterable(merge.lines(triples))):
        counter.add(subject, types, runs)
    return counter.counts()


class _Counter:
    """Takes one subject after the other and sums up."""

    def __init__(self, things: bytes) -> None:
        self._things = things
        self._triples = self._subjects = self._entities = 0
        self._objects: dict[bytes, set[int]] = {}
        self._uses: Counter[bytes] = Counter()
        self._users: Counter[bytes] = Counter()
        self._links: Counter[tuple[bytes, bytes]] = Counter()
        # Most subjects look like many others: their classes and properties are counted once for all of a kind.
        self._signatures: Counter[tuple[tuple[bytes, ...], Runs]] = Counter()
        self._members: Counter[bytes] = Counter()
        self._by_class: dict[bytes, dict[bytes, list[int]]] = {}

    def groups(self, lines: Iterator[bytes]) -> Iterator[tuple[bytes, tuple[bytes, ...], Runs]]:
        """Yield each subject with its classes and the runs of its properties; counts the objects on the way."""
        subject = last = b""
        number = 0
        types: list[bytes] = []
        runs: list[tuple[bytes, int]] = []
        objects = self._objects
        for line in lines:
            found, predicate, rest = line.split(b" ", 2)
            if found != subject or predicate != last:
                if number:
                    runs.append((last, number))
                    if found != subject:
                        yield subject, tuple(types), tuple(runs)
                        types, runs = [], []
                subject, last, number = found, predicate, 0
                seen = objects.setdefault(predicate, set())
            number += 1
            seen.add(hash(rest))
            if predicate == _TYPE:
                types.append(rest[:-3])
            elif predicate in _LINKS and rest[:1] == b"<":
                self._links[predicate, b"/".join(rest[:-3].split(b"/", 3)[:3])] += 1
        if number:
            yield subject, tuple(types), (*runs, (last, number))

    def add(self, subject: bytes, types: tuple[bytes, ...], runs: Runs) -> None:
        """Count one subject."""
        self._subjects += 1
        self._entities += subject.startswith(self._things)
        self._signatures[types, runs] += 1
        if len(self._signatures) >= _SIGNATURES:
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
        self._sum_up()
        properties = {
            _name(predicate): Property(uses, self._users[predicate], len(self._objects[predicate]))
            for predicate, uses in self._uses.items()
        }
        classes = {
            _name(found): Class(
                members, {_name(p): (sums[0], sums[1]) for p, sums in sorted(self._by_class[found].items())}
            )
            for found, members in self._members.items()
            if found.startswith(b"<")
        }
        links: Counter[tuple[str, str]] = Counter()
        for (predicate, site), times in self._links.items():
            parts = urlsplit(_name(site.rstrip(b">") + b">"))
            if parts.scheme and parts.netloc:
                links[_name(predicate), f"{parts.scheme}://{parts.netloc}/"] += times
        return Counts(
            triples=self._triples,
            subjects=self._subjects,
            objects=len(set[int]().union(*self._objects.values())),
            entities=self._entities,
            properties=dict(sorted(properties.items())),
            classes=dict(sorted(classes.items())),
            links=dict(sorted(links.items())),
        )


def _name(term: bytes) -> str:
    return iri(term.decode())
