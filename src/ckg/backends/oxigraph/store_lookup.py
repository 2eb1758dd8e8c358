"""Look-ups in an Oxigraph store, in the serving process: trusted and bounded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Store

from ckg.backends.pattern_lookup import PatternLookup
from ckg.model.iris import Base
from ckg.model.staged import StagedGraph


class OxigraphLookup(PatternLookup):
    """Look-ups in the finished store in a folder; see `ckg.query.lookup.Lookup`."""

    def __init__(self, store: Path, base: Base, graphs: Sequence[StagedGraph] = ()) -> None:
        super().__init__(Store.read_only(str(store)), base, graphs)
