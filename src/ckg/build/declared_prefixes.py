"""The prefixes of a project, read from the `sh:declare` rows of its ontology and shapes (SHACL, section 5.2.1)."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ckg.errors import ProjectError, SourceLocation
from ckg.model.config import Project
from ckg.model.prefixes import WELL_KNOWN, Prefixes
from ckg.model.staged import Role, Staging
from ckg.model.vocabulary import SH_NS


def declared(project: Project, staging: Staging) -> Prefixes:
    """Return every declared prefix, with the well-known ones and one for the project's terms where none is declared.

    Raises `ProjectError` where one prefix is bound to two namespaces.
    """
    bindings: dict[str, str] = {}
    for graph in staging.of(Role.ONTOLOGY, Role.SHAPES):
        with graph.path.open("rb") as file:
            lines = b"".join(line for line in file if b"<http://www.w3.org/ns/shacl#" in line)
        rows: dict[str, dict[str, str]] = {}
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.object, ox.Literal):
                rows.setdefault(str(quad.subject), {})[quad.predicate.value] = quad.object.value
        for row in rows.values():
            prefix, namespace = row.get(SH_NS + "prefix"), row.get(SH_NS + "namespace")
            if prefix is None or namespace is None:
                continue
            if bindings.setdefault(prefix, namespace) != namespace:
                raise ProjectError(
                    f"the prefix `{prefix}:` is bound to <{bindings[prefix]}> and to <{namespace}>",
                    place=SourceLocation(Path(graph.sources[0])),
                    hint="Keep one sh:declare row for each prefix.",
                )
    missing = {prefix: namespace for prefix, namespace in WELL_KNOWN.items() if prefix not in bindings}
    bindings |= missing
    if project.base.terms not in bindings.values():
        bindings.setdefault(project.name.lower(), project.base.terms)
    return Prefixes(bindings)
