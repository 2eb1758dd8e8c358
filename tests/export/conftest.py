"""A small project with names that files can hardly have, exported once for all test processes."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from shared_folder import shared_folder

from ckg.build.pipeline import Build
from ckg.export import site_files
from ckg.model.config import read
from ckg.release.layout import Release

CONFIG = """
[project]
name = "small"
title = "A small project"
base = "https://data.example/kg/"
version = "1.0"
issued = 2026-01-02
license = "https://creativecommons.org/licenses/by/4.0/"
languages = ["en", "ja"]
[reason]
engine = "owl-rl"
[check]
undefined_terms = "off"
undescribed_things = "off"
graph_rows = "off"
"""
FILES = {
    "ckg.toml": CONFIG,
    "shapes/s.ttl": "",
    "ontology/o.ttl": """
<ontology> a owl:Ontology ; rdfs:label "An ontology"@en .
o:Place a owl:Class ; rdfs:label "place"@en . o:State a owl:Class ; rdfs:subClassOf o:Place ; rdfs:label "state"@en .
o:in a owl:ObjectProperty ; rdfs:label "in"@en ; owl:inverseOf o:holds .
o:holds a owl:ObjectProperty ; rdfs:label "holds"@en .
""",
    "data/places.ttl": """
<id/state/japan> a o:State ; rdfs:label "Japan"@en, "日本"@ja ; o:count 01 ; o:population 124000000 ;
    o:capital [ rdfs:label "A capital"@en ] ; rdfs:seeAlso <http://visitor.example/a?b=c&d> .
<id/city/tokyo> a o:Place ; rdfs:label "Tokyo"@en, "東京"@ja ; o:in <id/state/japan> ; o:population 14000000 .
<id/city/Актау> a o:Place ; rdfs:label "Aktau"@en ; o:in <id/state/japan> ; o:population 180000 .
<http://visitor.example/a?b=c&d> rdfs:label "Somebody else's"@en .
<id/odd/a%2Fb> rdfs:label "A slash in its name"@en . <id/odd/a/b> rdfs:label "No slash in its name"@en .
<id/odd/(x):y> rdfs:label "A colon"@en . <id/odd/q?y=1> rdfs:label "A query in its IRI"@en .
<id/odd/notes.ttl> rdfs:label "Its name ends like a suffix"@en . <id/odd/notes.ttl/b> rdfs:label "Below it"@en .
<id/odd/index> rdfs:label "An index"@en . <id/odd> rdfs:label "Also a folder"@en . <note/one> rdfs:label "A note"@en .
""",
    "data/questions.ttl": '''
<id/question/people> a sh:SPARQLSelectExecutable ; rdfs:label "How many people live in each place?"@en ; sh:select """
SELECT ?place ?name ?people WHERE { ?place small:population ?people ; rdfs:label ?name FILTER(LANG(?name) = "en") }
ORDER BY DESC(?people)""" .
''',
}
_PREFIXES = """@base <https://data.example/kg/> .
@prefix o: <https://data.example/kg/ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
"""


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return the release of the small project."""
    with shared_folder(tmp_path_factory, "exported-project") as (project, first):
        if first:
            for name, text in FILES.items():
                path = project / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text((_PREFIXES if name.endswith(".ttl") else "") + text, encoding="utf-8")
            Build(read(project), project / "release").run()
        exported = project / "exported"
        made = Release((project / "release" / (project / "release" / "current").read_text().strip()).resolve())
        if first:
            site_files.export(made, exported, site_files.options_for(made, None, None, single_files=False))
    return made


@pytest.fixture(scope="session")
def exported(release: Release) -> Path:
    """Return its export, which no test may change."""
    return release.folder.parents[1] / "exported"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def file_server(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the export below a path of a plain file server, which knows nothing of RDF."""
    root = tmp_path_factory.mktemp("host")
    (root / "some" / "where").mkdir(parents=True)
    (root / "some" / "where" / "kg").symlink_to(exported)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/some/where/kg/"
    server.shutdown()
    server.server_close()
    thread.join()
