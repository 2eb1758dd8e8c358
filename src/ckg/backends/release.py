"""What a backend is told of a release: where its files are and what its queries may leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ckg.model.iris import Base
from ckg.model.staged import StagedGraph


@dataclass(frozen=True, slots=True)
class ReleaseData:
    """A release, as a backend needs it.

    `store` is the folder of its finished store; `graphs` are its staged graphs, the inferred one and the shapes
    included; `prefixes` are predefined for every query, and `base` resolves relative IRIs. `probes` are look-ups that
    reach every table of the store (`ckg.model.store_tables`), `text_numbers` the properties with numbers that the store
    keeps as text. `missing_layers` names layers of the sandbox to leave out around what evaluates queries, to try what
    happens on a platform that lacks them. `release` is its name.
    """

    store: Path
    base: Base
    graphs: Sequence[StagedGraph] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)
    probes: Sequence[str] = ()
    missing_layers: Sequence[str] = ()
    text_numbers: Sequence[str] = ()
    release: str = ""
