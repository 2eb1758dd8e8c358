"""The Model Context Protocol: sessions of the official client, over standard input and output and over HTTP."""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

mcp = pytest.importorskip("mcp", reason="the package mcp is not installed: pip install 'ckg[mcp]'")

from mcp import Client, StdioServerParameters, stdio_client  # noqa: E402


def in_a_thread(coroutine):
    """Run a coroutine where no other event loop is running, as a browser's may in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


Ask = Callable[[str, Mapping[str, Any]], dict[str, Any]]
CODED = ("standing", "words", "sources", "disputes", "said_by")
READING = {
    *("search", "describe", "query", "explain", "schema", "examples"),
    *("conflicts_about", "check_quotation", "check_sentence", "cite"),
}


@pytest.fixture(params=["stdio", "http"])
def session(
    request: pytest.FixtureRequest, shipped_releases: Path, address: str
) -> Callable[..., list[dict[str, Any]]]:
    """Return a function that calls tools one after the other in one session and returns what each said."""

    def place() -> Any:
        if request.param == "http":
            return f"{address}/mcp"
        arguments = ["-m", "ckg", "mcp", "--releases", str(shipped_releases)]
        return stdio_client(StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ)))

    def calls(*asked: tuple[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
        async def live() -> list[dict[str, Any]]:
            async with Client(place()) as client:
                names = {tool.name for tool in (await client.list_tools()).tools}
                assert names >= READING
                answers = [await client.call_tool(name, dict(arguments)) for name, arguments in asked]
                return [{"is_error": answer.is_error, **(answer.structured_content or {})} for answer in answers]

        return in_a_thread(live())

    return calls


def coded(answer: Any) -> list[dict[str, Any]]:
    """Return every record of a coded statement inside an answer."""
    if isinstance(answer, dict):
        own = [answer] if "disputed" in answer else []
        return own + [found for value in answer.values() for found in coded(value)]
    if isinstance(answer, list):
        return [found for value in answer for found in coded(value)]
    return []


def test_each_tool_answers_and_no_statement_is_without_standing_and_source(session) -> None:
    claims = "SELECT ?claim ?label { ?claim a ckg:Claim ; rdfs:label ?label } ORDER BY ?claim LIMIT 4"
    asked = [
        ("search", {"words": "yen"}),
        ("describe", {"thing": "state:japan"}),
        ("query", {"sparql": claims}),
        ("explain", {"subject": "state:japan", "predicate": "rdf:type", "value": "ckg:State"}),
        ("schema", {"find": "claim"}),
        ("examples", {}),
        ("conflicts_about", {}),
        ("check_quotation", {"words": "3 trillion yen"}),
        ("check_sentence", {"sentence": "Japan set a target of 3 trillion yen for business."}),
        ("cite", {"thing": "state:japan"}),
    ]
    answers = dict(zip([name for name, _ in asked], session(*asked), strict=True))
    for name, answer in answers.items():
        assert (answer["is_error"], answer["outcome"]) == (False, "answer"), (name, answer)
        for one in coded(answer):
            assert all(field in one for field in CODED), name
            assert one["standing"]
            assert one["words"] or one["sources"] or one["said_by"] or one["inferred"], one["iri"]
    assert len(answers["query"]["evidence"]) == len({row["claim"] for row in answers["query"]["rows"]})
    assert all(len(point["sides"]) >= 2 for point in answers["conflicts_about"]["points"])


def test_no_answer_is_of_four_different_kinds(session) -> None:
    outcomes = session(
        ("query", {"sparql": "SELECT ?s { ?s a ckg:State ; rdfs:label 'nobody' }"}),
        ("describe", {"thing": "state:atlantis"}),
        ("query", {"sparql": "SELECT ?s { ?s a ckg:Clam }"}),
        ("query", {"sparql": "SELECT ?s { ?s a "}),
        ("query", {"sparql": "INSERT DATA { <a:a> <a:a> <a:a> }"}),
    )
    assert [answer["outcome"] for answer in outcomes] == [
        *("empty", "not in the graph", "unknown term", "malformed", "refused"),
    ]
    assert "ckg:Claim" in outcomes[2]["unknown"][0]["perhaps"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("query", {}),
        ("query", {"sparql": 7}),
        ("search", {"words": "x" * 100_000}),
        ("describe", {"thing": "<script>"}),
        ("describe", {"thing": "\x00"}),
        ("explain", {"subject": "'; DROP", "predicate": "%00", "value": '"'}),
        ("check_quotation", {"words": ""}),
        ("no such tool", {}),
    ],
)
def test_hostile_arguments_are_refused_and_the_session_goes_on(
    address: str, tool: str, arguments: dict[str, Any]
) -> None:
    async def live() -> tuple[str, str]:
        async with Client(f"{address}/mcp") as client:
            try:
                answer = await client.call_tool(tool, arguments)
                first = "error" if answer.is_error else (answer.structured_content or {})["outcome"]
            except mcp.MCPError:
                first = "error"
            after = await client.call_tool("examples", {})
            return first, (after.structured_content or {})["outcome"]

    first, after = in_a_thread(live())
    assert first in ("error", "not in the graph", "malformed", "refused", "empty")
    assert after == "answer"


def test_a_query_that_meets_its_limit_says_so(shipped_releases: Path) -> None:
    from ckg.agents.tools import Tools
    from ckg.client.knowledge_graph import KnowledgeGraph
    from ckg.client.transport import LocalTransport
    from ckg.web import create_app

    app = create_app(shipped_releases, {"limits.seconds": 2.0, "limits.workers": 1, "limits.spares": 0})
    with KnowledgeGraph(LocalTransport(app, app.close)) as slow:
        found = Tools(slow).query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert (found["outcome"], found["bound"]) == ("limit met", "seconds")


def test_a_number_that_no_source_has_is_said(graph) -> None:
    from ckg.agents.tools import Tools

    found = Tools(graph).check_sentence("Japan promised 987,654 yen to Central Asia.")
    assert "987654" in found["numbers_without_evidence"]


def test_words_that_are_in_no_quotation_are_not_called_false(graph) -> None:
    from ckg.agents.tools import Tools

    found = Tools(graph).check_quotation("the moon is made of cheese")
    assert found["outcome"] == "empty"
    assert "may have them" in found["detail"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_session_to_listen_to_or_to_end(address: str, method: str) -> None:
    request = urllib.request.Request(f"{address}/mcp", method=method, headers={"Accept": "text/event-stream"})
    with pytest.raises(urllib.error.HTTPError) as caught, urllib.request.urlopen(request, timeout=20):
        pass
    with caught.value as answer:
        assert (answer.code, "POST" in answer.headers["Allow"]) == (405, True)


def test_over_http_only_reading_is_offered(address: str) -> None:
    async def names() -> set[str]:
        async with Client(f"{address}/mcp") as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert in_a_thread(names()) == READING
