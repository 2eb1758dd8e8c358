"""Statements about named graphs that no file makes, and files whose graph has no statement while others have."""

from __future__ import annotations

from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey, iri_of, lines_of
from ckg.errors import ProjectWarning, SourceLocation
from ckg.model.iris import GRAPH
from ckg.model.staged import Role, StagedGraph


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield what is wrong with the statements about named graphs, such as those of `data/graphs.ttl`."""
    base, staging = survey.project.base, survey.inputs.staging
    made = {graph.name for graph in staging.graphs}
    reserved = {base.ontology_graph, base.shapes_graph, base.inferred_graph}
    beginning = f"<{base.iri}{GRAPH}".encode()
    described: dict[str, StagedGraph] = {}
    for graph in staging.of(Role.DATA, Role.ONTOLOGY):
        for line in lines_of(graph.path):
            if line.startswith(beginning):
                described.setdefault(iri_of(line.partition(b" ")[0]), graph)
    for name in sorted(described.keys() - made - reserved):
        yield ProjectWarning(
            f"there are statements about the graph <{name}>, but no file makes it",
            survey.place_of(described[name], name),
            "A file that is renamed has another graph: let the statements name it, or take them out.",
        )
    files = {graph.name: graph for graph in staging.of(Role.DATA)}
    with_row = files.keys() & described.keys()
    if not with_row:
        return
    teller = described[min(with_row)]
    for name in sorted(files.keys() - described.keys()):
        yield ProjectWarning(
            f"nothing is said about the graph <{name}> of this file, while {', '.join(teller.sources[:1])} describes "
            f"{len(with_row):,} others",
            SourceLocation(survey.project.folder / files[name].sources[0]),
            f"Say in {teller.sources[0]} what the graph holds.",
        )


CHECK = ProjectCheck("graph_rows", find)
