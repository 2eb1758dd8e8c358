"""Staged graphs made by hand, as the stages before the release would write them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ckg.model.staged import Role, StagedGraph, Staging

BASE = "https://w3id.org/ckg/"
PREFIXES = {
    "ckg": f"{BASE}ontology#",
    "ex": "http://example.org/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

Stage = Callable[..., Staging]


@pytest.fixture
def prefixes() -> dict[str, str]:
    return dict(PREFIXES)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A function that writes staged graphs: `stage({"a": triples, "inferred": triples}, into=folder)`."""

    def write(graphs: dict[str, Iterable[str]], into: Path | None = None) -> Staging:
        return staged(graphs, into or tmp_path / "graphs")

    return write


def staged(graphs: dict[str, Iterable[str]], folder: Path) -> Staging:
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, triples in graphs.items():
        iri = f"{BASE}graph/{name}"
        lines = sorted({f"{triple} <{iri}> .\n".encode() for triple in triples})
        path = folder / f"{name}.nq"
        path.write_bytes(b"".join(lines))
        role = Role(name) if name in ("ontology", "shapes", "inferred") else Role.DATA
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        made.append(StagedGraph(iri, role, path, digest, len(lines), (f"data/{name}.ttl",)))
    return Staging(()).with_graphs(made)
