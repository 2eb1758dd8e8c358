"""Which cluster the engine `spark` runs on; importing it does not need the extra `spark`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Spark runs.

    `master` is an address such as `spark://host:7077`, empty for what Spark's own configuration says and else all cores
    of this machine. `folder` is where tables are kept while a run lasts, None for the folder of results: every member
    of the cluster must see it, and the staged graphs, under the same path. `options` are properties of Spark.
    """

    master: str = ""
    folder: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)


LOCAL: Final = Cluster()
