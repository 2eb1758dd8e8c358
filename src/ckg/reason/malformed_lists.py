"""Axioms whose RDF list cannot be read: a rule would infer from a part of it, or nothing, and nobody would know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ckg.errors import MalformedList
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.reason.inconsistency import Clash
from ckg.reason.lines import Triple, split, suffix
from ckg.reason.rules.owl_terms import FIRST, NIL, REST, compact, term

_WITH_LISTS: Final = frozenset(
    term(f"owl:{name}")
    for name in ("intersectionOf", "unionOf", "oneOf", "members", "distinctMembers", "propertyChainAxiom", "hasKey")
)
_BLOCK_BYTES: Final = 8 << 20
_SHOWN: Final = 20

_Cells = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Broken:
    axiom: Triple
    why: str
    files: tuple[str, ...]


def find(staging: Staging) -> list[Clash]:
    """Return a finding for each list of an axiom that cannot be read; `rule` is `rdf:List`."""
    return [Clash("rdf:List", (broken.axiom,), broken.why) for broken in _broken(staging)]


def refuse(staging: Staging) -> None:
    """Raise `MalformedList`, which names the axioms and the files of their graphs, where a list cannot be read."""
    found = list(_broken(staging))
    if not found:
        return
    told = [
        f"the list of {compact(axiom[1])} of {compact(axiom[0])} cannot be read: {why} ({', '.join(files)})"
        for axiom, why, files in ((broken.axiom, broken.why, broken.files) for broken in found[:_SHOWN])
    ]
    more = [f"and {len(found) - _SHOWN:,} more"] if len(found) > _SHOWN else []
    named = next((broken.axiom[0][1:-1] for broken in found if broken.axiom[0].startswith("<")), "")
    raise MalformedList(
        "\n".join([*told, *more]),
        iri=named or found[0].axiom[1][1:-1],
        hint="Each cell of a list has one rdf:first and one rdf:rest, and the last rdf:rest is rdf:nil; in Turtle, "
        "write ( a b c ).",
    )


def _broken(staging: Staging) -> Iterator[_Broken]:
    graphs = staging.of(Role.ONTOLOGY, Role.DATA, Role.CONTEXT)
    axioms = [(triple, graph) for graph in graphs for triple in _triples(graph, _WITH_LISTS)]
    if not axioms:
        return
    first: dict[str, list[str]] = {}
    rest: dict[str, list[str]] = {}
    for graph in graphs:
        for subject, predicate, value in _triples(graph, frozenset({FIRST, REST})):
            held = (first if predicate == FIRST else rest).setdefault(subject, [])
            if value not in held:
                held.append(value)
    for axiom, graph in axioms:
        why = _fault(axiom[2], first, rest)
        if why:
            yield _Broken(axiom, why, graph.sources or (f"graph {graph.name}",))


def _fault(head: str, first: _Cells, rest: _Cells) -> str:
    seen: set[str] = set()
    while head != NIL:
        if head in seen:
            return "it runs in a circle"
        seen.add(head)
        for name, cells in (("rdf:first", first), ("rdf:rest", rest)):
            values = len(cells.get(head, ()))
            if values != 1:
                return f"a cell has {values or 'no'} {name}"
        head = rest[head][0]
    return ""


def _triples(graph: StagedGraph, predicates: frozenset[str]) -> Iterator[Triple]:
    """Yield the triples with one of the predicates; blocks in which none occurs are not split into lines."""
    wanted = tuple(f" {predicate} ".encode() for predicate in predicates)
    ending = suffix(graph.name)
    for block in _blocks(graph.path):
        if any(word in block for word in wanted):
            for line in block.splitlines():
                if any(word in line for word in wanted):
                    triple = split(line.decode(), ending)
                    if triple[1] in predicates:
                        yield triple


def _blocks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while lines := file.readlines(_BLOCK_BYTES):
            yield b"".join(lines)
