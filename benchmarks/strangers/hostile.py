"""Those who would take everything: run-away queries, readers and writers that hardly move, prefaces of HTTP/2.

Each client has an address of its own, as strangers have. What they get is counted, and not held against the server,
but for an answer that looks whole and is not.
"""

from __future__ import annotations

import asyncio
import random
import runpy
import socket
import struct
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from shop.queries import PROLOGUE
from strangers.connection import Connection, CutShort, query_path
from strangers.light import Clock

_TESTS = Path(__file__).resolve().parents[2] / "tests"
RUNAWAYS: dict[str, str] = runpy.run_path(str(_TESTS / "sparql" / "runaways.py"))["RUNAWAYS"]
GREEDY, READER, WRITER, H2 = "127.0.2.{}", "127.0.3.{}", "127.0.4.{}", "127.0.5.1"

_REST_S = 1.0
"""How long a client that was turned away rests before it comes again."""

_APART_S = 0.2
"""Slow clients come one after the other: what they hold is tried, not what comes at one moment."""

SLOW_READERS_MOST = 100
_LARGE = f'SELECT ?a ?b ("{"x" * 1000}" AS ?c) {{ ?a a shop:Product . ?b a shop:Offer }}'
"""Rows of a kilobyte that cost the engine next to nothing: nine thousand of them are more than the kernel buffers."""

Outcomes = Counter[str]


async def greedy(clock: Clock, outcomes: Outcomes, where: tuple[str, int], number: int) -> None:
    """Send run-away queries one after the other."""
    texts = list(RUNAWAYS.values())
    random.Random(number).shuffle(texts)
    connection = Connection(*where, GREEDY.format(number + 1))
    asked = 0
    while not clock.over:
        text = f"PREFIX ex: <http://example.org/id/>\n{texts[asked % len(texts)]} # {number}-{asked}"
        asked += 1
        try:
            reply = await connection.ask(query_path(text), seconds=30.0)
            outcomes[str(reply.status)] += 1
            if reply.status != 503:
                await asyncio.sleep(_REST_S)
        except (OSError, TimeoutError, CutShort, asyncio.LimitOverrunError) as error:
            outcomes[type(error).__name__] += 1
            await asyncio.sleep(_REST_S)
    connection.close()


async def slow_reader(clock: Clock, outcomes: Outcomes, where: tuple[str, int], number: int) -> None:
    """Ask for some megabytes, more than the kernel buffers, and read a few bytes a second until the server ends it."""
    await asyncio.sleep(number * _APART_S)
    asked = 0
    while not clock.over:
        text = f"{PROLOGUE}{_LARGE} LIMIT {9_000 + asked * SLOW_READERS_MOST + number}"
        asked += 1
        head = f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode()
        outcomes[await _crawling(clock, where, READER.format(number + 1), head, b"")] += 1
        await asyncio.sleep(_REST_S)


async def slow_writer(clock: Clock, outcomes: Outcomes, where: tuple[str, int], number: int) -> None:
    """Say that a body comes and send a byte of it a second, with its length said before or in chunks."""
    await asyncio.sleep(number * _APART_S)
    chunked = number % 2
    framing = "Transfer-Encoding: chunked" if chunked else "Content-Length: 1000"
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n{framing}\r\n\r\n".encode()
    while not clock.over:
        piece = b"1\r\nA\r\n" if chunked else b"A"
        outcomes[await _crawling(clock, where, WRITER.format(number + 1), head, piece)] += 1
        await asyncio.sleep(_REST_S)


async def _crawling(clock: Clock, where: tuple[str, int], own: str, head: bytes, piece: bytes) -> str:
    """Send a head, then each second a piece and read a few bytes; return how it ended."""
    loop = asyncio.get_running_loop()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    received = 0
    try:
        connection.bind((own, 0))
        await asyncio.wait_for(loop.sock_connect(connection, where), 10)
        await asyncio.wait_for(loop.sock_sendall(connection, head), 10)
        status = "held to the end"
        while not clock.over:
            await asyncio.sleep(1.0)
            if piece:
                await asyncio.wait_for(loop.sock_sendall(connection, piece), 10)
            with suppress(TimeoutError):
                data = await asyncio.wait_for(loop.sock_recv(connection, 64), 0.05)
                if not received and len(data) >= 12:
                    status = f"{data[9:12].decode('latin-1')}, then held to the end"
                if not data:
                    return f"{status.removesuffix('held to the end')}closed by the server"
                received += len(data)
    except TimeoutError:
        return "no connection in time"
    except OSError as error:
        return f"closed by the server ({type(error).__name__})" if received else type(error).__name__
    else:
        return status
    finally:
        connection.close()


async def prefaces(clock: Clock, outcomes: Outcomes, where: tuple[str, int]) -> None:
    """Speak HTTP/2 unasked: many streams with a body that does not end, then gone (RFC 9113)."""
    while not clock.over:
        writer = None
        try:
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection(*where, local_addr=(H2, 0))
                writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, b""))
                for stream in range(1, 133, 2):
                    writer.write(_frame(1, 4, stream, _HEADERS) + _frame(0, 0, stream, b"ASK"))
                await writer.drain()
                outcomes["answered" if (await reader.read(9))[3:4] == b"\x04" else "turned away"] += 1
        except (OSError, TimeoutError) as error:
            outcomes[type(error).__name__] += 1
        if writer is not None:
            with suppress(OSError):
                writer.transport.abort()
        await asyncio.sleep(_REST_S)


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return struct.pack(">I", len(content))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + content


def _header(name: str, value: str) -> bytes:
    """Return a header field as HPACK's literal without indexing and without Huffman code (RFC 7541, 6.2.2)."""
    return b"\0" + bytes((len(name),)) + name.encode() + bytes((len(value),)) + value.encode()


_HEADERS = b"".join(
    _header(name, value)
    for name, value in (
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/sparql"),
        (":authority", "x"),
        ("content-type", "application/sparql-query"),
    )
)
