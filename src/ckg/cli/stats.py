"""`ckg stats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pyoxigraph as ox

from ckg.backends import EMBEDDED, Lookup, ReleaseData
from ckg.cli.options import find_project, out_option, project_option
from ckg.model import evidence_terms as terms
from ckg.model.staged import Role
from ckg.project_places import release_root
from ckg.query.lookup import Statement, Term
from ckg.release.current import Releases
from ckg.release.layout import Release

_PAGE_STATEMENTS = 5_000
UNSAID = "no standing said"


@click.command()
@project_option
@out_option
def command(folder: Path | None, root: Path | None) -> None:
    """Print how many statements of the current release stand in which standing.

    The standing of a graph is what the data say of it (ckg:standing); what reasoning added is inferred.
    """
    release = Releases(release_root(find_project(folder), root)).current()
    data = ReleaseData(release.store, release.base, release.staging.graphs)
    with closing(EMBEDDED.lookup(data)) as lookup:
        _table("Triples, by the standing of their graph", by_standing(release, lookup))
        records = coded_records(release, lookup)
    if records:
        _table("Coded records, by their own standing", records)


def _table(title: str, counts: dict[str, int]) -> None:
    rows = [*counts.items(), ("in all", sum(counts.values()))]
    width = max(len(name) for name, _ in rows)
    click.echo(f"{title}:")
    for name, count in rows:
        click.echo(f"  {name:<{width}}  {count:>9,}")


def coded_records(release: Release, lookup: Lookup) -> dict[str, int]:
    """Return how many things, graphs aside, the data give each standing."""
    graphs = {graph.name for graph in release.staging.graphs}
    counts = Counter(
        _label(lookup, row.object)
        for row in _standings(lookup)
        if not isinstance(row.subject, ox.NamedNode) or row.subject.value not in graphs
    )
    return dict(sorted(counts.items()))


def by_standing(release: Release, lookup: Lookup) -> dict[str, int]:
    """Return the number of triples per standing, graph by graph: the ontology, the data's standings, the inferred."""
    standings = {row.subject: row.object for row in _standings(lookup)}
    data: Counter[str] = Counter()
    for graph in release.staging.of(Role.DATA):
        standing = standings.get(ox.NamedNode(graph.name))
        data[_label(lookup, standing) if standing is not None else UNSAID] += graph.triples
    own = {role: sum(graph.triples for graph in release.staging.of(role)) for role in (Role.ONTOLOGY, Role.INFERRED)}
    return {"ontology": own[Role.ONTOLOGY], **dict(sorted(data.items())), "inferred": own[Role.INFERRED]}


def _standings(lookup: Lookup) -> Iterator[Statement]:
    """Yield every statement that gives something a standing."""
    offset = 0
    while True:
        rows, more = lookup.uses(terms.STANDING, offset=offset, limit=_PAGE_STATEMENTS)
        yield from rows
        if not more:
            return
        offset += len(rows)


def _label(lookup: Lookup, node: Term) -> str:
    if not isinstance(node, ox.NamedNode):
        return str(node)
    label = lookup.label(node, ["en"])
    return label.text if label else node.value
