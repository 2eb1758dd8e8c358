"""Publish a folder of RDF as checked, reasoned, evidence-backed linked data.

From Python: `ckg.open(PATH_OR_ADDRESS)` opens a data set, `ckg.build` and `ckg.validate` are for
pipelines. They are imported when they are first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ckg.client.knowledge_graph import KnowledgeGraph as KnowledgeGraph
    from ckg.opening import open_graph
    from ckg.pipelines import build as build
    from ckg.pipelines import validate as validate

    open = open_graph  # noqa: A001 - `ckg.open(…)`, as `gzip.open(…)`

__version__ = "0.1.0"

_PLACES = {
    "open": ("ckg.opening", "open_graph"),
    "build": ("ckg.pipelines", "build"),
    "validate": ("ckg.pipelines", "validate"),
    "KnowledgeGraph": ("ckg.client.knowledge_graph", "KnowledgeGraph"),
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'ckg' has no attribute {name!r}")
    module, there = _PLACES[name]
    return getattr(importlib.import_module(module), there)  # the command line starts without it
