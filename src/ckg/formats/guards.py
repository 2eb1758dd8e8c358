"""Looking at a file while it is parsed: what no parser survives is refused before the parser has seen it all.

Each format names its guard. What can go wrong differs: see `json_guard` and `xml_guard`, and here triple terms.
"""

from __future__ import annotations

from typing import IO, Final, Protocol

DEEPEST: Final = 500
"""Levels of objects and arrays in JSON, of elements in XML; what people and tools write has a few dozen at most."""

_MANY_TRIPLE_TERMS = 5_000  # the parser ends the process when some ten thousand of them are nested


class Unsafe(Exception):
    """A file that the parser is not given; `offset` is the byte at which it is wrong, where that is known."""

    def __init__(self, message: str, *, offset: int | None, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


class GuardedFile(Protocol):
    """A file about to be parsed."""

    def open(self) -> IO[bytes]:
        """Open it once more, decompressed."""

    def survives_parsing(self) -> bool:
        """Parse it in a process of its own; return whether that process came to an end of its own."""


class Guard(Protocol):
    """Looks at a file that comes in pieces."""

    def look_at(self, data: bytes) -> None:
        """Look at the next piece. Raises `Unsafe`."""


def too_deep(offset: int) -> Unsafe:
    """Return the error for what is nested too deep."""
    hint = "Give the inner things names (or blank node labels), and write them side by side."
    return Unsafe(f"nested more than {DEEPEST} levels deep", offset=offset, hint=hint)


class TripleTermGuard:
    """Refuses triple terms (RDF 1.2) nested so deep that they end the process; a trial tells, where there are many."""

    def __init__(self, file: GuardedFile) -> None:
        self._file = file
        self._seen = 0

    def look_at(self, data: bytes) -> None:
        """Count what may be a triple term."""
        before = self._seen
        self._seen += data.count(b"<<")
        if before < _MANY_TRIPLE_TERMS <= self._seen and not self._file.survives_parsing():
            raise Unsafe(
                "triple terms (RDF 1.2) are nested so deep that the parser gives up",
                offset=None,
                hint="Triple terms are not published: reify the statements (rdf:Statement).",
            )
