"""The files `log` and `terms` of the derivations: which instance gave a triple, when, and how terms are numbered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

from ckg.model.byte_lru import Memo
from ckg.model.sorted_lines import SortedLines

ASSERTED, REWRITTEN, REFLEXIVE, LITERAL_TYPE = range(4)
"""Numbers of the reasons that are no instance of a rule in the tables."""

OFFSET = 1_000_000_000
"""Added to every number in the files: all get ten digits, so that they sort as text."""

_DIGITS = 10


class LogEntry(NamedTuple):
    """A derived triple: the step at which it appeared, the instance of the rule that gave it, and a witness."""

    subject: int
    predicate: int
    object: int
    step: int
    instance: int
    witness: int


_REMEMBERED_BYTES = 4 << 20


class DerivationLog:
    """Look-ups in the files of one folder."""

    END: ClassVar[int] = 2**32
    """A step after all others."""

    def __init__(self, folder: Path) -> None:
        self._rows = SortedLines(folder / "log")
        kept = folder / "bindings"  # a release of an earlier version has none
        self._bindings = SortedLines(kept) if kept.is_file() else None
        self._by_number = SortedLines(folder / "terms")
        self._by_token = SortedLines(folder / "terms", key=lambda line: line[_DIGITS + 1 :])
        self.token = Memo(self._token, max_bytes=_REMEMBERED_BYTES)
        self.number = Memo(self._number, max_bytes=_REMEMBERED_BYTES)

    @property
    def remembered_bytes(self) -> int:
        """Bytes of the terms and numbers that are remembered."""
        return self.token.held + self.number.held

    def first(self, triple: tuple[int, int, int]) -> LogEntry | None:
        """Return the first row of a triple, if it was derived."""
        return next(self._read(triple), None)

    def about(self, subject: int, predicate: int) -> Iterator[LogEntry]:
        """Yield the derived triples with a subject and a predicate."""
        return self._read((subject, predicate))

    def bindings(self, row: LogEntry) -> tuple[int, ...]:
        """Return the values of all variables that the conclusion of a row does not mention, where they are kept."""
        prefix = ",".join(str(number + OFFSET) for number in row[:4]).encode() + b","
        line = next(self._bindings.starting_with(prefix), None) if self._bindings else None
        return () if line is None else tuple(int(column) - OFFSET for column in line.split(b",")[4:])

    def _read(self, numbers: tuple[int, ...]) -> Iterator[LogEntry]:
        prefix = ",".join(str(number + OFFSET) for number in numbers).encode() + b","
        for line in self._rows.starting_with(prefix):
            yield LogEntry(*(int(column) - OFFSET for column in line.split(b",")))

    def _token(self, number: int) -> str:
        line = next(self._by_number.starting_with(b"%d " % (number + OFFSET)), None)
        if line is None:
            raise KeyError(number)
        return line[_DIGITS + 1 :].decode()

    def _number(self, token: str) -> int | None:
        wanted = token.encode()
        line = next(self._by_token.starting_with(wanted), None)
        return int(line[:_DIGITS]) - OFFSET if line is not None and line[_DIGITS + 1 :] == wanted else None
