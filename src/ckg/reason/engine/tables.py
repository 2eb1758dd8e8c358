"""Where the tables of a run lie: what the fixed point asks of an engine for bulk work.

Queries are written in DuckDB's dialect; an engine that speaks another translates them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from ckg.model.staged import Staging
from ckg.reason.engine.numbered_terms import NumberedTerms
from ckg.reason.rules.table import RULES, Rule
from ckg.reason.rules.trivial import VOCABULARIES


def quoted(text: str) -> str:
    """Return text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


class Tables(Protocol):
    """The tables `dictionary(t, id)`, `facts(s, p, o, step, k)`, `replaced`, and whatever a run makes of them, by name.

    Terms are numbered in the order of their bytes.
    """

    def load(
        self, staging: Staging, known: Container[str] | None = None, rules: Iterable[Rule] = RULES
    ) -> NumberedTerms:
        """Read the staged ontology and data into `dictionary` and `facts`, sorted by p, s, o; `replaced` is empty.

        The terms that `rules` name are in the dictionary as well. The step is 0, or 1 for triples that are only in
        graphs whose names are not among the `known`. Where there are background graphs, `described(t, data)` has the
        subjects of the others, and whether they are subjects of the data.
        """

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query that has few."""

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query that may have many."""

    def has(self, name: str) -> bool:
        """Return whether there is a table of this name."""

    def put(self, name: str, columns: Mapping[str, Sequence[Any]], types: Mapping[str, str] | None = None) -> None:
        """Make, or replace, a table of the run from values: numbers of terms where `types` does not say otherwise."""

    def make(self, name: str, query: str) -> None:
        """Make, or replace, a table of the run from the rows of a query."""

    def make_sorted(self, name: str, query: str, order: str) -> None:
        """Make, or replace, a table whose rows are in order, as far as the engine keeps any."""

    def append(self, name: str, query: str) -> int:
        """Add the rows of a query to a table; return how many there were."""

    def rewrite(self, renamed: Mapping[int, int], step: int, same_as: int) -> None:
        """Put representatives in the place of the terms they now stand for, in new rows of `facts` of the given step.

        The rows they replace go to the table `replaced`: proofs rest on them. A rewritten row has 0 as its reason's
        witness and the instance `REWRITTEN`.
        """

    def beside(self) -> AbstractContextManager[Tables]:
        """Open the same tables for a second thread."""

    def write_numbers(self, columns: Sequence[str], rows: str, order: str, path: Path) -> None:
        """Write columns of numbers as lines, a comma between two; `rows` is what stands behind FROM."""

    def write_lines(self, column: str, rows: str, order: str, path: Path) -> None:
        """Write a column of text as the lines of a file."""

    def write_increasing(self, column: str, rows: str, order: str, path: Path) -> str:
        """Write a column of text as lines, each greater in its bytes than the one before; return their SHA-256.

        `order` is the ORDER BY of numbers that gives that.
        """


def numbered(tables: Tables, named: Sequence[str]) -> NumberedTerms:
    """Return what is known of the numbers in the table `dictionary`, in which the `named` terms are."""
    tables.put("named", {"t": named}, {"t": "VARCHAR"})
    ids = dict(tables.rows("SELECT t, id FROM dictionary WHERE t IN (SELECT t FROM named)"))
    ((literals, before_blank),) = tables.rows(
        "SELECT count(*) FILTER (t < '<'), count(*) FILTER (t < '_') FROM dictionary"
    )
    ranges = [
        tables.rows(f"SELECT min(id), max(id) FROM dictionary WHERE starts_with(t, '{prefix}')")[0]
        for prefix in VOCABULARIES
    ]
    vocabularies = tuple((first, last) for first, last in ranges if first is not None)
    return NumberedTerms(ids, literals + 1, before_blank + 1, vocabularies)
