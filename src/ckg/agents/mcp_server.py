"""The server of the Model Context Protocol, made with the official `mcp` package, on the tools of one data set."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ckg
from ckg.agents.tools import Answer, Tools
from ckg.errors import ExtraMissing

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from ckg.client.knowledge_graph import KnowledgeGraph

INSTRUCTIONS = (
    "Facts of a data set in which every coded statement has a standing, the words it rests on, and their source. "
    "Whenever you tell a statement, tell who says it, quote the words, name the source and its date, and say what it "
    "is disputed with. Tell a claim as a claim. `empty` means that the data do not say it, not that it is false; "
    "`limit met` means that there may be an answer. Begin with `schema` and `examples`."
)


def make(graph: KnowledgeGraph, *, more: tuple[Callable[..., Answer], ...] = ()) -> MCPServer[Any]:
    """Return a server that offers the tools on a data set, and `more` of them. Raises `ExtraMissing`.

    Tools run in threads of their own, so that one that waits keeps no other from being answered.
    """
    try:
        from mcp.server import MCPServer  # noqa: PLC0415 - an extra
        from mcp.types import ToolAnnotations  # noqa: PLC0415
    except ImportError:
        raise ExtraMissing("the package mcp is not installed", hint="pip install 'ckg[mcp]'") from None
    server: MCPServer[Any] = MCPServer("ckg", instructions=INSTRUCTIONS, version=ckg.__version__, log_level="WARNING")
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    for tool in (*Tools(graph).all, *more):
        server.add_tool(_in_a_thread(tool), name=tool.__name__, description=inspect.getdoc(tool), annotations=reads)
    return server


def _in_a_thread(tool: Callable[..., Answer]) -> Callable[..., Any]:
    @functools.wraps(tool)
    async def called(**arguments: Any) -> Answer:
        return await asyncio.to_thread(tool, **arguments)

    return called
