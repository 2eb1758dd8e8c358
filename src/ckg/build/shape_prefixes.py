"""The prefixes that an ontology declares, in the shapes graph as well: queries in shapes need them there (SHACL 5.2.1).

The dump of the shapes is then a shapes graph that any processor can use by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ckg.build.project_files import SourceFile
from ckg.build.staging import Piece
from ckg.model.staged import Role
from ckg.model.vocabulary import RDF_NS, SH_NS

_PREDICATES = frozenset(f"<{SH_NS}{name}>".encode() for name in ("declare", "prefix", "namespace"))
_TYPE, _DECLARATION = f"<{RDF_NS}type>".encode(), f"<{SH_NS}PrefixDeclaration> ".encode()

Staged = tuple[SourceFile, tuple[Piece, ...]]


def added(staged: Iterable[Staged], into: Path) -> Iterator[Staged]:
    """Yield, for each file of the ontology that declares prefixes, a piece of the shapes graph with these statements.

    Where there are no shapes, there is nothing to add to. The pieces are written to the folder `into`.
    """
    staged = list(staged)
    names = sorted({piece.graph for source, pieces in staged if source.role is Role.SHAPES for piece in pieces})
    ontology = [each for each in staged if each[0].role is Role.ONTOLOGY] if names else []
    for number, (source, pieces) in enumerate(ontology):
        found = tuple(_copied(piece, names[0], into / f"{number}-{place}.nq") for place, piece in enumerate(pieces))
        held = tuple(piece for piece in found if piece.triples)
        if held:
            yield replace(source, role=Role.SHAPES), held


def _copied(piece: Piece, graph: str, path: Path) -> Piece:
    ending, new = f"<{piece.graph}> .\n".encode(), f"<{graph}> .\n".encode()
    with piece.path.open("rb") as file:
        lines = [line.removesuffix(ending) + new for line in file if _declares(line)]
    path.write_bytes(b"".join(lines))
    return Piece(graph, path, hashlib.sha256(path.read_bytes()).hexdigest(), len(lines))


def _declares(line: bytes) -> bool:
    _, predicate, rest = line.split(b" ", 2)
    return predicate in _PREDICATES or (predicate == _TYPE and rest.startswith(_DECLARATION))
