"""Staged graphs made from Turtle text, the way the build makes them: sorted, unique, lexical forms as written."""

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.model.staged import Role, StagedGraph, Staging

HEAD = """
@prefix : <https://example.org/> .
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""


def staged(folder: Path, name: str, role: Role, turtle: str, source: str) -> StagedGraph:
    graph = ox.NamedNode(f"https://example.org/graph/{name}")

    labels: dict[str, str] = {}

    def blank(term):
        if not isinstance(term, ox.BlankNode):
            return term
        return ox.BlankNode(labels.setdefault(term.value, f"{name}{len(labels)}"))

    quads = ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE, base_iri="https://example.org/")
    lines = sorted({f"{blank(q.subject)} {q.predicate} {blank(q.object)} {graph} .\n".encode() for q in quads})
    path = folder / f"{name}.nq"
    path.write_bytes(b"".join(lines))
    return StagedGraph(graph.value, role, path, hashlib.sha256(path.read_bytes()).hexdigest(), len(lines), (source,))


@pytest.fixture
def stage(tmp_path):
    """Return a function that stages Turtle texts: data (one text or a list), shapes, ontology."""

    def make(data="", shapes="", ontology="") -> Staging:
        folder = tmp_path / "staged"
        folder.mkdir(exist_ok=True)
        texts = [data] if isinstance(data, str) else data
        graphs = [staged(folder, f"d{n}", Role.DATA, text, f"data/d{n}.ttl") for n, text in enumerate(texts)]
        graphs.append(staged(folder, "shapes", Role.SHAPES, shapes, "shapes/shapes.ttl"))
        graphs.append(staged(folder, "ontology", Role.ONTOLOGY, ontology, "ontology/ontology.ttl"))
        return Staging(tuple(sorted(graphs, key=lambda graph: graph.name)))

    return make


@pytest.fixture(params=["screened", "pyshacl"])
def check(request, stage, tmp_path):
    """Return a function that stages, validates, and gives the report: with each engine, unless one is named."""
    from ckg.validate import validate

    def run(data="", shapes="", ontology="", **options):
        return validate(stage(data, shapes, ontology), tmp_path / "report", **{"engine": request.param, **options})

    return run
