"""Staged N-Quads lines and the tokens they are made of, without parsing: a staged line has one space between tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ckg.model.staged import Role, StagedGraph

Triple = tuple[str, str, str]


def suffix(graph: str) -> str:
    """Return what every line of a staged graph ends with, the newline left out."""
    return f" <{graph}> ."


def split(line: str, ending: str) -> Triple:
    """Split a staged line whose graph has the given `suffix`.

    >>> split('<a:s> <a:p> "x y"@en <a:g> .', suffix("a:g"))
    ('<a:s>', '<a:p>', '"x y"@en')
    """
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest[: -len(ending)]


def read(graph: StagedGraph) -> Iterator[Triple]:
    """Yield the triples of a staged graph as tokens, in the order of the file."""
    ending = suffix(graph.name)
    with graph.path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield split(line.rstrip("\n"), ending)


def write(triples: Iterable[Triple], into: Path, graph: str, sources: tuple[str, ...] = ()) -> StagedGraph:
    """Write triples as the staged graph of what was inferred: sorted by bytes, each once."""
    ending = f"{suffix(graph)}\n"
    lines = sorted({f"{s} {p} {o}{ending}".encode() for s, p, o in triples})
    content = b"".join(lines)
    into.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return StagedGraph(graph, Role.INFERRED, into, digest, len(lines), sources)
