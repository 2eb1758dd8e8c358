"""How many subjects of the data are below a base of IRIs: what a project should know whose base has changed."""

from __future__ import annotations

from ckg.build.inputs import Inputs
from ckg.build.lint.survey import lines_of
from ckg.model.staged import Role


def below(inputs: Inputs, *bases: str) -> tuple[int, ...]:
    """Return how many subjects of the data have an IRI, and how many of them one below each of the bases."""
    terms: set[bytes] = set()
    for graph in inputs.staging.of(Role.DATA):
        terms.update(line.partition(b" ")[0] for line in lines_of(graph.path) if line[:1] == b"<")
    return len(terms), *(sum(term.startswith(f"<{base}".encode()) for term in terms) for base in bases)
