"""On the shipped data both engines draw the same inferences, statement by statement."""

from __future__ import annotations

import os
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


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                name == "everything" and not os.environ.get("CKG_EXAMPLES"),
                reason="takes a minute, and what is published is compared anyway; to run it: CKG_EXAMPLES=1",
            ),
        )
        for name in PUBLISHED
    ],
)
def test_the_closure_is_what_owlrl_gives_less_the_trivia(choice: str, tmp_path: Path) -> None:
    project = config.read(ROOT)
    published = PUBLISHED[choice]
    staging = Build(project, tmp_path / "releases").inputs().staging
    graph = project.base.inferred_graph
    closures = {
        engine: reason.close(staging, tmp_path / engine, engine=engine, inferred_graph=graph, published=published)
        for engine in ENGINES
    }
    assert closures["duckdb"].graph.triples > 4000
    assert closures["duckdb"].graph.path.read_bytes() == closures["owlrl"].graph.path.read_bytes()
