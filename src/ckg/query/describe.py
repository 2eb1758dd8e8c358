"""DESCRIBE: a concise bounded description of each resource, with its quotations.

The description of a resource is every statement about it, those about blank nodes it leads to, those about statements
that are reified (CBD, W3C Member Submission 3 June 2005), and, because a statement here is worth what it rests on,
those about its quotations and their selectors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pyoxigraph as ox

from ckg.model.evidence_terms import HAS_SELECTOR, RESTS_ON
from ckg.query.guard.tokens import TERMS, Token, TokenKind, tokens

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(_RDF + name) for name in ("subject", "predicate", "object"))
_FOLLOWED: Final = frozenset(map(ox.NamedNode, (RESTS_ON, HAS_SELECTOR)))

Node = ox.NamedNode | ox.BlankNode
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class Parts:
    """A DESCRIBE query cut into queries that can be evaluated.

    `constants` selects the resources that are named outright and then the graphs of FROM, `named` says how many of the
    former; `variables` selects the others. Each is empty where there is nothing to select. `dataset` says whether the
    query has a dataset clause.
    """

    constants: str
    named: int
    variables: str
    dataset: bool


def parts(text: str) -> Parts:
    """Cut a DESCRIBE query (SPARQL 1.1 Query, section 16.4); it must be well-formed.

    >>> parts("PREFIX a: <b:> DESCRIBE a:c ?x WHERE { ?x ?p 1 }").constants
    'PREFIX a: <b:> SELECT (a:c AS ?r0) {}'
    >>> parts("PREFIX a: <b:> DESCRIBE a:c ?x WHERE { ?x ?p 1 }").variables
    'PREFIX a: <b:> SELECT DISTINCT ?x WHERE { ?x ?p 1 }'
    """
    found = list(tokens(text))
    start = next(i for i, token in enumerate(found) if token.kind is TokenKind.WORD and _is(token, "DESCRIBE"))
    prologue = text[: found[start].start]
    resources: list[str] = []
    chosen: list[str] = []
    end = found[start].end
    position = start + 1
    while position < len(found) and (found[position].kind in TERMS or found[position].text == "*"):
        token = found[position]
        end = token.end
        (resources if token.kind in (TokenKind.IRI, TokenKind.NAME) else chosen).append(token.text)
        position += 1
    graphs, dataset = _graphs(found[position:])
    constants = [*resources, *graphs]
    rows = " ".join(f"({constant} AS ?r{index})" for index, constant in enumerate(constants))
    pattern = any(token.text == "{" for token in found[position:])
    return Parts(
        constants=f"{prologue}SELECT {rows} {{}}" if constants else "",
        named=len(resources),
        variables=f"{prologue}SELECT DISTINCT {' '.join(chosen)}{text[end:]}" if chosen and pattern else "",
        dataset=dataset,
    )


def _is(token: Token, word: str) -> bool:
    return token.text.upper() == word


def _graphs(found: Sequence[Token]) -> tuple[list[str], bool]:
    """Return the graphs of FROM as they are written, and whether there is any dataset clause."""
    graphs = []
    position = 0
    while position + 1 < len(found) and _is(found[position], "FROM"):
        if _is(found[position + 1], "NAMED"):
            position += 3
        else:
            graphs.append(found[position + 1].text)
            position += 2
    return graphs, position > 0


class Queried(Protocol):
    """A store that is described from: `pyoxigraph.Store`, or what has its methods."""

    def query(self, query: str, *, default_graph: Sequence[Graph] | None, **options: Any) -> object:
        """Evaluate a query."""

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        object: ox.NamedNode | ox.BlankNode | ox.Literal | None,  # noqa: A002 - the engine's name
        graph_name: Graph | None,
    ) -> Iterator[ox.Quad]:
        """Return the statements that match a pattern."""


def describe(
    store: Queried, text: str, *, default_graphs: Sequence[Graph] | None, **options: Any
) -> Iterator[ox.Triple]:
    """Yield the description of every resource that a DESCRIBE query asks for; a statement may come twice.

    `default_graphs` are those of the protocol, None where it names no dataset; `options` go to `Queried.query`.
    Raises `SyntaxError`.
    """
    options["default_graph"] = default_graphs
    store.query(text, **options)  # for the place of a syntax error, which the queries made from its parts would shift
    cut = parts(text)
    values = _values(store, cut.constants, **options) if cut.constants else []
    graphs: Sequence[Graph] = [ox.DefaultGraph()] if default_graphs is None else default_graphs
    if default_graphs is None and cut.dataset:
        graphs = [graph for graph in values[cut.named :] if isinstance(graph, ox.NamedNode)]
    resources = dict.fromkeys(values[: cut.named])
    if cut.variables:
        resources |= dict.fromkeys(_values(store, cut.variables, **options))
    return descriptions(store, [node for node in resources if isinstance(node, ox.NamedNode | ox.BlankNode)], graphs)


def _values(store: Queried, text: str, **options: Any) -> list[Any]:
    answer = store.query(text, **options)
    assert isinstance(answer, ox.QuerySolutions)
    width = len(answer.variables)
    found: dict[Any, None] = {}
    values = [row[i] for row in answer for i in range(width) if row[i] is not None]
    for value in values:
        found[value] = None
    return values if "SELECT DISTINCT" not in text else list(found)


def descriptions(store: Queried, resources: Sequence[Node], graphs: Sequence[Graph]) -> Iterator[ox.Triple]:
    """Yield the concise bounded description of each resource in the merge of some graphs, in which a triple is one."""
    seen: set[Node] = set()
    for resource in resources:
        waiting = [resource]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            about = list(dict.fromkeys(_about(store, node, graphs)))
            yield from about
            for triple in about:
                target = triple.object
                if isinstance(target, ox.BlankNode) or (
                    isinstance(target, ox.NamedNode) and triple.predicate in _FOLLOWED
                ):
                    waiting.append(target)
            waiting += _reifications(store, node, about, graphs)


def _about(store: Queried, node: Node, graphs: Sequence[Graph]) -> Iterator[ox.Triple]:
    for graph in graphs:
        for quad in store.quads_for_pattern(node, None, None, graph):
            yield ox.Triple(quad.subject, quad.predicate, quad.object)


def _reifications(store: Queried, node: Node, about: list[ox.Triple], graphs: Sequence[Graph]) -> Iterator[Node]:
    """Yield the resources that reify one of the statements about a node (RDF 1.1 Semantics, appendix D.1)."""
    statements = {(triple.predicate, triple.object) for triple in about}
    for graph in graphs:
        for quad in store.quads_for_pattern(None, _SUBJECT, node, graph):
            reified = quad.subject
            if isinstance(reified, ox.Triple):
                continue
            predicates = [q.object for q in store.quads_for_pattern(reified, _PREDICATE, None, graph)]
            objects = [q.object for q in store.quads_for_pattern(reified, _OBJECT, None, graph)]
            if any((p, o) in statements for p in predicates for o in objects):
                yield reified
