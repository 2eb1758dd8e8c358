"""The things whose IRIs are that of a document with a fragment, a page of the document at a time.

They stand together in the sorted N-Triples of a release. A page is a fixed number of bytes of that file, so that any
page of any document is found by bisection: nothing is counted, remembered or read beside what is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ckg.formats.statement_lines import iri
from ckg.model.sorted_lines import SortedLines

PAGE_BYTES: Final = 640 << 10
"""Bytes of N-Triples about the fragments of one page."""

_APART_PER_PAGE: Final = 1_000


class FragmentPage(NamedTuple):
    """The IRIs that a page describes, and the number of the next page that describes any, or None."""

    iris: tuple[str, ...]
    following: int | None


class Fragments:
    """The fragments of the documents of a release; safe to use from several threads.

    `triples` is the union of its graphs as sorted N-Triples, None where there is no such file. `apart` has, by the IRI
    of their document, the fragments that are described beside the union (those of the shapes), sorted.
    """

    def __init__(
        self, triples: Path | None, apart: Mapping[str, tuple[str, ...]], *, page_bytes: int = PAGE_BYTES
    ) -> None:
        self._lines = SortedLines(triples) if triples is not None else None
        self._apart = apart
        self._page_bytes = page_bytes

    def close(self) -> None:
        """Let go of the file."""
        if self._lines is not None:
            self._lines.close()

    def exist(self, document: str) -> bool:
        """Say whether anything is described whose IRI is that of a document with a fragment."""
        start, end = self._span(document)
        return end > start or document in self._apart

    def have_pages(self, document: str) -> bool:
        """Say whether the fragments of a document are described on more than one page."""
        start, end = self._span(document)
        return end - start > self._page_bytes or len(self._apart.get(document, ())) > _APART_PER_PAGE

    def page(self, document: str, number: int = 1) -> FragmentPage:
        """Return what a page of a document describes, counted from 1."""
        start, end = self._span(document)
        pages = -(-(end - start) // self._page_bytes)
        rest = self._rest(document, end > start)
        found: list[str] = []
        following = None
        if number <= pages:
            assert self._lines is not None
            begin = start + (number - 1) * self._page_bytes
            until = min(begin + self._page_bytes, end)
            place = self._lines.group_at(begin, subject_of)
            while place < until:
                subject = subject_of(self._lines.line_at(place))
                found.append(iri(subject[:-1].decode()))
                place = self._lines.first(after(subject))
            if place < end:
                following = (place - start) // self._page_bytes + 1
            elif number < pages and rest:
                following = pages
        last = max(pages, 1)  # what is described beside the union begins on the last page of what is in it
        if number >= last:
            at = (number - last) * _APART_PER_PAGE
            found += rest[at : at + _APART_PER_PAGE]
            following = number + 1 if at + _APART_PER_PAGE < len(rest) else None
        return FragmentPage(tuple(found), following)

    def page_of(self, fragment: str) -> int:
        """Return the number of the page of its document on which a fragment is described."""
        document = fragment.partition("#")[0]
        start, end = self._span(document)
        if self._lines is not None:
            place = self._lines.first(f"<{fragment}> ".encode())
            if start <= place < end and self._lines.line_at(place).startswith(f"<{fragment}> ".encode()):
                return (place - start) // self._page_bytes + 1
        last = max(-(-(end - start) // self._page_bytes), 1)
        return last + max(0, bisect_right(self._rest(document, end > start), fragment) - 1) // _APART_PER_PAGE

    def _span(self, document: str) -> tuple[int, int]:
        """Return where in the file the fragments of a document begin and end; `$` follows `#`."""
        if self._lines is None:
            return 0, 0
        head = f"<{document}#".encode()
        start = self._lines.first(head)
        if not self._lines.line_at(start).startswith(head):  # mostly there is none
            return start, start
        return start, self._lines.first(f"<{document}$".encode())

    def _rest(self, document: str, in_union: bool) -> tuple[str, ...]:
        apart = self._apart.get(document, ())
        if not in_union or self._lines is None:
            return apart
        return tuple(name for name in apart if not self._lines.has(f"<{name}> ".encode()))


def subject_of(line: bytes) -> bytes:
    """Return the subject of a line with the space behind it."""
    return line[: line.find(b" ") + 1]


def after(subject: bytes) -> bytes:
    """Return what sorts right after every line of a subject, given with the space behind it."""
    return subject[:-1] + b"!"
