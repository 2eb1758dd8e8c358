"""A release asked through a SPARQL server elsewhere: what happens when it is away or has another release."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.sparql import live
from tests.support import sparql_servers
from tests.support.sparql_servers import SparqlServer

from ckg.backends import ReleaseData
from ckg.backends.sparql_endpoint.endpoint import Endpoint
from ckg.backends.sparql_endpoint.endpoint_query import for_endpoint
from ckg.backends.sparql_endpoint.endpoint_settings import authorization
from ckg.backends.sparql_endpoint.endpoint_writer import EndpointWriter
from ckg.backends.sparql_endpoint.pushing import Push
from ckg.backends.sparql_endpoint.skolem_iris import GENID_PREFIX, results_with_blank_nodes
from ckg.errors import ConfigError, EngineAway, QueryRefused
from ckg.release.layout import Release
from ckg.web import create_app

from .conftest import FILES

STATE = "urn:x-ckg:state"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, data: ReleaseData) -> Iterator[SparqlServer]:
    with sparql_servers.running("oxigraph", tmp_path_factory.mktemp("server")) as started:
        push = Push(sparql_servers.settings("oxigraph", started.endpoint), data, lambda _: None)
        push.run(dry=False, keep_hours=24.0)
        push.close()
        yield started


def asking(query: str) -> str:
    return f"/sparql?{live.urlencode({'query': query})}"


def test_while_the_engine_is_away_only_kept_answers_are_given_and_marked(
    server: SparqlServer, release: Release, tmp_path: Path
) -> None:
    section = f'[backend]\nendpoint = "{server.endpoint}"\ndialect = "oxigraph"\nretries = 0\n'
    (tmp_path / "ckg.toml").write_text(FILES["ckg.toml"] + section, encoding="utf-8")
    (tmp_path / "release").symlink_to(release.folder.parent)
    query = asking("ASK { ?s ?p 120 }")
    with live.serving(tmp_path) as site:
        assert site.get("/doc/old.ttl").status == 200
        assert site.get(query).status == 200
        server.kill()
        for path in ("/doc/new.ttl", asking("ASK { ?s ?p 900 }"), "/doc/tower.html"):
            answer = site.get(path)
            assert answer.status == 503, path
            assert int(answer.headers["retry-after"]) >= 1
        for path in ("/doc/old.ttl", query):
            answer = site.get(path)
            assert answer.status == 200, path
            assert "detail=engine-away" in answer.headers["cache-status"]
        ready = site.get("/readyz")
        assert ready.status == 503
        assert b"cannot be reached" in ready.body
        server.start()
        site.wait()
        again = site.get("/doc/new.ttl")
        assert again.status == 200
        assert "cache-status" not in again.headers


def test_an_endpoint_with_another_release_answers_nothing(server: SparqlServer, release: Release) -> None:
    settings = sparql_servers.settings("oxigraph", server.endpoint)
    writer = EndpointWriter(Endpoint(settings, "another"))
    change = (
        f'DELETE {{ GRAPH <{STATE}> {{ ?s ?p "{{}}" }} }} INSERT {{ GRAPH <{STATE}> {{ ?s ?p "{{}}" }} }} '
        f'WHERE {{ GRAPH <{STATE}> {{ ?s ?p "{{}}" }} }}'
    ).replace("{}", "%s")
    app = create_app(release.folder.parent, {"backend.endpoint": server.endpoint, "backend.dialect": "oxigraph"})
    try:
        client = app.test_client()
        assert client.get(asking("SELECT * { ?s ?p 120 }")).status_code == 200
        writer.update(change % (release.id, "another", release.id))
        for path in (asking("SELECT * { ?s ?p 900 }"), "/doc/new.ttl"):
            refused = client.get(path)
            assert refused.status_code == 503
            assert "has the release another" in refused.text
            assert int(refused.headers["Retry-After"]) >= 1
    finally:
        writer.update(change % ("another", release.id, "another"))
        writer.endpoint.close()
        app.close()


BLANK = """
<http://e/s> <http://e/p> _:a, <http://e/o>, "text" .
_:a <http://e/p> "of a" .
"""
TELLING = (
    "SELECT ?o (isBlank(?o) AS ?b) (isIRI(?o) AS ?i) (isURI(?o) AS ?u) { ?s ?p ?o }",
    "SELECT ?o (STR(?o) AS ?t) { ?s ?p ?o }",
    "SELECT ?o { ?s ?p ?o } ORDER BY ?o",
    "SELECT ?o { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 2",
    "SELECT ?o { ?s ?p ?o FILTER(STRLEN(STR(?o)) > 1) } ORDER BY ASC(?p) STR(?o)",
    "SELECT ?s { ?s ?p ?o FILTER(isBlank(?s) || STR(LCASE(STR(?o))) = 'text') }",
    "SELECT (GROUP_CONCAT(STR(?o); separator=' ') AS ?t) { SELECT ?o { ?s ?p ?o FILTER(!isBlank(?o)) } ORDER BY ?o }",
)


@pytest.mark.parametrize("text", TELLING)
def test_what_stands_for_a_blank_node_is_told_from_one_by_nothing(text: str) -> None:
    there, named = ox.Store(), ox.Store()
    there.load(BLANK, format=ox.RdfFormat.TURTLE)
    named.load(BLANK.replace("_:a", f"<{GENID_PREFIX}a>"), format=ox.RdfFormat.TURTLE)
    asked = for_endpoint(text, prefixes={}, base="", has_blank_nodes=True)
    answer = named.query(asked).serialize(format=ox.QueryResultsFormat.JSON)
    found = ox.parse_query_results(results_with_blank_nodes(answer), format=ox.QueryResultsFormat.JSON)
    ordered = "ORDER" in text

    def rows(solutions: ox.QuerySolutions) -> list[str]:
        texts = [" ".join("_:" if isinstance(t, ox.BlankNode) else str(t) for t in row) for row in solutions]
        return texts if ordered else sorted(texts)

    assert rows(found) == rows(there.query(text))


def test_a_name_of_the_server_alone_is_refused() -> None:
    with pytest.raises(QueryRefused, match="not in the release"):
        for_endpoint(f"ASK {{ GRAPH <{STATE}> {{ ?s ?p ?o }} }}", prefixes={}, base="", has_blank_nodes=False)


@pytest.mark.parametrize(
    "address", ["ftp://example.org/sparql", "localhost:7878", "http://", "http://a:b@example.org/"]
)
def test_an_address_that_is_none_is_named_with_what_to_write(address: str) -> None:
    with pytest.raises(ConfigError, match="is no address of a SPARQL endpoint") as refused:
        sparql_servers.settings("standard", address)
    assert "http://localhost:7878/query" in str(refused.value.hint)


def test_credentials_come_from_the_environment_and_stand_in_no_message() -> None:
    assert authorization({"CKG_BACKEND_USER": "a", "CKG_BACKEND_PASSWORD": "secret"}) == "Basic YTpzZWNyZXQ="
    with pytest.raises(ConfigError) as refused:
        authorization({"CKG_BACKEND_TOKEN": "sec\nret"})
    assert "sec" not in str(refused.value)


def test_an_engine_that_is_not_there_is_said_within_its_time() -> None:
    settings = sparql_servers.settings("standard", f"http://127.0.0.1:{sparql_servers.free_port()}/sparql")
    endpoint = Endpoint(settings, "1")
    began = time.monotonic()
    with pytest.raises(EngineAway, match="cannot be reached"):
        endpoint.state()
    assert time.monotonic() - began < 2.0
    endpoint.close()
