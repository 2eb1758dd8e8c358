"""Writing the rows of a query as lines of a file, in the order of the table they come from."""

from __future__ import annotations

import hashlib
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Final

import duckdb

from ckg.reason.load import quoted

PLAIN: Final = "(FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '')"
"""The options of COPY that write one column as it is."""

_BLOCK: Final = 1 << 20


def keep_order(connection: duckdb.DuckDBPyConnection) -> None:
    """Let rows be written in the order that a query has them in, by one thread for each connection that writes."""
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET threads = 1")


def copy_sorted(connection: duckdb.DuckDBPyConnection, select: str, order: str, path: Path) -> str:
    """Write the one column of a query as the lines of a file, each greater than the one before; return its SHA-256.

    The query joins a table whose rows are in that order with others; `order` is the ORDER BY that says so. Long lines
    are expensive to sort, and after `keep_order` they stream through the joins one after the other. That is promised
    nowhere, and not so where a join spills to disk: then they are sorted after all.
    """
    for ordered in (select, f"{select} ORDER BY {order}"):
        connection.execute(f"COPY ({ordered}) TO {quoted(str(path))} {PLAIN}")
        digest = _digest(path)
        if digest is not None:
            return digest
    raise AssertionError(f"{path} is not sorted by {order}")


def _digest(path: Path) -> str | None:
    """Return the SHA-256 of a file, or None if a line is not greater than the one before."""
    digest = hashlib.sha256()
    last = b""
    with path.open("rb") as file:
        while lines := file.readlines(_BLOCK):
            if not (last < lines[0] and all(map(lt, lines, islice(lines, 1, None)))):
                return None
            digest.update(b"".join(lines))
            last = lines[-1]
    return digest.hexdigest()
