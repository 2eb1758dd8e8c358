"""Whether the queries of a pages folder are well-formed, asked by the build: a mistake would else show to readers only.

The guard of the endpoint reads tokens only. rdflib's parser is slow to import, so the server never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import NamedNode
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from ckg.errors import ProjectError, SourceLocation
from ckg.pages.folder.queries import bound


def parse(path: Path, text: str, prefixes: Mapping[str, str]) -> None:
    """Raise `ProjectError` with line and column where a query is not well-formed (SPARQL 1.1 Query, section 19)."""
    try:
        translateQuery(parseQuery(bound(text, NamedNode("https://example.org/this"), "en")), initNs=dict(prefixes))
    except Exception as error:  # a syntax error has a place; for an unknown prefix rdflib raises a bare Exception
        line, column = getattr(error, "lineno", None), getattr(error, "column", None)
        what = "the query is not well-formed SPARQL" if line else f"the query cannot be used: {error}"
        raise ProjectError(what, place=SourceLocation(path, line, column)) from error
