"""Whatever is sent, the front answers: no 5xx but the bounds' own 503, and it lives on.

`CKG_FUZZ` is the number of requests of each kind: set it to 25000 for a long run by hand.
"""

import http.client
import os
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import outside
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

sys.path.append(str(Path(__file__).parents[1] / "query"))

from shapes import DEEP, LONG, WIDE

pytestmark = pytest.mark.gone_on  # thousands of requests, nearly all of which never reach the store

NUMBER = int(os.environ.get("CKG_FUZZ", "500"))
SHAPES = [*DEEP.values(), *WIDE.values(), *LONG.values()]
PIECES = [
    *"{}()[].,;<>\"'?:@#\\^|/*+-!= \n",
    "SERVICE",
    "UNION",
    "\\u0022",
    "FROM",
    "<a:b>",
    "VALUES",
    "é",
    "\x00",
    '"""',
    "BIND(",
]
QUIET = settings(max_examples=NUMBER, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@cache
def texts():
    """The queries that are mutated: the project's own, and the W3C's where they are at hand."""
    own = (Path(__file__).parents[1] / "competency").glob("*.rq")
    return [
        path.read_text(encoding="utf-8") for path in (*sorted(own), *sorted(outside.suite("sparql11").glob("*/*.rq")))
    ]


@st.composite
def mutated(draw):
    """A query of somebody's with pieces cut out, doubled, swapped or put in."""
    text = draw(st.sampled_from(texts()))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from(["", text[start:end] * 2, *PIECES, draw(st.sampled_from(texts()))[:80]]))
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def crashing(draw):
    """A shape that crashes an unguarded engine, of any size, perhaps broken."""
    text = draw(st.sampled_from(SHAPES))(draw(st.integers(1, 3000)))
    cut = draw(st.one_of(st.none(), st.integers(0, len(text))))
    return text if cut is None else text[:cut] + draw(st.sampled_from(PIECES)) + text[cut:]


def sane(reply):
    assert reply.status in (200, 400, 403, 404, 405, 406, 413, 415, 503), (reply.status, reply.body[:300])
    if reply.status == 503:
        assert "retry-after" in reply.headers


@QUIET
@given(text=mutated(), accept=st.sampled_from(["*/*", "text/csv", "text/turtle", "text/html", "application/n-quads"]))
def test_mutated_queries(text, accept, bounded):
    sane(bounded.query(text, accept))


@QUIET
@given(text=crashing())
def test_shapes_that_crash_an_engine(text, bounded):
    sane(bounded.query(text))


@QUIET
@given(
    body=st.binary(max_size=200),
    type_=st.sampled_from(["application/sparql-query", "application/x-www-form-urlencoded", "x/y", ""]),
)
def test_bytes_of_any_kind(body, type_, bounded):
    sane(bounded.send("POST", "/sparql", body, Content_Type=type_))


@QUIET
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
def test_addresses_of_any_kind(path, bounded):
    parts = urlsplit(bounded.address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.putrequest("GET", f"/sparql?{path}", skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status in (200, 400, 403, 406, 413, 503)
    answer.read()
    connection.close()


def test_requests_made_from_the_description_of_the_server(bounded):
    schema = schemathesis.openapi.from_url(f"{bounded.address}/openapi.json")
    for operation in schema.get_all_operations():
        op = operation.ok()

        @settings(
            max_examples=max(5, NUMBER // 30), deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        @given(case=op.as_strategy())
        def ask(case):
            reply = case.call(timeout=60, allow_redirects=False)
            if case.path != "/sparql":  # what a query answers, its format says
                case.validate_response(reply, checks=(response_schema_conformance, content_type_conformance))
            assert reply.status_code < 500 or (reply.status_code == 503 and "retry-after" in reply.headers), reply.text[
                :300
            ]

        ask()


def test_the_front_is_still_there(bounded):
    assert bounded.get("/healthz").status == 200
    assert bounded.get("/readyz").status == 200
    assert bounded.query("ASK {}").status == 200
