"""Statements of a release on their way to an endpoint: as they are sent, and as they are held against what is there.

What is sent is what the release's own store has, so that every engine has the same terms: literals in that store's
form, and IRIs in the place of blank nodes (`skolem_iris`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ckg.backends.source_literals import may_differ, stored_form
from ckg.backends.sparql_endpoint.skolem_iris import skolemised
from ckg.backends.sparql_endpoint.spooled_body import SpooledBody

_BATCH: Final = 2_000
_DIGEST_BYTES: Final = 16
_DIGEST_MODULUS: Final = 1 << (8 * _DIGEST_BYTES)

GraphName = ox.NamedNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class GraphSums:
    """What a graph holds: how many triples, and the sum of their hashes, which neither order nor format changes."""

    count: int
    digest: int

    def __str__(self) -> str:
        return f"{self.count} triples, {self.digest:032x}"


@dataclass(frozen=True, slots=True)
class GraphToLoad:
    """One graph of a release; `name` is empty for the default graph. `statements` is a file of N-Triples."""

    name: str
    sums: GraphSums
    statements: SpooledBody
    blank_nodes: int

    def as_quads(self, name: str, into: SpooledBody) -> None:
        """Write the statements as N-Quads of a graph, of the default graph where it has no name."""
        end = f" <{name}> .\n".encode() if name else b" .\n"
        self.statements.seek(0)
        for line in io.BufferedReader(self.statements):  # type: ignore[type-var]  # its `read` is wider
            into.write(line.removesuffix(b" .\n") + end)


def graphs_to_load(store: Path) -> Iterator[GraphToLoad]:
    """Yield every graph of the store of a release, the default graph first."""
    reader = ox.Store.read_only(str(store))
    names: list[GraphName] = [ox.DefaultGraph()]
    names += sorted((g for g in reader.named_graphs() if isinstance(g, ox.NamedNode)), key=str)
    for name in names:
        file = SpooledBody()
        count = digest = blank = 0
        quads = reader.quads_for_pattern(None, None, None, name)
        while batch := list(islice(quads, _BATCH)):
            blank += sum(isinstance(t, ox.BlankNode) for quad in batch for t in (quad.subject, quad.object))
            lines = [line_of(quad.subject, quad.predicate, quad.object) for quad in batch]
            count += len(lines)
            digest += sum(map(_hash, lines))
            file.write(b"".join(lines))
        title = "" if isinstance(name, ox.DefaultGraph) else name.value
        yield GraphToLoad(title, GraphSums(count, digest % _DIGEST_MODULUS), file, blank)


def sums_of(file: SpooledBody) -> GraphSums:
    """Return what a file of N-Triples from an endpoint holds. Raises `SyntaxError`."""
    count = digest = 0
    quads = ox.parse(file, format=ox.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]  # it has what is used of a file
    for quad in quads:
        value = quad.object
        if isinstance(value, ox.Literal) and may_differ(value):
            value = stored_form(value)
        count += 1
        digest += _hash(line_of(quad.subject, quad.predicate, value))
    return GraphSums(count, digest % _DIGEST_MODULUS)


def line_of(subject: object, predicate: object, value: object) -> bytes:
    """Return the line of N-Triples of a statement, with IRIs in the place of blank nodes."""
    return f"{skolemised(subject)} {predicate} {skolemised(value)} .\n".encode()  # type: ignore[arg-type]


def _hash(line: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(line, digest_size=_DIGEST_BYTES).digest(), "big")
