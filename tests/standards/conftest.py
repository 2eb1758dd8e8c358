"""A server on a small release with what the standards' corners need, each file a named graph."""

import pytest
from tests.sparql import live
from tests.validate.conftest import check, stage  # noqa: F401 - fixtures

from ckg.build.pipeline import Build
from ckg.model.config import read

PREFIXES = """
@prefix : <http://example.org/> .
@prefix id: <http://example.org/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""

DATA = {
    "a": 'id:s :p id:o ; rdfs:label "one"@en, "two"@en .',
    "b": "id:s :p id:o ; :q id:only-in-b .",
    "c": "id:t :p id:o .",
    "comma": 'id:comma :value <http://example.org/id/a,b>, "x,\\"y\\"\\r\\nz" .',
    "control": 'id:control :value "a\\u0001b" .',
    "large": "id:l :large 99999999999999999999, 5 ; :fits 12345678901234567890.5, 7 ; :small 1, 2 .",
    "queries": """
        id:q1 a <http://www.w3.org/ns/shacl#SPARQLSelectExecutable> ; rdfs:label "Everything"@en ;
            <http://www.w3.org/ns/shacl#select> "SELECT * { ?s ?p ?o }" .
        id:q2 a <http://www.w3.org/ns/shacl#SPARQLAskExecutable> ; rdfs:label "Anything"@en ;
            rdfs:comment "Is there?"@en ;
            <http://www.w3.org/ns/shacl#ask> "ASK { ?s ?p ?o }" .""",
    "return": 'id:return :value "a\\rb\\t c" .',
    "noname": 'id:noname <http://example.org/no/qname/1> "1" .',
}

IRIS = {
    "http://example.org/id/i/a%2Fb": "slash, encoded",
    "http://example.org/id/i/a/b": "slash",
    "http://example.org/id/i/c%2Fd": "only encoded",
    "http://example.org/id/i/e/f": "only a slash",
    "http://example.org/id/i/t%7Ex": "tilde, encoded",
    "http://example.org/id/i/t%7ex": "tilde, encoded in lower case",
    "http://example.org/id/i/t~x": "tilde",
    "http://example.org/id/i/d%2Dx": "hyphen, encoded",
    "http://example.org/id/i/%d0%90": "a letter, encoded in lower case",
    "http://example.org/id/i/%D0%91": "a letter, encoded",
    "http://example.org/id/i/%D0%92%20%7Ez": "a letter, a space and a tilde, encoded",
    "http://example.org/id/i/end": "no slash at its end",
    "http://example.org/id/i/end/": "a slash at its end",
    "http://example.org/id/i/only/": "only with a slash at its end",
    "http://example.org/id/i/x.ttl/": "a suffix before the slash at its end",
    "http://example.org/id/i/two//slashes": "two slashes",
}
DATA["iris"] = "".join(f'<{iri}> rdfs:label "{label}" .\n' for iri, label in IRIS.items())


def folder_of(tmp_path_factory, name, data):
    return live.project(tmp_path_factory.mktemp(name), {f"{file}.ttl": PREFIXES + text for file, text in data.items()})


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with live.serving(folder_of(tmp_path_factory, "standards", DATA)) as running:
        yield running


@pytest.fixture
def staged(tmp_path):
    """Return the staged graphs of a project of some files, by name, as lines without the name of the graph."""

    def read_files(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "ckg.toml").write_text(live.CONFIG.format(limits=""))
        graphs = Build(read(tmp_path), tmp_path / "release").inputs().staging.graphs
        return {
            graph.name: [line.removesuffix(f" <{graph.name}> .") for line in graph.path.read_text().splitlines()]
            for graph in graphs
        }

    return read_files
