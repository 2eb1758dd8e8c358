"""What the tests of the shipped ontology and data share: its files, parsed once per worker."""

import hashlib
from pathlib import Path

import outside
import pytest
from rdflib import Graph

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def ontology_files() -> list[Path]:
    return sorted((ROOT / "ontology").rglob("*.ttl"))


@pytest.fixture(scope="session")
def data_files() -> list[Path]:
    return sorted((ROOT / "data").rglob("*.ttl"))


@pytest.fixture(scope="session")
def graphs(ontology_files, data_files) -> dict[str, Graph]:
    """Every file of the ontology and the data, by its path below the project."""
    return {
        path.relative_to(ROOT).as_posix(): Graph().parse(path, format="turtle")
        for path in (*ontology_files, *data_files)
    }


@pytest.fixture(scope="session")
def ontology(graphs) -> Graph:
    return _union(graph for name, graph in graphs.items() if name.startswith("ontology/"))


@pytest.fixture(scope="session")
def union(graphs) -> Graph:
    return _union(graphs.values())


def _union(parts) -> Graph:
    whole = Graph()
    for part in parts:
        whole += part
    return whole


@pytest.fixture(scope="session")
def source_texts() -> dict[str, str]:
    """The source texts that are at hand beside the project, by the SHA-256 of their bytes."""
    texts = outside.need_source_texts().glob("*.txt")
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path.read_text(encoding="utf-8") for path in texts}
