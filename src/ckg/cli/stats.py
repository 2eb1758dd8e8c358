"""`ckg stats`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import pyoxigraph as ox

from ckg.cli.options import find_project, out_option, project_option, release_root
from ckg.model import evidence_terms as terms
from ckg.model.staged import Role
from ckg.model.vocabulary import LABELS
from ckg.release.current import Releases
from ckg.release.layout import Release

UNSAID = "no standing said"


@click.command()
@project_option
@out_option
def command(folder: Path | None, root: Path | None) -> None:
    """Print how many statements of the current release stand in which standing.

    The standing of a graph is what the data say of it (ckg:standing); what reasoning added is inferred.
    """
    release = Releases(release_root(find_project(folder), root)).current()
    store = ox.Store.read_only(str(release.store))
    _table("Triples, by the standing of their graph", by_standing(release, store))
    records = coded_records(release, store)
    if records:
        _table("Coded records, by their own standing", records)


def _table(title: str, counts: dict[str, int]) -> None:
    rows = [*counts.items(), ("in all", sum(counts.values()))]
    width = max(len(name) for name, _ in rows)
    click.echo(f"{title}:")
    for name, count in rows:
        click.echo(f"  {name:<{width}}  {count:>9,}")


def coded_records(release: Release, store: ox.Store) -> dict[str, int]:
    """Return how many things, graphs aside, the data give each standing."""
    graphs = {ox.NamedNode(graph.name) for graph in release.staging.graphs}
    counts = Counter(
        _label(store, quad.object)
        for quad in store.quads_for_pattern(None, ox.NamedNode(terms.STANDING), None, ox.DefaultGraph())
        if quad.subject not in graphs
    )
    return dict(sorted(counts.items()))


def by_standing(release: Release, store: ox.Store) -> dict[str, int]:
    """Return the number of triples per standing, graph by graph: the ontology, the data's standings, the inferred."""
    standings = {
        quad.subject: quad.object
        for quad in store.quads_for_pattern(None, ox.NamedNode(terms.STANDING), None, ox.DefaultGraph())
    }
    data: Counter[str] = Counter()
    for graph in release.staging.of(Role.DATA):
        standing = standings.get(ox.NamedNode(graph.name))
        data[_label(store, standing) if standing is not None else UNSAID] += graph.triples
    own = {role: sum(graph.triples for graph in release.staging.of(role)) for role in (Role.ONTOLOGY, Role.INFERRED)}
    return {"ontology": own[Role.ONTOLOGY], **dict(sorted(data.items())), "inferred": own[Role.INFERRED]}


def _label(store: ox.Store, node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    if not isinstance(node, ox.NamedNode):
        return str(node)
    for predicate in LABELS:
        for quad in store.quads_for_pattern(node, ox.NamedNode(predicate), None, ox.DefaultGraph()):
            if isinstance(quad.object, ox.Literal) and quad.object.language in (None, "en"):
                return quad.object.value
    return node.value
