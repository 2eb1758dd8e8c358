"""What SPARQL engines do differently, one row for each; docs/scale.md has the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SERVICE_PREFIX: Final = "urn:x-ckg:"
"""What the names of graphs and things begin with that are at an endpoint and in no release."""

STATE_GRAPH: Final = f"{SERVICE_PREFIX}state"
"""The graph that says which release an endpoint has."""

UNION_GRAPH: Final = f"{SERVICE_PREFIX}union"
"""The graph that holds the union of the published graphs, at an engine whose default graph cannot."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """An engine's ways.

    `query`, `update` and `graph_store` are the last segments of its addresses. `union_graph` is the named graph that
    stands for the default graph of a release, empty where the engine has a default graph of its own. `is_oxigraph`
    says that queries are put in the words that Oxigraph reads as the standard means them. `keeps_order` says that a
    pattern is answered in the same order every time, so that it can be read in pages without sorting. `has_data_sets`
    says that data sets are made and removed over HTTP as Fuseki does. `takes_quads` says that its graph store takes
    many graphs at once, as N-Quads, which is no part of the standard and many times faster.
    """

    name: str
    query: str
    update: str
    graph_store: str
    union_graph: str = ""
    is_oxigraph: bool = False
    keeps_order: bool = False
    has_data_sets: bool = False
    takes_quads: bool = False


DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {
        dialect.name: dialect
        for dialect in (
            Dialect("standard", "sparql", "update", "data"),
            Dialect("oxigraph", "query", "update", "store", is_oxigraph=True, keeps_order=True, takes_quads=True),
            Dialect("fuseki", "sparql", "update", "data", keeps_order=True, has_data_sets=True, takes_quads=True),
            Dialect("virtuoso", "sparql", "sparql", "sparql-graph-crud", union_graph=UNION_GRAPH),
            Dialect("qlever", "", "", "", union_graph=UNION_GRAPH),
        )
    }
)
"""The engines that `backend.dialect` names; `standard` expects no more than SPARQL 1.1."""
