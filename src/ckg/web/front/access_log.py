"""One line of JSON for each request, written by a thread of its own, so that a slow reader of the log stops nobody."""

from __future__ import annotations

import json
import sys
import threading
import time
from queue import Empty, Full, Queue
from typing import Any, Final, TextIO

from ckg.web.front.request import Request

_WAITING_MAX: Final = 10_000  # lines; what comes beyond them is counted and not written


class AccessLog:
    """Lines with time (UTC), client, method, path, status, bytes and seconds.

    A query string is not written, nor a body: there is nothing of a SPARQL query in the log. The path is written as it
    was sent. Lines that could not be written in time are counted in the next one, as `lost`.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._lines: Queue[str | None] = Queue(_WAITING_MAX)
        self._lost = 0
        self._thread = threading.Thread(target=self._write, name="ckg-log", daemon=True)
        self._thread.start()

    def note(self, request: Request | None, client: str, status: int, size: int) -> None:
        """Write that a request was answered, or that what came was none (`request` is None)."""
        now = time.time()
        row: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03}Z",
            "client": request.client if request is not None else client,
            "method": request.method if request is not None else None,
            "path": request.path if request is not None else None,
            "status": status,
            "bytes": size,
            "seconds": round(request.age(), 6) if request is not None else None,
            "agent": request.fields.get("user-agent", "")[:200] if request is not None else None,
        }
        if self._lost:
            row["lost"] = self._lost
        try:
            self._lines.put_nowait(json.dumps(row))
            self._lost = 0
        except Full:
            self._lost += 1

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            lines = [line]
            try:
                while (more := self._lines.get_nowait()) is not None:
                    lines.append(more)
            except Empty:
                more = ""
            try:
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()
            except (OSError, ValueError):  # nobody reads it any more
                return
            if more is None:
                return

    def close(self) -> None:
        """Write what is left."""
        try:
            self._lines.put_nowait(None)
        except Full:
            return
        self._thread.join(2.0)
