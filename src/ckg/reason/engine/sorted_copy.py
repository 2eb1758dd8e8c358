"""Writing the rows of a query as lines of a file, in the order of the table they come from."""

from __future__ import annotations

import hashlib
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Final

import duckdb

from ckg.reason.engine.tables import quoted

PLAIN: Final = "(FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '')"
"""The options of COPY that write one column as it is."""

_BLOCK_BYTES: Final = 8 << 20
_MAX_LATE_LINES: Final = 10_000


def keep_order(connection: duckdb.DuckDBPyConnection) -> None:
    """Let rows be written in the order that a query has them in, by one thread for each connection that writes."""
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET threads = 1")


def copy_sorted(connection: duckdb.DuckDBPyConnection, select: str, order: str, path: Path) -> str:
    """Write the one column of a query as the lines of a file, each greater than the one before; return its SHA-256.

    The query joins a table whose rows are in that order with others; `order` is the ORDER BY that says so. Long lines
    are expensive to sort, and after `keep_order` they stream through the joins one after the other, except that the
    few whose hash collides with another come some thousand lines late at most. None of that is promised, and a join
    that spills to disk keeps no order at all: then the lines are sorted after all.
    """
    for ordered in (select, f"{select} ORDER BY {order}"):
        connection.execute(f"COPY ({ordered}) TO {quoted(str(path))} {PLAIN}")
        digest = settled(path)
        if digest is not None:
            return digest
    raise AssertionError(f"{path} cannot be sorted by {order}")


def settled(path: Path) -> str | None:
    """Put lines that come a little late into their places; return the SHA-256 of the file.

    Returns None where a line is not greater than the one before and cannot be put into its place so easily.
    """
    digest = hashlib.sha256()
    window: list[bytes] = []
    last, start, end = b"", 0, 0
    with path.open("rb+") as file:
        while True:
            file.seek(end)
            lines = file.readlines(_BLOCK_BYTES)
            end = file.tell()
            window += lines
            if not _is_increasing(window):
                window.sort()
                file.seek(start)
                file.write(b"".join(window))
            ready = window[:-_MAX_LATE_LINES] if lines else window
            if ready:
                if ready[0] <= last or not _is_increasing(ready):
                    return None
                text = b"".join(ready)
                digest.update(text)
                start += len(text)
                last = ready[-1]
            if not lines:
                return digest.hexdigest()
            window = window[len(ready) :]


def _is_increasing(lines: list[bytes]) -> bool:
    return all(map(lt, lines, islice(lines, 1, None)))
