"""A server on a small release with what the standards' corners need, each file a named graph."""

import pytest
from tests.sparql import live
from tests.validate.conftest import check, stage  # noqa: F401 - fixtures

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
    "return": 'id:return :value "a\\rb\\t c" .',
    "noname": 'id:noname <http://example.org/no/qname/1> "1" .',
}


def folder_of(tmp_path_factory, name, data):
    return live.project(tmp_path_factory.mktemp(name), {f"{file}.ttl": PREFIXES + text for file, text in data.items()})


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with live.serving(folder_of(tmp_path_factory, "standards", DATA)) as running:
        yield running
