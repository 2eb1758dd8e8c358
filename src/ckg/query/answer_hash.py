"""A hash of the answer to a query that does not depend on order or format, so that a citation can be checked.

* SELECT: SHA-256 of lines, each ended by a line feed: first the variables as `?name`, separated by tabs, in their
  order; then a line for each solution, its terms as in N-Triples (RDF 1.1 N-Triples, 4), unbound ones empty, separated
  by tabs, the lines sorted by their bytes, repeated as often as the solution is.
* ASK: SHA-256 of `true` or `false` with a line feed.
* CONSTRUCT, DESCRIBE: SHA-256 of the canonical N-Quads of the graph (RDF Dataset Canonicalization, RDFC-1.0, 4 and 5).

Blank nodes of solutions have the labels of the release, so such a hash holds for answers of one release.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Final, NamedTuple

import pyoxigraph as ox

from ckg import formats
from ckg.errors import EndpointBusy
from ckg.formats import Format, GraphFormat

MAX_BYTES: Final = 64 << 20
"""The largest answer that is hashed, as JSON or N-Triples."""

CANONICAL_FORM_TIMEOUT_S: Final = 5
"""How long a graph with blank nodes may take: with many that are alike, the algorithm is exponential (RDFC-1.0, 7)."""


_MAX_MEMORY_BYTES: Final = 1 << 30
_ONE_AT_A_TIME: Final = threading.Lock()


class AnswerHash(NamedTuple):
    """The SHA-256 of an answer in hexadecimal digits, and how many solutions or triples it has (1 for ASK)."""

    sha256: str
    rows: int


class NotHashed(ValueError):
    """An answer is too large to be hashed, or its blank nodes are too much alike; the message says which."""


def format_of(gives_graph: bool) -> Format:
    """Return the format in which an answer is to be asked for to be hashed."""
    return formats.N_TRIPLES if gives_graph else formats.SPARQL_JSON


def of_answer(body: bytes, written_in: Format) -> AnswerHash:
    """Return the hash of an answer in N-Triples or SPARQL JSON. Raises `NotHashed`.

    >>> rows = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "a"}}, {}]}}'
    >>> of_answer(rows, formats.SPARQL_JSON).rows
    2
    """
    if len(body) > MAX_BYTES:
        raise NotHashed(f"The answer has more than {MAX_BYTES >> 20} MiB.")
    if isinstance(written_in, GraphFormat):
        return _of_graph(body)
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return _of_lines([b"true" if found else b"false"], 1)
    names = [variable.value for variable in found.variables]
    rows = sorted("\t".join(_term(solution[name]) for name in names).encode() for solution in found)
    return _of_lines(["\t".join(f"?{name}" for name in names).encode(), *rows], len(rows))


def _term(term: object) -> str:
    return "" if term is None else str(term)


def _of_graph(body: bytes) -> AnswerHash:
    """Return the hash of a graph; one with blank nodes is brought into canonical form where it can be stopped."""
    quads = list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
    if not any(isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object)):
        return _of_lines(_sorted_lines(quads), len(set(quads)))
    if not _ONE_AT_A_TIME.acquire(timeout=1):
        raise EndpointBusy("another graph with blank nodes is being hashed", retry_after=CANONICAL_FORM_TIMEOUT_S)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ckg.query.answer_hash"],
            input=body,
            capture_output=True,
            timeout=CANONICAL_FORM_TIMEOUT_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        seconds = CANONICAL_FORM_TIMEOUT_S
        raise NotHashed(f"The blank nodes of the graph could not be told apart in {seconds} seconds.") from None
    except subprocess.CalledProcessError:
        raise NotHashed("The blank nodes of the graph could not be told apart in the memory there is.") from None
    finally:
        _ONE_AT_A_TIME.release()
    lines = done.stdout.splitlines()
    return _of_lines(lines, len(lines))


def _sorted_lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    return sorted({f"{quad.subject} {quad.predicate} {quad.object} .".encode() for quad in quads})


def _write_canonical_form() -> None:
    """Read N-Triples from standard input and write their canonical form, lines sorted, to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
    dataset = ox.Dataset(ox.parse(sys.stdin.buffer.read(), format=ox.RdfFormat.N_TRIPLES))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    sys.stdout.buffer.write(b"".join(line + b"\n" for line in _sorted_lines(dataset)))


def _of_lines(lines: Iterable[bytes], rows: int) -> AnswerHash:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line + b"\n")
    return AnswerHash(digest.hexdigest(), rows)


if __name__ == "__main__":
    _write_canonical_form()
