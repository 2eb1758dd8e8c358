"""The paths at which a site answers by itself, whatever the data hold."""

from __future__ import annotations

from typing import Final

SITE_PATHS: Final = frozenset(
    {"browse", "evidence", "examples", "explain", "llms.txt", "mcp", "schema", "search.json", "thing"}
    | {
        "browse",
        "catalog",
        "cite",
        "completions",
        "conflicts",
        "coverage",
        "doc",
        "drawings",
        "dump",
        "graph",
        "healthz",
        "id",
        "language",
    }
    | {"metrics", "neighbourhood", "openapi.json", "readyz", "report", "robots.txt", "search", "sitemap.xml", "sources"}
    | {"favicon.ico", "help", "labels", "q", "queries", "releases.atom", "sparql", "static", "suggest", "void", "why"}
)
"""First parts of paths at which the server answers itself."""
