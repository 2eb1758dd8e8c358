"""Between staged N-Quads and the rdflib graphs that pyshacl works on, with every literal as it was written."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
import rdflib
from pyshacl.errors import ShapeRecursionWarning
from pyshacl.rdfutil.stringify import stringify_blank_node
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.store import Store
from rdflib.term import IdentifiedNode, Identifier

Namespaces = tuple[tuple[str, str], ...]
Term = ox.NamedNode | ox.BlankNode | ox.Literal
_STRING = str(XSD.string)
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


@contextmanager
def lexical_forms_kept() -> Iterator[None]:
    """Switch off rdflib's rewriting of literals and its complaints about ill-typed ones, and restore both afterwards.

    Both switches are global to the process: a validation must not run beside other users of rdflib in threads.
    pyshacl remembers how it wrote blank nodes under the address of their graph, which Python uses again: forgotten too.
    """
    log = logging.getLogger("rdflib.term")
    normalised, silent = rdflib.NORMALIZE_LITERALS, log.disabled
    rdflib.NORMALIZE_LITERALS, log.disabled = False, True
    stringify_blank_node.dict_cache.clear()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parsing weird boolean", UserWarning)
            warnings.filterwarnings("ignore", "NotImplemented should not be used", DeprecationWarning)
            warnings.filterwarnings("ignore", "Warning, A Recursive Shape", ShapeRecursionWarning)
            yield
    finally:
        rdflib.NORMALIZE_LITERALS, log.disabled = normalised, silent
        stringify_blank_node.dict_cache.clear()


def to_rdflib(term: Term) -> IdentifiedNode | Literal:
    """Return the rdflib term; `xsd:string` is left implicit, as N-Quads leave it.

    >>> to_rdflib(ox.Literal("01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))).n3()
    '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language, normalize=False)
    datatype = term.datatype.value
    return Literal(term.value, datatype=None if datatype == _STRING else URIRef(datatype), normalize=False)


def from_rdflib(term: object) -> Term:
    """Return the pyoxigraph term of an rdflib node."""
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        datatype = str(term.datatype) if term.datatype else _STRING
        return ox.Literal(str(term), datatype=ox.NamedNode(datatype))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    return ox.NamedNode(str(term))


def bound_namespaces(graph: Graph) -> Namespaces:
    """Return the prefixes that a graph knows, which are known in queries on it."""
    return tuple(sorted((prefix, str(iri)) for prefix, iri in graph.namespaces()))


@lru_cache(maxsize=256)
def parsed_query(text: str, namespaces: Namespaces) -> Query:
    """Return a query as rdflib translates it; raises what rdflib's parser raises."""
    return translateQuery(parseQuery(text), None, dict(namespaces))


class QueriedGraph(Graph):
    """A graph that parses the text of a query once: pyshacl hands it over again for every focus node."""

    def __init__(self, store: Store | str = "default") -> None:
        super().__init__(store=store, bind_namespaces="none")

    def query(  # type: ignore[override]
        self,
        query_object: str,
        processor: str = "sparql",
        result: str = "sparql",
        initNs: Mapping[str, object] | None = None,  # noqa: N803 - rdflib's own name
        initBindings: Mapping[str, Identifier] | None = None,  # noqa: N803
        *args: bool,
        **options: object,
    ) -> Result:
        """Run a query as rdflib does."""
        parsed = parsed_query(query_object, bound_namespaces(self))
        return super().query(parsed, processor, result, initNs, initBindings)


class GraphLoader:
    """Fills one rdflib graph; a term that occurs a thousand times is made once."""

    def __init__(self) -> None:
        self.graph = QueriedGraph()
        self._made: dict[Term, IdentifiedNode | Literal] = {}

    def _node(self, term: Term) -> IdentifiedNode | Literal:
        node = self._made.get(term)
        if node is None:
            node = self._made[term] = to_rdflib(term)
        return node

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add statements; their graph names are dropped."""
        add, graph, node = self.graph.store.add, self.graph, self._node
        for quad in quads:
            # pyoxigraph types a subject wider than RDF 1.1 has it
            add((node(quad.subject), node(quad.predicate), node(quad.object)), graph)  # type: ignore[arg-type]


def load(paths: Iterable[Path], prefixes: Iterable[tuple[str, str]] = ()) -> Graph:
    """Return one rdflib graph with the triples of all the given N-Quads files; `prefixes` shorten IRIs in messages."""
    loader = GraphLoader()
    for path in paths:
        loader.add(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
    for prefix, namespace in prefixes:
        loader.graph.bind(prefix, namespace, override=True, replace=True)
    return loader.graph
