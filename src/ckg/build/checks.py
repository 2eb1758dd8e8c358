"""The jobs of the build that judge the data: validation, reasoning, evidence. Each fills a folder or raises."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast

from ckg.build import evidence, graphs_index
from ckg.build.sources import SourceFile
from ckg.build.staging import stage_file
from ckg.model.iris import Base
from ckg.model.staged import Staging


def stage(folder: Path, source: SourceFile, base: Base) -> None:
    """Stage one source file."""
    stage_file(source, base, folder)


def validate(folder: Path, staging: Staging, engine: str, rejected: Path) -> None:
    """Write report.ttl and report.json; where the data do not conform, leave both in `rejected` and raise."""
    from ckg.validate import validate as run  # noqa: PLC0415 - pyshacl is slow to import and not always needed

    report = run(staging, folder, engine=engine)
    shutil.rmtree(rejected, ignore_errors=True)
    if not report.conforms:
        shutil.copytree(folder, rejected)
    report.raise_for_violations()


def reason(folder: Path, staging: Staging, engine: str, inferred_graph: str, memory_mb: int) -> None:
    """Write the inferred graph and its derivations, and an index of the graph."""
    from ckg.reason import Engine, close  # noqa: PLC0415 - the engines are slow to import and not always needed

    closure = close(
        staging,
        folder,
        engine=cast("Engine", engine),
        inferred_graph=inferred_graph,
        memory_limit=f"{memory_mb}MB",
    )
    graphs_index.write(folder, [closure.graph])


def hold_against_texts(folder: Path, staging: Staging, texts: Path | None) -> None:
    """Write evidence.json."""
    evidence.check(staging, texts, folder)
