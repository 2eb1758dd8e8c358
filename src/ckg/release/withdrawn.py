"""Things that an earlier release had and this one has no more: they answer 410 for ever, with what is known of why.

A release carries the list itself, in withdrawn.json: what its predecessor had withdrawn or had as a thing of the
project, less what is there now. So the knowledge survives the removal of old releases and a copy to another machine.
Things that are only marked (`owl:deprecated`, `dcterms:isReplacedBy`) are still there and are served; when they are
taken out later, the successor and the reason (`skos:changeNote`) they named are kept here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ckg.formats import N_TRIPLES
from ckg.formats.statements import iri, literal, subjects, unescaped
from ckg.model.iris import Base
from ckg.release import canonical_json, layout, things
from ckg.release.dumps import Dump
from ckg.release.layout import Release
from ckg.release.writing import write_bytes

_REPLACED_BY = "<http://purl.org/dc/terms/isReplacedBy>"
_REASON = "<http://www.w3.org/2004/02/skos/core#changeNote>"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The last release that had a thing, and the IRI of its successor and the reason, where that release said so."""

    last: str
    replaced_by: str = ""
    reason: str = ""


def write(triples: Dump, base: Base, predecessor: Release | None, into: Path) -> Mapping[str, Withdrawal]:
    """Write `into`/withdrawn.json for a release with these triples (the result of `dumps.union`); return what it lists.

    `predecessor` is the release served until now, None for the first. Raises `StageFailed`, `ReleaseError`.
    """
    gone: dict[str, Withdrawal] = {}
    if predecessor is not None:
        earlier = predecessor.dump(N_TRIPLES)
        # Terms are compared as they stand in the files, because that is what the files are sorted by.
        known = {f"<{name}>".encode(): withdrawal for name, withdrawal in read(predecessor.withdrawn).items()}
        lost = set(things.difference(things.names(earlier, base), things.names(triples.path, base)))
        for name in things.difference(iter(sorted(known)), things.names(triples.path, base)) if known else ():
            gone[iri(name.decode())] = known[name]
        gone |= dict.fromkeys((iri(name.decode()) for name in lost), Withdrawal(predecessor.id))
        for subject, replaced_by, reason in _marked(earlier, base) if lost else ():
            if subject.encode() in lost:
                gone[iri(subject)] = Withdrawal(predecessor.id, replaced_by, reason)
    content = {name: asdict(withdrawal) for name, withdrawal in gone.items()}
    write_bytes(into / layout.WITHDRAWN, [canonical_json.encode(content)])
    return gone


def read(path: Path) -> Mapping[str, Withdrawal]:
    """Read withdrawn.json: the withdrawn IRIs. Raises `ReleaseError`."""
    return {name: Withdrawal(**row) for name, row in canonical_json.read_object(path).items()}


def _marked(triples: Path, base: Base) -> Iterator[tuple[str, str, str]]:
    said = (f" {_REPLACED_BY} ".encode(), f" {_REASON} ".encode())
    telling = ([line for line in lines if said[0] in line or said[1] in line] for lines in things.lines(triples, base))
    for subject, rows in subjects(telling):
        successors = [iri(value) for predicate, value in rows if predicate == _REPLACED_BY and value[0] == "<"]
        reasons = [
            unescaped(literal(value)[0]) for predicate, value in rows if predicate == _REASON and value[0] == '"'
        ]
        yield subject, (successors or [""])[0], (reasons or [""])[0]
