"""One small release, asked through every backend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import sparql_servers

from ckg.backends import Backend, Evaluator, Lookup, OxigraphBackend, ReleaseData
from ckg.backends.sparql_endpoint import SparqlEndpointBackend
from ckg.backends.sparql_endpoint.pushing import Push
from ckg.build.pipeline import Build
from ckg.model import config
from ckg.query.limits import QueryLimits
from ckg.query.metrics_sink import NullSink
from ckg.query.pool import Pool
from ckg.release.layout import Release

from .rdflib_backend import RdflibBackend

BASE = "https://small.example/kg/"

FILES = {
    "ckg.toml": f"""
[project]
name = "small"
title = "Small"
base = "{BASE}"
version = "1"
license = "https://creativecommons.org/licenses/by/4.0/"
publisher = "Tests"
languages = ["en", "ru"]
[reason]
engine = "owl-rl"
implementation = "owlrl"
[check]
shapeless_classes = "off"
""",
    "ontology/small.ttl": f"""
@prefix : <{BASE}ontology#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{BASE}ontology> a owl:Ontology .
:Bridge a owl:Class ; rdfs:subClassOf :Work ; rdfs:label "bridge"@en, "мост"@ru .
:Work a owl:Class ; rdfs:label "work"@en .
:length a owl:DatatypeProperty . :near a owl:ObjectProperty .
""",
    "data/rivers.ttl": f"""
@prefix : <{BASE}ontology#> . @prefix id: <{BASE}id/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:old a :Bridge ; rdfs:label "Old bridge"@en, "Старый мост"@ru ; :length 120 ; :near id:new, [ rdfs:label "a mill" ] .
id:new a :Bridge ; rdfs:label "New bridge"@en ; :length 900 .
id:tower a :Work ; rdfs:label "Tower" .
""",
    "data/plans.ttl": f"""
@prefix : <{BASE}ontology#> . @prefix id: <{BASE}id/> .
id:new :near id:tower .
""",
    "shapes/small.ttl": f"""
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <{BASE}ontology#> .
<{BASE}shapes#Bridge> a sh:NodeShape ; sh:targetClass :Bridge ; sh:property <{BASE}shapes#length> .
<{BASE}shapes#length> sh:path :length ; sh:minCount 1 .
""",
}


@pytest.fixture(scope="package")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    project = tmp_path_factory.mktemp("backends")
    for name, text in FILES.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    return Build(config.read(project), project / "release").run().release


@pytest.fixture(scope="package")
def data(release: Release) -> ReleaseData:
    return sparql_servers.data_of(release)


EMBEDDED = {"oxigraph": OxigraphBackend, "rdflib": RdflibBackend}
SERVERS = {f"{dialect}-server": dialect for dialect in sparql_servers.MAKERS}


@pytest.fixture(scope="package", params=[*EMBEDDED, *SERVERS])
def backend(
    request: pytest.FixtureRequest, data: ReleaseData, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Backend]:
    if request.param in EMBEDDED:
        yield EMBEDDED[request.param]()
        return
    with sparql_servers.running(SERVERS[request.param], tmp_path_factory.mktemp("server")) as server:
        settings = sparql_servers.settings(server.dialect, server.endpoint)
        push = Push(settings, data, lambda _: None)
        push.run(dry=False, keep_hours=24.0)
        push.close()
        yield SparqlEndpointBackend(settings)


@pytest.fixture(scope="package")
def lookup(backend: Backend, data: ReleaseData) -> Iterator[Lookup]:
    made = backend.lookup(data)
    yield made
    made.close()


@pytest.fixture(scope="package", params=["for strangers", "for the operator"])
def evaluator(request: pytest.FixtureRequest, backend: Backend, data: ReleaseData) -> Iterator[Evaluator]:
    limits = QueryLimits(seconds=20.0, rows=50, budget_seconds=0.0, budget_errors=0)
    strangers = request.param == "for strangers"
    made = backend.evaluator(data, limits, NullSink()) if strangers else backend.local_evaluator(data, limits)
    yield made
    made.close()


@pytest.fixture
def pool(backend: Backend, data: ReleaseData) -> Iterator[Pool]:
    limits = QueryLimits(seconds=20.0, budget_seconds=0.0, budget_errors=0)
    made = Pool(backend.evaluator(data, limits, NullSink()), limits, probes=data.probes)
    yield made
    made.close()


@pytest.fixture
def releases(release: Release) -> Path:
    return release.folder.parent
