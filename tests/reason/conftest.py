"""Staged graphs for tests, made from Turtle: what `ckg.build.staging` does, as small as a test of reasoning needs."""

import hashlib

import pyoxigraph as ox
import pytest

from ckg.model.staged import Role, StagedGraph, Staging
from ckg.reason.lines import read
from ckg.reason.rules.owl_terms import PREFIXES

TURTLE = "@prefix : <http://example.org/> .\n" + "".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items())


def stage_lines(triples, into, name, role, sources=()):
    """Write triples ('S P O' each) as a staged graph."""
    graph = f"http://example.org/graph/{name}"
    content = b"".join(sorted({f"{triple} <{graph}> .\n".encode() for triple in triples}))
    into.mkdir(parents=True, exist_ok=True)
    path = into / f"{name}.nq"
    path.write_bytes(content)
    return StagedGraph(graph, role, path, hashlib.sha256(content).hexdigest(), content.count(b"\n"), sources)


def token(node, name):
    """Return a term as a token; blank nodes are told apart by the file that they stand in."""
    return f"_:{name}{node.value}" if isinstance(node, ox.BlankNode) else str(node)


def stage_turtle(into, *, ontology="", **data):
    """Stage an ontology and data files given as Turtle, with the usual prefixes and `:` for example.org."""
    graphs = []
    for name, text in {"ontology": ontology, **data}.items():
        role = Role.ONTOLOGY if name == "ontology" else Role.DATA
        lines = []
        for triple in ox.parse(TURTLE + text, format=ox.RdfFormat.TURTLE):
            lines.append(" ".join(token(node, name) for node in (triple.subject, triple.predicate, triple.object)))
        folder = "ontology" if role is Role.ONTOLOGY else "data"
        graphs.append(stage_lines(lines, into, name, role, (f"{folder}/{name}.ttl",)))
    return Staging(tuple(sorted(graphs, key=lambda graph: graph.name)))


def readable(token):
    """Return a token with its namespaces shortened."""
    for prefix, namespace in PREFIXES.items():
        head, _, tail = token.rpartition("<")
        if tail.startswith(namespace):
            return f"{head}{prefix}:{tail[len(namespace) : -1]}"
    return token.replace("<http://example.org/", "<:")


@pytest.fixture(scope="session")
def stage():
    return stage_turtle


@pytest.fixture(scope="session")
def triples():
    """Read a staged graph as a set of readable triples."""
    return lambda graph: {" ".join(map(readable, triple)) for triple in read(graph)}


@pytest.fixture(scope="session", name="stage_lines")
def stage_lines_fixture():
    return stage_lines
