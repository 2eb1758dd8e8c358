"""On the shipped data both engines draw the same inferences, statement by statement.

owlrl takes a minute and a half for all of it; without CKG_EXAMPLES in the environment the suite compares the ontology,
the rules and the data of the Tokyo summit.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ckg import reason
from ckg.build.pipeline import Build
from ckg.model import config

ENGINES: tuple[reason.Engine, ...] = ("duckdb", "owlrl")
ROOT = Path(__file__).parents[2]


PUBLISHED = {
    "everything": reason.Published(),
    "one name, named classes": reason.Published(expanded=False, anonymous_types=False, base=config.read(ROOT).base.iri),
}


def of_tokyo(folder: Path) -> Path:
    """Copy the project with the data of one summit only."""
    for name in ("ontology", "rules", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data" / "tokyo-2025", folder / "data" / "tokyo-2025")
    for name in ("graphs.ttl", "organisations.ttl", "people-and-posts.ttl"):
        shutil.copy(ROOT / "data" / name, folder / "data")
    shutil.copy(ROOT / "ckg.toml", folder)
    return folder


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                name == "everything" and not os.environ.get("CKG_EXAMPLES"),
                reason="what is published is compared anyway; to run it, and on all data: CKG_EXAMPLES=1",
            ),
        )
        for name in PUBLISHED
    ],
)
def test_the_closure_is_what_owlrl_gives_less_the_trivia(choice: str, tmp_path: Path) -> None:
    project = config.read(ROOT if os.environ.get("CKG_EXAMPLES") else of_tokyo(tmp_path / "project"))
    published = PUBLISHED[choice]
    staging = Build(project, tmp_path / "releases").inputs().staging
    graph = project.base.inferred_graph
    closures = {
        engine: reason.close(staging, tmp_path / engine, engine=engine, inferred_graph=graph, published=published)
        for engine in ENGINES
    }
    assert closures["duckdb"].graph.triples > 1000
    assert closures["duckdb"].graph.path.read_bytes() == closures["owlrl"].graph.path.read_bytes()
