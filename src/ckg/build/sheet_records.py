"""What a sheet says, whether it is a table or YAML: records with fields, and where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 64 << 20
"""Bytes of a sheet in YAML at most."""


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """One record: its line, the texts of each field by its name, and the line of each field where it has its own.

    `is_row` says whether it is a row of a table, whose fields are columns.
    """

    line: int
    values: dict[str, list[str]]
    lines: dict[str, int]
    is_row: bool

    def text(self, name: str) -> str:
        """Return the only text of a field, empty where it has none."""
        return next(iter(self.values.get(name, ())), "")

    def place(self, name: str = "") -> str:
        """Return where a field stands, or the record itself, in the words of a message."""
        line = f"line {self.lines.get(name, self.line)}"
        if self.is_row:
            return f"{line}, column {name}" if name else line
        record = f"{line}, record {self.text('id') or '(without id)'}"
        return f"{record}, field {name}" if name else record
