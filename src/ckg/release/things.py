"""The things of a project among sorted triples: the subjects below `id/`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ckg.formats.statement_lines import Lines, iri, literal, subjects, unescaped
from ckg.model.iris import Base
from ckg.release import merge
from ckg.release.withdrawn import Withdrawal

_REPLACED_BY = "<http://purl.org/dc/terms/isReplacedBy>"
_REASON = "<http://www.w3.org/2004/02/skos/core#changeNote>"


@dataclass(frozen=True, slots=True)
class Things:
    """Things of a project, by their IRI without the base; `marked` is what those say that name a successor or a reason.

    The version is empty in `marked`: they are there.
    """

    paths: frozenset[str]
    marked: Mapping[str, Withdrawal] = field(default_factory=dict)


def lines(triples: Path, beginning: bytes) -> Iterator[Lines]:
    """Yield, in blocks, the lines of a sorted file of triples or quads that begin so, such as `<https://…/id/`."""
    for block in merge.lines(triples):
        # The file is sorted, so that these lines stand together.
        if block[-1] < beginning:
            continue
        if block[0] > beginning and not block[0].startswith(beginning):
            return
        yield [line for line in block if line.startswith(beginning)]


def names(triples: Path, base: Base) -> Iterator[bytes]:
    """Yield each thing once, as it stands in the file: an IRI in angle brackets."""
    last = b""
    for block in lines(triples, f"<{base.thing('')}".encode()):
        for name in dict.fromkeys(line.partition(b" ")[0] for line in block):
            if name != last:
                yield name
            last = name


def of(files: Iterable[tuple[Path, str]], base: Base) -> Things:
    """Return the things that sorted files have as subjects, and what those say that are marked.

    Each file comes with the name of its graph, which is empty for a file of triples.
    """
    terms: set[bytes] = set()
    telling: Lines = []
    said = (f" {_REPLACED_BY} ".encode(), f" {_REASON} ".encode())
    name = re.compile(b"^<" + re.escape(base.iri.encode()) + rb"([^>]*)>", re.MULTILINE)
    for file, graph in files:
        as_triples = merge.without_graph(graph) if graph else list
        for block in lines(file, f"<{base.thing('')}".encode()):
            whole = b"".join(block)  # one search of a block is faster than one of each line
            terms.update(name.findall(whole))
            if said[0] in whole or said[1] in whole:
                telling += as_triples([line for line in block if said[0] in line or said[1] in line])
    paths = frozenset(unescaped(b"\n".join(terms).decode()).split("\n")) if terms else frozenset()
    return Things(paths, dict(_marked(telling, base)))


def _marked(telling: Lines, base: Base) -> Iterator[tuple[str, Withdrawal]]:
    for subject, rows in subjects([sorted(set(telling))]):
        successors = [iri(value) for predicate, value in rows if predicate == _REPLACED_BY and value[0] == "<"]
        reasons = [
            unescaped(literal(value)[0]) for predicate, value in rows if predicate == _REASON and value[0] == '"'
        ]
        if successors or reasons:
            yield iri(subject)[len(base.iri) :], Withdrawal("", (successors or [""])[0], (reasons or [""])[0])


def difference(ours: Iterator[bytes], theirs: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is in the first of two sorted streams and not in the second.

    >>> list(difference(iter([b"a", b"b", b"d"]), iter([b"b", b"c"])))
    [b'a', b'd']
    """
    other = next(theirs, None)
    for name in ours:
        while other is not None and other < name:
            other = next(theirs, None)
        if other != name:
            yield name
