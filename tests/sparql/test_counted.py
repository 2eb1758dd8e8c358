"""Every request and every query is counted once, whichever cache its answer came from."""

import re

import pytest

from . import live
from .test_endpoint import get, with_limits

pytestmark = pytest.mark.gone_on  # each starts a server, and what is counted is no matter of the store


@pytest.fixture
def counted(tangle):
    """A server that nobody else asks."""
    with live.serving(with_limits(tangle, seconds=5.0)) as server:
        yield server


def queries(server, outcome):
    return server.metric(f'ckg_queries_total{{form="SELECT",outcome="{outcome}"}}')


def requests(server, method, status, route="/sparql"):
    return server.metric(f'ckg_http_requests_total{{method="{method}",route="{route}",status="{status}"}}')


def hits(server, cache):
    return server.metric(f'ckg_cache_hits_total{{cache="{cache}"}}')


def test_the_same_request_again_is_a_request_a_query_and_a_hit(counted):
    path = get("SELECT ?s { ?s ?p ?o } LIMIT 7", format="csv")
    bodies = {counted.get(path).body for _ in range(3)}
    assert len(bodies) == 1
    assert counted.send("HEAD", path).status == 200
    assert (requests(counted, "GET", 200), requests(counted, "HEAD", 200)) == (3, 1)
    assert (queries(counted, "answered"), queries(counted, "cached")) == (1, 3)
    assert (hits(counted, "requests"), hits(counted, "answers")) == (3, 0)
    assert counted.metric('ckg_query_seconds_count{form="SELECT"}') == 4
    assert counted.metric('ckg_http_request_seconds_count{route="/sparql"}') == 4


def test_the_same_query_by_another_way_is_a_hit_among_the_answers(counted):
    text = "SELECT ?s { ?s ?p ?o } LIMIT 8"
    counted.get(get(text), Accept="text/csv")
    counted.query(text, "text/csv")
    assert (queries(counted, "answered"), queries(counted, "cached")) == (1, 1)
    assert (hits(counted, "requests"), hits(counted, "answers")) == (0, 1)


def test_an_answer_the_client_has_already_is_a_query_that_was_not_modified(counted):
    path = get("SELECT ?s { ?s ?p ?o } LIMIT 9", format="csv")
    tag = counted.get(path).headers["etag"]
    assert counted.get(path, If_None_Match=tag).status == 304
    assert requests(counted, "GET", 304) == 1
    assert (queries(counted, "answered"), queries(counted, "not modified")) == (1, 1)


def test_a_document_given_again_is_a_request_and_no_query(counted):
    for _ in range(3):
        assert counted.get("/doc/n1", Accept="text/turtle").status == 200
    text = counted.get("/metrics").body.decode()
    counts = re.findall(r'^ckg_http_requests_total\{.*route="/doc.*status="200"\} (.*)$', text, re.MULTILINE)
    assert counts == ["3.0"]
    assert hits(counted, "requests") == 2
    assert 'ckg_queries_total{form="SELECT"' not in text


def test_a_kept_answer_costs_nothing_and_is_given_to_who_has_nothing_left(tangle):
    with live.serving(with_limits(tangle, seconds=4.0, budget_errors=1)) as server:
        path = get("SELECT ?s { ?s ?p ?o } LIMIT 10", format="csv")
        assert server.get(path).status == 200
        assert server.query("nonsense").status == 400
        assert server.query("SELECT ?s { ?s ?p ?o } LIMIT 11").status == 429
        assert server.get(path).status == 200
