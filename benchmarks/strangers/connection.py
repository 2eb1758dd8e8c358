"""One connection of HTTP/1.1 that is kept alive, and answers that are whole or an error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

_HEAD_MAX_BYTES = 1 << 17


class CutShort(Exception):
    """The connection ended before the answer did."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """Asks one request after the other from an address of its own; opens a new connection after an error."""

    def __init__(self, host: str, port: int, own: str) -> None:
        self._where = (host, port)
        self._own = own
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, accept: str = "*/*", *, seconds: float) -> Reply:
        """GET a path; raises TimeoutError, OSError, or CutShort where the answer ends too early."""
        host, port = self._where
        head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: {accept}\r\n\r\n"
        try:
            async with asyncio.timeout(seconds):
                if self._reader is None or self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection(
                        host, port, local_addr=(self._own, 0), limit=_HEAD_MAX_BYTES
                    )
                self._writer.write(head.encode())
                await self._writer.drain()
                return await self._reply(self._reader)
        except asyncio.IncompleteReadError:
            self.close()
            raise CutShort from None
        except BaseException:
            self.close()
            raise

    async def _reply(self, reader: asyncio.StreamReader) -> Reply:
        first, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if "content-length" in headers:
            body = await reader.readexactly(int(headers["content-length"]))
        elif headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readuntil(b"\r\n")
        else:
            body = await reader.read()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(int(first.split(" ", 2)[1]), headers, body)

    def close(self) -> None:
        """Let go of the connection."""
        if self._writer is not None:
            with suppress(Exception):
                self._writer.close()
        self._reader = self._writer = None


def query_path(text: str) -> str:
    """Return the address of a query."""
    return f"/sparql?query={quote(text)}"
